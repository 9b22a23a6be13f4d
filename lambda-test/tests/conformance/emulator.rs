//! The arm of AWS: the emulator binary, which is the service's own core behind a thin front.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::Stdio,
    time::Duration,
};

use lambda_core::{Connection, HttpResponse, ReceiveError, Transport};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
    sync::{mpsc, oneshot},
};

use crate::{
    Scenario, TIMEOUT,
    files::{Files, TASK},
    introduced, process,
    script::Runtime,
};

/// Two ports that were free a moment ago: the emulator takes no port 0. They are drawn from below those that the system
/// gives for port 0, so that whoever asks for one of these meanwhile is not given them.
fn free_addresses() -> (SocketAddr, SocketAddr) {
    use std::hash::BuildHasher as _;
    const PORTS: std::ops::Range<u64> = 10_000..32_000;
    let mut listeners: Vec<TcpListener> = Vec::new();
    // Those that are not fresh are held meanwhile, so that they are not drawn again.
    let mut fresh = || loop {
        let drawn = std::hash::RandomState::new().hash_one(0) % (PORTS.end - PORTS.start);
        let port = u16::try_from(PORTS.start + drawn).expect("a port");
        let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) else { continue };
        let address = listener.local_addr().expect("an address");
        listeners.push(listener);
        if connections_to(address) == 0 {
            return address;
        }
    };
    (fresh(), fresh())
}

/// How many connections to this address the system knows of, closed ones of the last minute included: also those to an
/// emulator that had the port before.
#[cfg(target_os = "linux")]
fn connections_to(address: SocketAddr) -> usize {
    let table = std::fs::read_to_string("/proc/net/tcp").expect("Linux tells its connections");
    // The third column is the remote end, as hexadecimal digits.
    let remote = format!(":{:04X}", address.port());
    let ends = table.lines().filter_map(|line| line.split_whitespace().nth(2));
    ends.filter(|end| end.ends_with(&remote)).count()
}

#[cfg(not(target_os = "linux"))]
fn connections_to(_: SocketAddr) -> usize {
    0
}

/// A caller of the function, with a connection.
struct Caller(Connection);

impl Caller {
    async fn of(front: SocketAddr) -> Self {
        let stream = TcpStream::connect(front).await.expect("the emulator listens");
        Self(Connection::new(Transport::Tcp(stream)))
    }

    async fn invoke(&mut self, headers: &str, event: &str) -> Result<HttpResponse, ReceiveError> {
        let head = format!(
            "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nhost: x\r\n{headers}\
             content-length: {}\r\n\r\n",
            event.len()
        );
        self.0.send(head.as_bytes(), event.as_bytes()).await.expect("a front");
        self.0.receive().await
    }
}

fn text(answer: &HttpResponse) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// An emulator that runs. It ends its children when it is told to end; dropped, it is told, and killed a
/// moment later.
struct Emulator {
    process: Child,
    front: SocketAddr,
    api: SocketAddr,
}

