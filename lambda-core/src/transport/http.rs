//! One HTTP/1.1 connection, driven by whoever asks: no task, no pool.
//!
//! A body is not copied after it left the socket: it is a slice of the buffer it was read into.

use std::{
    error::Error,
    fmt, future,
    io::{self, IoSlice},
    mem,
    pin::Pin,
    task::Poll,
};

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::Transport;
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
/// Calls are made one after the other: [`send`](Self::send), then [`receive`](Self::receive). A body
/// whose length is unknown is sent in chunks: [`start_body`](Self::start_body), [`write_body`](Self::write_body)
/// for each chunk, [`finish_body`](Self::finish_body). When the future of any of them is dropped, or returns an
/// error, the connection cannot be used any more.
#[derive(Debug)]
pub struct Connection {
    stream: Transport,
    buffer: BytesMut,
    /// False while an exchange is under way, and for good once one was cut short, the server said
    /// that it closes, or it sent more than the answer.
    reusable: bool,
    /// Whether it will be reusable once the chunked body has been finished.
    reusable_after: bool,
    /// Whether the transport accepted any byte of the last request.
    sent_bytes: bool,
}

/// The outcome of writing a part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "once the server has responded, the rest of the request must not be written"]
pub enum WriteOutcome {
    /// All of the part was written.
    Written,
    /// The server responded, or closed the connection, before all of it was written:
    /// [`receive`](Connection::receive) returns the response.
    EarlyResponse,
}

/// A complete HTTP response.
#[derive(Clone, Debug)]
pub struct HttpResponse {
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
    pub fn new(stream: Transport) -> Self {
        Self {
            stream,
            buffer: BytesMut::with_capacity(READ),
            reusable: true,
            reusable_after: false,
            sent_bytes: false,
        }
    }

    /// The stream below, for a party that speaks to it in its own way. What was read ahead is lost.
    pub fn into_transport(self) -> Transport {
        self.stream
    }

    /// Whether the last call left the connection fit for another one.
    #[inline]
    pub fn is_reusable(&self) -> bool {
        self.reusable
    }

    /// Returns whether another call may be made on a connection that was kept: it is
    /// [reusable](Self::is_reusable), and since the last call the server has neither closed it nor sent what
    /// nobody had requested.
    ///
    /// The socket is looked at only where it is known to be readable, so that a connection in good order
    /// costs no system call. What it sees is as new as the last time that the task waited.
    pub fn is_still_reusable(&mut self) -> bool {
        if self.reusable {
            let mut unsolicited = [0; 64];
            if let Some(length) = self.stream.readable(&mut unsolicited) {
                self.buffer.extend_from_slice(&unsolicited[..length]);
                self.reusable = false;
            }
        }
        self.reusable
    }

    /// Returns whether any byte of the last request was sent. A request of which none was cannot have arrived.
    pub fn has_sent_bytes(&self) -> bool {
        self.sent_bytes
    }

    /// Writes a request: head and body leave in one piece where the socket takes them.
    ///
    /// When the answer comes before the request is written, as with a 413, the rest stays unwritten
    /// and the connection is not reusable after the answer. Interim answers (1xx) stop nothing.
    ///
    /// # Errors
    ///
    /// The connection broke. There may be an answer to [`receive`](Self::receive) all the same.
    pub async fn send(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        let reusable = mem::replace(&mut self.reusable, false);
        self.sent_bytes = false;
        if let WriteOutcome::Written =
            self.write_parts(&mut [IoSlice::new(head), IoSlice::new(body)]).await?
        {
            self.reusable = reusable;
        }
        Ok(())
    }

