//! One HTTP/1.1 connection, driven by whoever asks: no task, no pool.
//!
//! A body is not copied after it left the socket: it is a slice of the buffer it was read into.

use std::{
    error::Error,
    fmt, future,
    io::{self, IoSlice},
    pin::Pin,
    task::Poll,
};

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::Stream;
use crate::{
    WireError,
    wire::{Framing, Headers, MAX_BODY, ResponseHead},
};

/// How much is asked of the socket at once; a larger body gets a buffer of its own.
const READ: usize = 8 * 1024;

/// The least that is asked of the socket at once.
const SMALL: usize = 1024;

/// The most that a body's announced length makes this side reserve before the bytes have come.
const RESERVE: usize = 8 * 1024 * 1024;

/// A connection to the API, kept alive from one call to the next.
///
/// Calls are made one after the other: [`send`](Self::send), then [`receive`](Self::receive). When
/// the future of either is dropped, or it fails, the connection is of no further use.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
    buffer: BytesMut,
    /// False once the server said that it closes, or an exchange was cut short.
    reusable: bool,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers that carry meaning in this protocol.
    pub headers: Headers,
    /// The body, as it was sent.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReceiveError {
    /// The connection broke, or ended before the answer did.
    Reset(io::Error),
    /// What came is no answer that can be trusted.
    Malformed(WireError),
}

impl Connection {
    /// A connection over this stream.
    pub fn new(stream: Stream) -> Self {
        Self { stream, buffer: BytesMut::with_capacity(READ), reusable: true }
    }

    /// The stream below, for a party that speaks to it in its own way. What was read ahead is lost.
    pub fn into_stream(self) -> Stream {
        self.stream
    }

    /// Whether another call may be made on this connection.
    #[inline]
    pub fn is_reusable(&self) -> bool {
        self.reusable
    }