impl Emulator {
    /// Starts it; what it is to run is added to its command. A port may be taken between the draw and the emulator's
    /// bind: a child of another test that is not yet at its exec holds what this process had open. The emulator panics
    /// then, after its front has accepted, so it counts as started once both ports are its own.
    async fn start(emulator: &Path, what: impl Fn(&mut Command)) -> Self {
        let mut ended = None;
        for _ in 0..5 {
            let mut emulator = Self::spawn(emulator, &what);
            for _ in 0..500 {
                if emulator.listens(emulator.front) && emulator.listens(emulator.api) {
                    return emulator;
                }
                ended = emulator.process.try_wait().expect("a child of this process");
                if ended.is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        panic!(
            "the emulator did not listen on its two ports in five starts; the last ended: {ended:?}"
        );
    }

    fn spawn(emulator: &Path, what: impl Fn(&mut Command)) -> Self {
        let (front, api) = free_addresses();
        let mut command = Command::new(emulator);
        command
            .arg("--log-level=error")
            .arg(format!("--runtime-interface-emulator-address={front}"))
            .arg(format!("--runtime-api-address={api}"))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "10")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        what(&mut command);
        let process = command.spawn().expect("the emulator starts");
        Self { process, front, api }
    }

    /// Whether this process itself listens there: one of its open files is the socket that the system lists.
    fn listens(&self, address: SocketAddr) -> bool {
        const LISTENS: &str = "0A";
        let Some(id) = self.process.id() else { return false };
        let local = format!(":{:04X}", address.port());
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
        let mut rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let row = rows.find(|row| row.len() > 9 && row[1].ends_with(&local) && row[3] == LISTENS);
        let Some(socket) = row.map(|row| format!("socket:[{}]", row[9])) else { return false };
        let files = std::fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten().flatten();
        let mut targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        targets.any(|target| target == Path::new(&socket))
    }

    fn lines(&mut self) -> Lines<BufReader<ChildStdout>> {
        BufReader::new(self.process.stdout.take().expect("it is piped")).lines()
    }

    /// SIGTERM, if it still runs.
    fn terminate(&self) {
        use rustix::process::{Pid, Signal, kill_process};
        if let Some(id) = self.process.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)) {
            // It may have ended meanwhile.
            let _ = kill_process(id, Signal::TERM);
        }
    }

    async fn end(mut self) {
        self.terminate();
        // One that does not is killed when it is dropped.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.process.wait()).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.terminate();
        for _ in 0..200 {
            if let Ok(Some(_)) | Err(_) = self.process.try_wait() {
                return;
            }
            #[expect(clippy::disallowed_methods, reason = "it is the end of a test")]
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// What a runtime, extensions and the caller see in a scenario.
pub(crate) async fn run(emulator: &Path, scenario: &Scenario) -> Vec<String> {
    let _files = Files::of(scenario);
    // The test talks in the place of the function, once the emulator has come so far as to start it.
    let mut emulator = Emulator::start(emulator, |command| {
        command.env("AWS_LAMBDA_FUNCTION_TIMEOUT", TIMEOUT.to_string());
        match scenario.managed {
            false => command.args(["/bin/sh", "-c", &process("runtime")]),
            true => command.current_dir(TASK).env("AWS_LAMBDA_MAX_CONCURRENCY", "1"),
        };
    })
    .await;
    let client_context = scenario.client_context.map(|context| {
        let context = serde_json::json!({ "custom": context }).to_string();
        format!("X-Amz-Client-Context: {}\r\n", base64(context.as_bytes()))
    });
    let (invoke, asked) = oneshot::channel::<()>();
    let front = emulator.front;
    let mut invoking = tokio::task::spawn_local(async move {
        // Dropping the other end asks.
        let _ = asked.await;
        let headers = client_context.unwrap_or_default();
        match Caller::of(front).await.invoke(&headers, "\"event\"").await {
            Ok(answer) => text(&answer),
            Err(error) => error.to_string(),
        }
    });
    let mut lines = emulator.lines();
    let (told, heard) = mpsc::unbounded_channel();
    // Whatever else it prints is read, so that it never waits for a reader.
    let printing = tokio::task::spawn_local(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            // The script may have ended.
            let _ = introduced(&line).map(|process| told.send(process));
        }
    });
    // On managed instances the function is started before anybody invokes it.
    let mut invoke = Some(invoke).filter(|_| scenario.managed);
    let mut runtime = Runtime::new(heard);
    let limit = Duration::from_secs(TIMEOUT * 3);
    let mut payload = None;
    for line in scenario.lines() {
        if line == "returned" {
            payload = Some(tokio::time::timeout(limit, &mut invoking).await);
        } else if line == "invoke" {
            drop(invoke.take());
        } else if line == "shut down" {
            emulator.terminate();
        } else if runtime.end(line).await {
            // What the service makes of it, the caller sees.
        } else if let Err(error) = runtime.line(line).await {
            runtime.seen.push(format!("cannot go on: {}", error.kind()));
        }
    }
    let payload = match payload {
        Some(payload) => payload,
        None => tokio::time::timeout(limit, invoking).await,
    };
    let payload = match payload {
        Ok(payload) => payload.expect("the invocation ends"),
        Err(_) => "(no answer)".to_owned(),
    };
    runtime.seen.push(format!("caller: {}", without_id(&payload)));
    emulator.end().await;
    printing.abort();
    runtime.seen
}