    /// Starts a request with a chunked body; its head has `transfer-encoding: chunked`. The first chunk, made of two
    /// parts, leaves with the head in one piece; there is none where both are empty.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn start_body(&mut self, head: &[u8], first: [&[u8]; 2]) -> io::Result<WriteOutcome> {
        self.reusable_after = mem::replace(&mut self.reusable, false);
        self.sent_bytes = false;
        self.write_chunk(head, first).await
    }

    /// Writes one chunk of the body; nothing for an empty one.
    ///
    /// After an [early response](WriteOutcome::EarlyResponse) nothing more must be written.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn write_body(&mut self, chunk: &[u8]) -> io::Result<WriteOutcome> {
        self.write_chunk(b"", [chunk, b""]).await
    }

    async fn write_chunk(&mut self, head: &[u8], chunk: [&[u8]; 2]) -> io::Result<WriteOutcome> {
        let mut size = [0; 18];
        let [size, end] = match chunk[0].len() + chunk[1].len() {
            0 => [&b""[..], b""],
            length => [chunk_size(&mut size, length), b"\r\n"],
        };
        let [first, second] = chunk;
        self.write_parts(&mut [head, size, first, second, end].map(IoSlice::new)).await
    }

    /// Waits for a response while a body is being sent and there is nothing to write: ready once the
    /// server has responded or closed the connection, so that [`receive`](Self::receive) does not wait.
    pub fn poll_early_response(&mut self, context: &mut std::task::Context<'_>) -> Poll<()> {
        loop {
            // `receive` returns what broke, and what is wrong with a head.
            match std::task::ready!(self.poll_early(context)) {
                Ok(0) | Err(_) => return Poll::Ready(()),
                Ok(_) if !matches!(self.head(), Ok(None)) => return Poll::Ready(()),
                Ok(_) => {}
            }
        }
    }

    /// Reads what the server sends before the request is written; 0 is the end of the connection.
    fn poll_early(&mut self, context: &mut std::task::Context<'_>) -> Poll<io::Result<usize>> {
        let mut early = [0; 512];
        let mut early = ReadBuf::new(&mut early);
        std::task::ready!(Pin::new(&mut self.stream).poll_read(context, &mut early))?;
        self.buffer.extend_from_slice(early.filled());
        Poll::Ready(Ok(early.filled().len()))
    }

    /// Finishes the body with these trailers: complete lines, `name: value` and a line end each.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn finish_body(&mut self, trailers: &[u8]) -> io::Result<WriteOutcome> {
        let parts = [&b"0\r\n"[..], trailers, b"\r\n"];
        let outcome = self.write_parts(&mut parts.map(IoSlice::new)).await?;
        if let WriteOutcome::Written = outcome {
            self.reusable = self.reusable_after;
        }
        Ok(outcome)
    }

    /// Writes all parts, unless the server responds before.
    async fn write_parts(&mut self, mut rest: &mut [IoSlice<'_>]) -> io::Result<WriteOutcome> {
        // What is empty is passed over, so that nothing written means that nothing can be.
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            match future::poll_fn(|context| self.poll_write(context, rest)).await? {
                Sent::Written(0) => return Err(io::ErrorKind::WriteZero.into()),
                Sent::Written(written) => {
                    self.sent_bytes = true;
                    IoSlice::advance_slices(&mut rest, written);
                }
                Sent::EarlyResponse(0) => return Ok(WriteOutcome::EarlyResponse),
                Sent::EarlyResponse(_) => match self.head() {
                    // The head is not all there yet: the server may still want the rest.
                    Ok(None) => {}
                    // `receive` reads it again, and says what is wrong with it.
                    Ok(Some(_)) | Err(_) => return Ok(WriteOutcome::EarlyResponse),
                },
            }
        }
        Ok(WriteOutcome::Written)
    }

    /// Writes, and where the server does not take more, sees whether it answers already.
    fn poll_write(
        &mut self,
        context: &mut std::task::Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<Sent>> {
        let stream = Pin::new(&mut self.stream);
        if let Poll::Ready(written) = stream.poll_write_vectored(context, slices) {
            return Poll::Ready(written.map(Sent::Written));
        }
        self.poll_early(context).map_ok(Sent::EarlyResponse)
    }

    /// Reads the answer to the request just sent, to its end. Interim answers (1xx) are passed over.
    ///
    /// # Errors
    ///
    /// See [`ReceiveError`]. The connection is of no further use then.
    pub async fn receive(&mut self) -> Result<HttpResponse, ReceiveError> {
        if self.buffer.is_empty() {
            // The answers read before are dropped by now, mostly: the buffer begins anew.
            // It grows where it must when bytes come.
            let _ = self.buffer.try_reclaim(READ);
        }
        let reusable = mem::replace(&mut self.reusable, false);
        let (answer, close) = self.receive_inner().await?;
        // Bytes that nobody asked for would be taken for the answer to the next request.
        self.reusable = reusable && !close && self.buffer.is_empty();
        Ok(answer)
    }

    async fn receive_inner(&mut self) -> Result<(HttpResponse, bool), ReceiveError> {
        let head = loop {
            match self.head()? {
                Some(head) => break head,
                None => self.fill().await?,
            }
        };
        let (status, framing, close, length) = (head.status, head.framing, head.close, head.length);
        let bytes = self.buffer.split_to(length).freeze();
        let headers = head.headers(bytes);
        let body = match framing {
            // `MAX_BODY` fits in a `usize`.
            Framing::Length(length) => self.body(length as usize).await?,
            Framing::Chunked => self.chunks().await?,
            Framing::UntilClose => self.until_close().await?,
        };
        // A large head made the buffer grow; a connection that waits holds no more than it needs.
        if self.buffer.is_empty() && 2 * READ < length.max(self.buffer.capacity()) {
            self.buffer = BytesMut::with_capacity(READ);
        }
        Ok((HttpResponse { status, headers, body }, close))
    }

    /// The head of the final answer, once it is in the buffer; interim answers are taken out.
    fn head(&mut self) -> Result<Option<ResponseHead>, WireError> {
        loop {
            match ResponseHead::parse(&self.buffer)? {
                Some(head) if head.status < 200 => drop(self.buffer.split_to(head.length)),
                head => return Ok(head),
            }
        }
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
                Some(length) if length < MAX_LINE => break length,
                None if self.buffer.len() < MAX_LINE => self.fill().await?,
                _ => return Err(WireError::new(what, "very long", "a line").into()),
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

/// What came of an attempt to write.
enum Sent {
    /// So many bytes were written.
    Written(usize),
    /// Nothing was written, but so many bytes of a response came; 0 is the end of the connection.
    EarlyResponse(usize),
}

/// The line before a chunk.
fn chunk_size(line: &mut [u8; 18], length: usize) -> &[u8] {
    let mut start = line.len() - 2;
    line[start..].copy_from_slice(b"\r\n");
    let mut rest = length;
    loop {
        start -= 1;
        line[start] = b"0123456789abcdef"[rest % 16];
        rest /= 16;
        if rest == 0 {
            return &line[start..];
        }
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    async fn call(
        connection: &mut Connection,
        server: &mut DuplexStream,
        size: usize,
    ) -> HttpResponse {
        call_with(connection, server, size, "").await
    }

    async fn call_with(
        connection: &mut Connection,
        server: &mut DuplexStream,
        size: usize,
        lines: &str,
    ) -> HttpResponse {
        let head = format!("HTTP/1.1 200 OK\r\n{lines}content-length: {size}\r\n\r\n");
        let answer = [head.into_bytes(), vec![7; size]].concat();
        let (answer, written) = tokio::join!(connection.receive(), server.write_all(&answer));
        written.expect("the client reads");
        answer.expect("an answer")
    }

    #[test]
    fn the_size_of_a_chunk_is_hexadecimal() {
        for length in [1, 9, 10, 15, 16, 255, 4096, 65_537, usize::MAX] {
            let expected = format!("{length:x}\r\n");
            assert_eq!(chunk_size(&mut [0; 18], length), expected.as_bytes());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_buffer_is_used_again_once_the_answer_is_dropped() {
        let (client, mut server) = duplex(64 * 1024);
        let mut connection = Connection::new(Transport::Memory(client));
        let mut places = Vec::new();
        for _ in 0..1000 {
            let answer = call(&mut connection, &mut server, 3000).await;
            places.push(answer.body.as_ptr() as usize);
            assert!(connection.buffer.capacity() <= READ);
        }
        places.sort_unstable();
        places.dedup();
        assert!(places.len() < 10, "{} places for 1000 bodies", places.len());
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_given_back_after_a_large_body() {
        let (client, mut server) = duplex(64 * 1024);
        let mut connection = Connection::new(Transport::Memory(client));
        let large = call(&mut connection, &mut server, 6 * 1024 * 1024).await;
        assert!(connection.buffer.capacity() <= READ, "the body has memory of its own");
        // What is shared with no other slice can be taken whole, and is no larger than the body.
        let body = large.body.try_into_mut().expect("nobody else holds it");
        assert_eq!(body.capacity(), 6 * 1024 * 1024);
        drop(body);
        call(&mut connection, &mut server, 10).await;
        assert!(connection.buffer.capacity() <= READ);
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_given_back_after_a_large_head() {
        let (client, mut server) = duplex(64 * 1024);
        let mut connection = Connection::new(Transport::Memory(client));
        let lines = format!("x: {}\r\n", "x".repeat(1024 * 1024));
        drop(call_with(&mut connection, &mut server, 10, &lines).await);
        for _ in 0..3 {
            drop(call(&mut connection, &mut server, 10).await);
            let capacity = connection.buffer.capacity();
            assert!(capacity <= 2 * READ, "{capacity} bytes are held");
        }
    }
}
