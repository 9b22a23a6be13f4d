//! The process itself, on Lambda or under an emulator.
//!
//! Functions and no implementation of `Host`: what a program does not ask for is not linked.

use std::{
    future::Future,
    io,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::SystemTime,
};

use tokio::sync::Notify;

use crate::{ApiAddress, Listener, Transport};

/// Whether tasks stay on one thread, and Ctrl-C is ours: under `lambda_runtime::start`.
static STARTED: AtomicBool = AtomicBool::new(false);

pub(crate) fn mark_started() {
    STARTED.store(true, Ordering::SeqCst);
}

pub(crate) async fn connect(address: &ApiAddress) -> io::Result<Transport> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in address.resolve()? {
        match tokio::net::TcpStream::connect(address).await {
            Ok(stream) => {
                // Nagle's algorithm and delayed acknowledgements cost 40 ms per message.
                stream.set_nodelay(true)?;
                return Ok(Transport::Tcp(stream));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The name of the file of the executable.
pub(crate) fn program_name() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    Some(path.file_name()?.to_str()?.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "this is the place that asks the real clock")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

pub(crate) fn log(line: &str) {
    use io::Write as _;
    // One write, so that lines of several threads do not mix. A closed log fails nothing.
    let mut bytes = Vec::with_capacity(line.len() + 1);
    bytes.extend_from_slice(line.as_bytes());
    bytes.push(b'\n');
    let _ = io::stderr().lock().write_all(&bytes);
}

/// Of the operating system, each time: what this process had drawn before would be drawn again by
/// every copy of it that is restored from a snapshot.
pub(crate) fn random() -> u64 {
    use std::{
        hash::{BuildHasher as _, Hasher as _},
        io::Read as _,
    };
    let mut bytes = [0; 8];
    let read =
        std::fs::File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut bytes));
    match read {
        Ok(()) => u64::from_ne_bytes(bytes),
        // Keys of its own for each, seeded by the operating system once.
        Err(_) => std::collections::hash_map::RandomState::new().build_hasher().finish(),
    }
}

/// How many tasks were given to the environment and go on.
static TASKS: AtomicUsize = AtomicUsize::new(0);

/// Told when the last of them has ended.
static TASKS_ENDED: Notify = Notify::const_new();

/// Counts a task until it has ended, by a panic too.
fn counted<F: Future<Output = ()>>(task: F) -> impl Future<Output = ()> {
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            if TASKS.fetch_sub(1, Ordering::SeqCst) == 1 {
                TASKS_ENDED.notify_waiters();
            }
        }
    }
    TASKS.fetch_add(1, Ordering::SeqCst);
    let counted = Counted;
    async move {
        let _counted = counted;
        task.await;
    }
}

pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(counted(task));
}

pub(crate) fn spawn_local(task: impl Future<Output = ()> + 'static) {
    assert!(
        STARTED.load(Ordering::SeqCst),
        "`spawn_local` needs a runtime whose tasks stay on one thread: start the function with \
         `lambda_runtime::start`"
    );
    tokio::task::spawn_local(counted(task));
}

pub(crate) async fn tasks_ended() {
    loop {
        let ended = TASKS_ENDED.notified();
        if TASKS.load(Ordering::SeqCst) == 0 {
            return;
        }
        ended.await;
    }
}

pub(crate) async fn listen() -> io::Result<Listener> {
    // The name by which the service reaches what listens within the environment.
    let named = tokio::net::TcpListener::bind(("sandbox.localdomain", 0)).await;
    let (host, listener) = match named {
        Ok(listener) => ("sandbox.localdomain", listener),
        Err(_) => ("127.0.0.1", tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?),
    };
    let address = format!("{host}:{}", listener.local_addr()?.port());
    Ok(Listener::tcp(address, listener))
}

/// Waits for SIGTERM, and for Ctrl-C. Where there is no handler for them, they end the process, as they
/// do in any program.
#[cfg(unix)]
pub(crate) async fn terminated() {
    use std::os::unix::net::UnixStream;

    use signal_hook::{consts::signal, low_level::pipe};

    /// A pipe that can be read once there was a signal.
    fn woken() -> io::Result<tokio::net::UnixStream> {
        let (woken, waking) = UnixStream::pair()?;
        if STARTED.load(Ordering::SeqCst) {
            pipe::register(signal::SIGINT, waking.try_clone()?)?;
        }
        pipe::register(signal::SIGTERM, waking)?;
        woken.set_nonblocking(true)?;
        tokio::net::UnixStream::from_std(woken)
    }
    match woken() {
        Ok(woken) => drop(woken.readable().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
pub(crate) async fn terminated() {
    std::future::pending().await
}