/// Runs a function and an extension, both programs, in the mode for managed instances, invokes the function
/// and ends it. Gives the answer.
pub(crate) async fn invoke_managed(
    emulator: &Path,
    function: &Path,
    extension: &Path,
    variable: (&str, String),
    event: &str,
) -> String {
    let _files = Files::copied(function, extension);
    let emulator = Emulator::start(emulator, |command| {
        command.current_dir(TASK).env("AWS_LAMBDA_MAX_CONCURRENCY", "1");
        command.env(variable.0, &variable.1).stdout(Stdio::null());
    })
    .await;
    let mut answer = String::new();
    // Until the init phase is over it answers that it is not ready.
    for _ in 0..100 {
        let mut caller = Caller::of(emulator.front).await;
        let heard = caller.invoke("", event).await.expect("an answer");
        answer = text(&heard);
        if heard.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    emulator.end().await;
    answer
}

/// Runs a program with this handler in this folder, and invokes it once. Returns the response.
pub(crate) async fn invoke_once(
    emulator: &Path,
    program: &Path,
    handler: &str,
    folder: &Path,
    event: &str,
) -> String {
    let emulator = Emulator::start(emulator, |command| {
        command.arg(program).arg(handler).current_dir(folder).stdout(Stdio::null());
    })
    .await;
    let response = Caller::of(emulator.front).await.invoke("", event).await.expect("a response");
    emulator.end().await;
    text(&response)
}

/// The id in `RequestId: … Error`.
fn without_id(payload: &str) -> String {
    match payload
        .split_once("RequestId: ")
        .and_then(|(before, rest)| Some((before, rest.split_once(' ')?)))
    {
        Some((before, (_, after))) => format!("{before}RequestId: ID {after}"),
        None => payload.to_owned(),
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let value = chunk.iter().fold(0u32, |value, byte| value << 8 | u32::from(*byte));
        let value = value << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(value >> (18 - 6 * place) & 63) as usize] as char;
            text.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

/// Runs a program under the emulator and invokes it so many times. Returns how often the answer was
/// right and how many connections to the Runtime API the system knows of, closed ones included.
#[cfg(target_os = "linux")]
pub(crate) async fn invoke(emulator: &Path, program: &Path, times: u64) -> (u64, usize) {
    let emulator = Emulator::start(emulator, |command| {
        command.arg(program).stdout(Stdio::null());
    })
    .await;
    let mut caller = Caller::of(emulator.front).await;
    let mut right = 0;
    for number in 0..times {
        let event = format!(r#"{{"lines":[{{"price":{number},"quantity":2}}]}}"#);
        let answer = caller.invoke("", &event).await.expect("an answer");
        right += u64::from(answer.body == format!(r#"{{"total":{}}}"#, 2 * number));
    }
    let connections = connections_to(emulator.api);
    emulator.end().await;
    (right, connections)
}

/// An emulator with a bootstrap, whose lines are read.
pub(crate) struct Running {
    emulator: Emulator,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    pub(crate) async fn start(emulator: &Path, program: &str, arguments: &[String]) -> Self {
        let mut emulator = Emulator::start(emulator, |command| {
            command.arg(program).args(arguments);
        })
        .await;
        let lines = emulator.lines();
        Self { emulator, lines }
    }

    /// Invokes the function, which makes the emulator start it.
    pub(crate) fn invoke(&self, event: &'static str) -> impl Future<Output = String> + use<> {
        let front = self.emulator.front;
        async move {
            let answer = Caller::of(front).await.invoke("", event).await;
            text(&answer.expect("an answer"))
        }
    }

    /// Makes the emulator end, and with it the environment.
    pub(crate) fn terminate(&self) {
        self.emulator.terminate();
    }

    /// Waits for a line with this word, and gives what stands behind it.
    pub(crate) async fn line_after(&mut self, word: &str) -> String {
        let reading = async {
            loop {
                let line = self.lines.next_line().await.expect("text").expect("it goes on");
                if let Some((_, rest)) = line.split_once(word) {
                    return rest.to_owned();
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), reading).await.expect(word)
    }
}
