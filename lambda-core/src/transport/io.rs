//! What a connection runs over: a socket, or a pipe within the process.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    net::TcpStream,
};

/// The byte transport of a [`Connection`](crate::Connection): a socket, or a pipe within this process.
#[derive(Debug)]
#[non_exhaustive]
pub enum Transport {
    /// A socket, in real time.
    Tcp(TcpStream),
    /// A pipe within this process, for a simulated environment in virtual time.
    Memory(DuplexStream),
}

impl Transport {
    /// Reads what has come by now: `None` where nothing has, zero bytes at the end of the stream and where it
    /// is broken. Nothing is waited for, and nobody is woken later.
    pub(super) fn readable(&mut self, bytes: &mut [u8]) -> Option<usize> {
        match self {
            // No system call, unless the socket was seen to be readable.
            Self::Tcp(stream) => match stream.try_read(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
                read => Some(read.unwrap_or_default()),
            },
            Self::Memory(stream) => {
                let mut buffer = ReadBuf::new(bytes);
                let mut context = Context::from_waker(Waker::noop());
                match Pin::new(stream).poll_read(&mut context, &mut buffer) {
                    Poll::Ready(_) => Some(buffer.filled().len()),
                    Poll::Pending => None,
                }
            }
        }
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Memory(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Memory(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Self::Memory(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(context),
            Self::Memory(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Memory(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
