//! An application in this process that keeps a connection to another machine: seen where one test of a process runs at a
//! time, so this is a program of its own.

#![cfg(target_os = "linux")]

use std::{
    net::{IpAddr, TcpListener, UdpSocket},
    panic::{AssertUnwindSafe, catch_unwind},
};

use lambda_runtime::{Error, Runtime};
use lambda_test::{Harness, Lambda, TestError};

/// Why a test fails whose body is this.
fn failure<F: Future<Output = Result<(), TestError>> + 'static>(
    body: impl FnOnce() -> F,
) -> String {
    let running = AssertUnwindSafe(|| lambda_test::run("name", Harness::new(), body));
    let panic = catch_unwind(running).expect_err("it fails");
    panic.downcast_ref::<String>().expect("a message").clone()
}

/// An address of this machine that is not loopback, if it has one. No packet is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// A connection that stays open when the environment is frozen is named; one that was there before is not.
#[test]
fn an_application_that_keeps_a_connection_to_another_machine_fails_its_test() {
    // In a namespace without any network there is nothing to keep.
    let Some(own) = own_address() else { return };
    let server = TcpListener::bind((own, 0)).expect("an address of this machine");
    let address = server.local_addr().expect("an address");
    let before = std::net::TcpStream::connect(address).expect("it listens");
    let message = failure(async move || {
        let lambda = Lambda::new();
        let app = Runtime::new(async move |_: ()| {
            // Kept for the next invocation, as a pool does.
            std::mem::forget(std::net::TcpStream::connect(address)?);
            Ok::<_, Error>(())
        });
        let function = lambda.function("orders", app).create();
        function.invoke(()).await.assert_ok();
        Ok(())
    });
    assert!(message.contains(&format!("the function `orders` called {address}")), "{message}");
    assert!(!message.contains(&before.local_addr().expect("an address").to_string()), "{message}");
}