    /// Writes a request: head and body leave in one piece where the socket takes them.
    ///
    /// When the answer comes before the request is written, as with a 413, the rest stays unwritten
    /// and the connection is not reusable after the answer.
    ///
    /// # Errors
    ///
    /// The connection broke. There may be an answer to [`receive`](Self::receive) all the same.
    pub async fn send(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        if self.buffer.is_empty() {
            // The answers read before are dropped by now, mostly: the buffer begins anew.
            // It grows where it must when bytes come.
            let _ = self.buffer.try_reclaim(READ);
        }
        let mut slices = [IoSlice::new(head), IoSlice::new(body)];
        let mut rest = &mut slices[..];
        while !rest.is_empty() {
            match future::poll_fn(|context| self.poll_write(context, rest)).await {
                Ok(Some(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(Some(written)) => IoSlice::advance_slices(&mut rest, written),
                Ok(None) => {
                    self.reusable = false;
                    return Ok(());
                }
                Err(error) => {
                    self.reusable = false;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Writes, and where the server does not take more, sees whether it answers already: `None`.
    fn poll_write(
        &mut self,
        context: &mut std::task::Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<Option<usize>>> {
        let stream = Pin::new(&mut self.stream);
        if let Poll::Ready(written) = stream.poll_write_vectored(context, slices) {
            return Poll::Ready(written.map(Some));
        }
        let mut early = [0; 512];
        let mut early = ReadBuf::new(&mut early);
        match Pin::new(&mut self.stream).poll_read(context, &mut early) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) => {
                self.buffer.extend_from_slice(early.filled());
                Poll::Ready(Ok(None))
            }
        }
    }

    /// Reads the answer to the request just sent, to its end. Interim answers (1xx) are passed over.
    ///
    /// # Errors
    ///
    /// See [`ReceiveError`]. The connection is of no further use then.
    pub async fn receive(&mut self) -> Result<Answer, ReceiveError> {
        let answer = self.receive_inner().await;
        self.reusable &= answer.is_ok();
        answer
    }

    async fn receive_inner(&mut self) -> Result<Answer, ReceiveError> {
        let head = loop {
            match ResponseHead::parse(&self.buffer)? {
                Some(head) if head.status < 200 => drop(self.buffer.split_to(head.length)),
                Some(head) => break head,
                None => self.fill().await?,
            }
        };
        let (status, framing, close) = (head.status, head.framing, head.close);
        let bytes = self.buffer.split_to(head.length).freeze();
        let headers = head.headers(bytes);
        let body = match framing {
            // `MAX_BODY` fits in a `usize`.
            Framing::Length(length) => self.body(length as usize).await?,
            Framing::Chunked => self.chunks().await?,
            Framing::UntilClose => self.until_close().await?,
        };
        self.reusable &= !close;
        Ok(Answer { status, headers, body })
    }

    /// A body of known length: from the buffer where it fits, else into memory of its own, so that
    /// the buffer stays small.
    async fn body(&mut self, length: usize) -> Result<Bytes, ReceiveError> {
        let missing = length.saturating_sub(self.buffer.len());
        if missing <= self.buffer.capacity() - self.buffer.len() || missing <= SMALL {
            while self.buffer.len() < length {
                self.fill().await?;
            }
            return Ok(self.buffer.split_to(length).freeze());
        }
        let mut body = BytesMut::with_capacity(length.min(RESERVE));
        body.extend_from_slice(&self.buffer.split());
        while body.len() < length {
            let missing = length - body.len();
            body.reserve(missing.min(RESERVE));
            let mut rest = (&mut body).limit(missing);
            ended(self.stream.read_buf(&mut rest).await?)?;
        }
        Ok(body.freeze())
    }

    async fn chunks(&mut self) -> Result<Bytes, ReceiveError> {
        let mut body = BytesMut::new();
        loop {
            let line = self.line("chunk size").await?;
            let length = chunk_length(&line, body.len())?;
            if length == 0 {
                break;
            }
            body.extend_from_slice(&self.body(length).await?);
            let end = self.line("end of chunk").await?;
            if !end.is_empty() {
                let value = String::from_utf8_lossy(&end).into_owned();
                return Err(WireError::new("end of chunk", value, "an empty line").into());
            }
        }
        // Trailers carry nothing in this direction.
        while !self.line("trailer").await?.is_empty() {}
        Ok(body.freeze())
    }

    async fn until_close(&mut self) -> Result<Bytes, ReceiveError> {
        let mut body = self.buffer.split();
        while body.len() as u64 <= MAX_BODY {
            body.reserve(READ);
            if self.stream.read_buf(&mut body).await? == 0 {
                return Ok(body.freeze());
            }
        }
        Err(WireError::new("body", format!("{} bytes", body.len()), "at most 256 MiB").into())
    }

    async fn line(&mut self, what: &'static str) -> Result<Bytes, ReceiveError> {
        /// A chunk's size with extensions, or a trailer.
        const MAX_LINE: usize = 64 * 1024;
        let length = loop {
            match memchr::memchr(b'\n', &self.buffer) {
                Some(length) => break length,
                None if self.buffer.len() < MAX_LINE => self.fill().await?,
                None => return Err(WireError::new(what, "very long", "a line").into()),
            }
        };
        let mut line = self.buffer.split_to(length + 1).freeze();
        line.truncate(length);
        if line.last() == Some(&b'\r') {
            line.truncate(length - 1);
        }
        Ok(line)
    }

    async fn fill(&mut self) -> Result<(), ReceiveError> {
        // Room for a small answer is left beside the one that is still held.
        if self.buffer.capacity() - self.buffer.len() < SMALL {
            self.buffer.reserve(READ);
        }
        ended(self.stream.read_buf(&mut self.buffer).await?)
    }
}

fn ended(read: usize) -> Result<(), ReceiveError> {
    match read {
        0 => Err(ReceiveError::Reset(io::ErrorKind::UnexpectedEof.into())),
        _ => Ok(()),
    }
}

fn chunk_length(line: &[u8], before: usize) -> Result<usize, WireError> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    std::str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .and_then(|digits| usize::from_str_radix(digits, 16).ok())
        .filter(|length| length.saturating_add(before) as u64 <= MAX_BODY)
        .ok_or_else(|| {
            let value = String::from_utf8_lossy(line);
            WireError::new("chunk size", value, "hexadecimal digits, at most 256 MiB in all")
        })
}

impl From<io::Error> for ReceiveError {
    fn from(error: io::Error) -> Self {
        Self::Reset(error)
    }
}

impl From<WireError> for ReceiveError {
    fn from(error: WireError) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for ReceiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reset(_) => "the connection ended before the answer",
            Self::Malformed(_) => "the answer breaks the protocol",
        })
    }
}

impl Error for ReceiveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Reset(error) => Some(error),
            Self::Malformed(error) => Some(error),
        }
    }
}
