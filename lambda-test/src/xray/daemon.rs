//! The daemon of X-Ray: datagrams with a document each.
//!
//! Source: AWS X-Ray developer guide, "Sending trace data to X-Ray".

use std::{
    cell::RefCell,
    net::{Ipv4Addr, UdpSocket},
    sync::Arc,
};

/// The largest datagram of UDP.
const LARGEST: usize = 65_535;

/// Where functions with active tracing send documents. Without a task of its own: what was sent waits in the socket until it is
/// read.
pub(super) struct Daemon {
    socket: UdpSocket,
    buffer: RefCell<Vec<u8>>,
}

impl Daemon {
    /// Binds a port of this machine. Absent where there is none.
    pub(super) fn bind() -> Option<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
        socket.set_nonblocking(true).ok()?;
        Some(Self { socket, buffer: RefCell::default() })
    }

    pub(super) fn address(&self) -> Option<Arc<str>> {
        Some(self.socket.local_addr().ok()?.to_string().into())
    }

    /// Takes the documents that were sent until now.
    pub(super) fn receive(&self) -> Vec<Result<String, &'static str>> {
        let mut buffer = self.buffer.borrow_mut();
        buffer.resize(LARGEST, 0);
        let mut documents = Vec::new();
        while let Ok(length) = self.socket.recv(&mut buffer) {
            documents.push(document(&buffer[..length]));
        }
        documents
    }
}

/// The document behind the header line.
fn document(datagram: &[u8]) -> Result<String, &'static str> {
    let text = std::str::from_utf8(datagram).map_err(|_| "ParseError")?;
    let (header, document) = text.split_once('\n').ok_or("MissingHeader")?;
    let header: serde_json::Value = serde_json::from_str(header).map_err(|_| "MissingHeader")?;
    if header["format"] != "json" || header["version"] != 1 {
        return Err("MissingHeader");
    }
    Ok(document.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_has_a_header_and_a_document() {
        for (datagram, expected) in [
            ("{\"format\": \"json\", \"version\": 1}\n{\"id\": 7}", Ok("{\"id\": 7}")),
            ("{\"version\":1,\"format\":\"json\"}\n", Ok("")),
            ("{\"format\": \"json\", \"version\": 1}", Err("MissingHeader")),
            ("{\"format\": \"json\", \"version\": 2}\n{}", Err("MissingHeader")),
            ("{\"id\": 7}\n{}", Err("MissingHeader")),
            ("\n", Err("MissingHeader")),
            ("", Err("MissingHeader")),
        ] {
            assert_eq!(document(datagram.as_bytes()), expected.map(str::to_owned));
        }
        assert_eq!(document(b"\xff\n{}"), Err("ParseError"));
    }
}
