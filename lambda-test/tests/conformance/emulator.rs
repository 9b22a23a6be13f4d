//! The arm of AWS: the emulator binary, which is the service's own core behind a thin front.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Stdio,
    time::Duration,
};

use lambda_core::{Connection, Stream};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpStream,
    process::{Child, Command},
    sync::{mpsc, oneshot},
};

use crate::{Scenario, TIMEOUT, introduced, process, script::Runtime};

/// Two ports that were free a moment ago: the emulator takes no port 0.
fn free_addresses() -> (SocketAddr, SocketAddr) {
    let bind = || TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let (one, two) = (bind(), bind());
    (one.local_addr().expect("an address"), two.local_addr().expect("an address"))
}

/// Connects as soon as somebody listens.
async fn connect(address: SocketAddr) -> TcpStream {
    for _ in 0..500 {
        if let Ok(stream) = TcpStream::connect(address).await {
            return stream;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the emulator does not listen on {address}");
}

/// Where the emulator looks for external extensions.
const EXTENSIONS: &str = "/opt/extensions";

/// Where it looks for the function in its mode for managed instances.
const TASK: &str = "/var/task";

/// Files of extensions and of the function, taken away again when this is dropped.
struct Files(Vec<std::path::PathBuf>);

impl Files {
    fn of(scenario: &Scenario) -> Self {
        let mut files = Self(Vec::new());
        for name in scenario.extensions {
            match name.strip_prefix('-') {
                Some(name) => files.write(EXTENSIONS, name, name, 0o644),
                None => files.write(EXTENSIONS, name, name, 0o755),
            }
        }
        if scenario.managed {
            files.write(TASK, "bootstrap", "runtime", 0o755);
        }
        files
    }

    fn write(&mut self, folder: &str, file: &str, name: &str, mode: u32) {
        let path = Path::new(folder).join(file);
        fs::write(&path, format!("#!/bin/sh\n{}\n", process(name))).expect("it may be written");
        self.0.push(path.clone());
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is there");
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        for path in &self.0 {
            // What is gone is gone.
            let _ = fs::remove_file(path);
        }
    }
}

/// What a runtime, extensions and the caller see in a scenario.
pub(crate) async fn run(emulator: &Path, scenario: &Scenario) -> Vec<String> {
    let _files = Files::of(scenario);
    let (front, api) = free_addresses();
    let mut command = Command::new(emulator);
    // The test talks in the place of the function, once the emulator has come so far as to start it.
    match scenario.managed {
        false => command.args(["/bin/sh", "-c", &process("runtime")]),
        true => command.current_dir(TASK).env("AWS_LAMBDA_MAX_CONCURRENCY", "1"),
    };
    let mut emulator = command
        .arg("--log-level=error")
        .arg(format!("--runtime-interface-emulator-address={front}"))
        .arg(format!("--runtime-api-address={api}"))
        .env("PATH", "/usr/bin:/bin")
        .env("AWS_LAMBDA_FUNCTION_TIMEOUT", TIMEOUT.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "function")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the emulator starts");
    let stream = connect(front).await;
    let client_context = scenario.client_context.map(|context| {
        let context = serde_json::json!({ "custom": context }).to_string();
        format!("X-Amz-Client-Context: {}\r\n", base64(context.as_bytes()))
    });
    let (invoke, asked) = oneshot::channel::<()>();
    let mut invoking = tokio::task::spawn_local(async move {
        // Dropping the other end asks.
        let _ = asked.await;
        let mut connection = Connection::new(Stream::Tcp(stream));
        let head = format!(
            "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nhost: x\r\n{}\
             content-length: 7\r\n\r\n",
            client_context.unwrap_or_default()
        );
        connection.send(head.as_bytes(), b"\"event\"").await.expect("a front");
        match connection.receive().await {
            Ok(answer) => String::from_utf8_lossy(&answer.body).into_owned(),
            Err(error) => error.to_string(),
        }
    });
    let stdout = emulator.stdout.take().expect("stdout is piped");
    let mut lines = BufReader::new(stdout).lines();
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
            terminate(&emulator);
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
    // The emulator ends its children when it is told to end.
    terminate(&emulator);
    let _ = tokio::time::timeout(Duration::from_secs(5), emulator.wait()).await;
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
    let mut files = Files(Vec::new());
    let name = extension.file_name().expect("a file");
    for (from, to) in [
        (function, Path::new(TASK).join("bootstrap")),
        (extension, Path::new(EXTENSIONS).join(name)),
    ] {
        files.0.push(to.clone());
        fs::copy(from, to).expect("it may be written");
    }
    let (front, api) = free_addresses();
    let mut process = Command::new(emulator)
        .current_dir(TASK)
        .arg(format!("--runtime-interface-emulator-address={front}"))
        .arg(format!("--runtime-api-address={api}"))
        .env_clear()
        .env("AWS_LAMBDA_FUNCTION_NAME", "function")
        .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "10")
        .env("AWS_LAMBDA_MAX_CONCURRENCY", "1")
        .env(variable.0, variable.1)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the emulator starts");
    let mut answer = String::new();
    // Until the init phase is over it answers that it is not ready.
    for _ in 0..100 {
        let mut connection = Connection::new(Stream::Tcp(connect(front).await));
        let head = format!(
            "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nhost: x\r\n\
             content-length: {}\r\n\r\n",
            event.len()
        );
        connection.send(head.as_bytes(), event.as_bytes()).await.expect("a front");
        let heard = connection.receive().await.expect("an answer");
        answer = String::from_utf8_lossy(&heard.body).into_owned();
        if heard.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    terminate(&process);
    let _ = tokio::time::timeout(Duration::from_secs(5), process.wait()).await;
    answer
}

/// SIGTERM, if it still runs.
fn terminate(emulator: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(id) = emulator.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)) {
        // It may have ended meanwhile.
        let _ = kill_process(id, Signal::TERM);
    }
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
    let (front, api) = free_addresses();
    let mut process = Command::new(emulator)
        .args(["--log-level", "error"])
        .args(["--runtime-interface-emulator-address", &front.to_string()])
        .args(["--runtime-api-address", &api.to_string()])
        .arg(program)
        .env_clear()
        .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "10")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the emulator starts");
    let mut connection = Connection::new(Stream::Tcp(connect(front).await));
    let mut right = 0;
    for number in 0..times {
        let body = format!(r#"{{"lines":[{{"price":{number},"quantity":2}}]}}"#);
        let head = format!(
            "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nhost: x\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        connection.send(head.as_bytes(), body.as_bytes()).await.expect("a front");
        let answer = connection.receive().await.expect("an answer");
        right += u64::from(answer.body == format!(r#"{{"total":{}}}"#, 2 * number));
    }
    let table = std::fs::read_to_string("/proc/net/tcp").expect("Linux tells its connections");
    // The third column is the remote end, as hexadecimal digits.
    let remote = format!(":{:04X}", api.port());
    let connections = table.lines().filter_map(|line| line.split_whitespace().nth(2));
    let connections = connections.filter(|end| end.ends_with(&remote)).count();
    terminate(&process);
    let _ = tokio::time::timeout(Duration::from_secs(5), process.wait()).await;
    (right, connections)
}

/// An emulator with a bootstrap, whose lines are read.
pub(crate) struct Running {
    process: tokio::process::Child,
    front: SocketAddr,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl Running {
    pub(crate) async fn start(emulator: &Path, program: &str, arguments: &[String]) -> Self {
        let (front, api) = free_addresses();
        let mut process = Command::new(emulator)
            .args(["--log-level", "error"])
            .args(["--runtime-interface-emulator-address", &front.to_string()])
            .args(["--runtime-api-address", &api.to_string()])
            .arg(program)
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "10")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the emulator starts");
        let lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        drop(connect(front).await);
        Self { process, front, lines }
    }

    /// Invokes the function, which makes the emulator start it.
    pub(crate) fn invoke(&self, event: &'static str) -> impl Future<Output = String> + use<> {
        let front = self.front;
        async move {
            let mut connection = Connection::new(Stream::Tcp(connect(front).await));
            let head = format!(
                "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nhost: x\r\n\
                 content-length: {}\r\n\r\n",
                event.len()
            );
            connection.send(head.as_bytes(), event.as_bytes()).await.expect("a front");
            let answer = connection.receive().await.expect("an answer");
            String::from_utf8_lossy(&answer.body).into_owned()
        }
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

impl Drop for Running {
    fn drop(&mut self) {
        // The emulator ends its child when it is told to end; it is killed a moment later.
        if let Some(id) = self.process.id().and_then(|id| rustix::process::Pid::from_raw(id as i32))
        {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
            for _ in 0..200 {
                if let Ok(Some(_)) | Err(_) = self.process.try_wait() {
                    return;
                }
                #[expect(clippy::disallowed_methods, reason = "it is the end of a test")]
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}
