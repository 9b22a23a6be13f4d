//! A connection that is fed any bytes in pieces of any size: no panic, no hang, and the same answer
//! as in one piece.
#![no_main]

use lambda_core::{Connection, Stream};
use libfuzzer_sys::fuzz_target;
use tokio::io::AsyncWriteExt as _;

fn receive(bytes: &[u8], piece: usize) -> Option<(u16, Vec<u8>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let (client, mut server) = tokio::io::duplex(512);
        let writing = async move {
            for piece in bytes.chunks(piece) {
                // A client that has given up closes the pipe.
                if server.write_all(piece).await.is_err() {
                    return;
                }
            }
        };
        let reading = async move {
            let mut connection = Connection::new(Stream::Memory(client));
            connection.receive().await.ok().map(|answer| (answer.status, answer.body.to_vec()))
        };
        tokio::join!(reading, writing).0
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some((piece, bytes)) = bytes.split_first() else { return };
    let whole = receive(bytes, usize::MAX);
    assert_eq!(receive(bytes, usize::from(*piece) + 1), whole);
});
