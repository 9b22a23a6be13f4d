//! What an environment makes of its variables and of log lines.

use std::{
    future::pending,
    io,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use lambda_core::{ApiAddress, BoxFuture, Environment, Host, Transport, Variables};

/// A host that keeps what is logged and spawned, and has a clock that stands still.
#[derive(Clone, Default)]
struct Keeping {
    lines: Arc<Mutex<Vec<String>>>,
    tasks: Arc<Mutex<Vec<BoxFuture<()>>>>,
}

impl Host for Keeping {
    fn connect(&self, _: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        Box::pin(pending())
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn log(&self, line: &str) {
        self.lines.lock().expect("one thread").push(line.to_owned());
    }

    fn random(&self) -> u64 {
        7
    }

    fn spawn(&self, task: BoxFuture<()>) {
        self.tasks.lock().expect("one thread").push(task);
    }
}

#[track_caller]
fn check_line(text: &str, line: &str) {
    let host = Keeping::default();
    Environment::new(Variables::default(), host.clone()).log(text);
    assert_eq!(*host.lines.lock().expect("one thread"), [line], "{text:?}");
}

#[test]
fn a_text_of_several_lines_is_one_log_event() {
    check_line("one", "one");
    check_line("", "");
    check_line("one\n", "one");
    check_line("one\r\n\r\n", "one");
    check_line("one\ntwo", "one\rtwo");
    check_line("one\r\ntwo\n\nthree\n", "one\rtwo\r\rthree");
    check_line("\n one", "\r one");
    check_line("tschüss\n", "tschüss");
}

#[track_caller]
fn check_address(variable: Option<&str>, expected: Result<&str, &str>) {
    let name = "AWS_LAMBDA_RUNTIME_API";
    let variables = variable.map(|value| (name, value)).into_iter().collect();
    let address = Environment::new(variables, Keeping::default()).api_address();
    match (address, expected) {
        (Ok(address), Ok(expected)) => assert_eq!(address.to_string(), expected),
        (Err(error), Err(expected)) => {
            let error = error.to_string();
            assert!(error.starts_with(expected), "{variable:?}: {error}");
        }
        (seen, expected) => panic!("{variable:?}: {seen:?} is not {expected:?}"),
    }
}

#[test]
fn the_address_of_the_apis_must_be_there_and_right() {
    check_address(Some("127.0.0.1:9001"), Ok("127.0.0.1:9001"));
    check_address(Some("http://localhost:9000/.rt/"), Ok("localhost:9000/.rt"));
    let outside = "AWS_LAMBDA_RUNTIME_API is not set, so this is not Lambda";
    check_address(None, Err(outside));
    check_address(Some(""), Err(outside));
    check_address(Some("nowhere"), Err("AWS_LAMBDA_RUNTIME_API is `nowhere`: expected"));
    check_address(Some("a:1\r\nx: y"), Err(r"AWS_LAMBDA_RUNTIME_API is `a:1\r\nx: y`: expected"));
}

#[test]
fn clones_are_the_same_environment_and_show_no_values() {
    let host = Keeping::default();
    let variables = Variables::from_iter([("SECRET", "very secret")]);
    let environment = Environment::new(variables, host.clone());
    let clone = environment.clone();
    clone.log("from the clone");
    clone.spawn(async {});
    environment.spawn(async {});
    assert_eq!(host.lines.lock().expect("one thread").len(), 1);
    assert_eq!(host.tasks.lock().expect("one thread").len(), 2, "the host decides when they run");
    assert_eq!((clone.random(), clone.now()), (7, SystemTime::UNIX_EPOCH));
    assert!(!clone.is_process(), "its variables may not be written to the process");
    assert!(Environment::from_process().is_process());
    assert_eq!(format!("{clone:?}"), r#"Environment { variables: Variables["SECRET"], .. }"#);
}

/// Nagle's algorithm and delayed acknowledgements together cost 40 ms for each piece of a response.
#[tokio::test]
async fn what_is_written_leaves_at_once() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let address = address.parse().expect("host and port");
    let connection = Environment::from_process().connect(&address).await.expect("it listens");
    let Transport::Tcp(stream) = connection.into_transport() else { panic!("a socket") };
    assert!(stream.nodelay().expect("an option of the socket"));
}

/// What a host need not offer.
#[tokio::test]
async fn a_host_that_offers_little_has_the_rest_by_default() {
    let host = Keeping::default();
    host.tasks_ended().await;
    assert_eq!(host.program_name(), None);
    let error = host.listen().await.err().map(|error| error.kind());
    assert_eq!(error, Some(io::ErrorKind::Unsupported));
    let spawning = std::panic::catch_unwind(|| Keeping::default().spawn_local(Box::pin(pending())));
    let panic = spawning.expect_err("nowhere to run");
    assert!(panic.downcast_ref::<&str>().is_some_and(|text| text.contains("no thread")));
}

/// This process is none of Lambda's, and its environment is what it offers all the same.
#[tokio::test]
async fn the_process_has_chance_a_name_and_ports() {
    let environment = Environment::from_process();
    let drawn = [environment.random(), environment.random(), environment.random()];
    assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2], "{drawn:?}");
    let program = std::env::current_exe().expect("a path");
    assert_eq!(
        environment.program_name().as_deref(),
        program.file_name().and_then(|name| name.to_str())
    );
    assert!(environment.listen().await.is_ok());
    environment.tasks_ended().await;
}

#[test]
fn a_variable_that_is_removed_is_absent_and_others_stay() {
    let mut variables =
        Variables::from_iter([("A", "1"), ("B", "2"), ("LAMBDA_TASK_ROOT", "/var/task")]);
    variables.remove("A");
    assert_eq!((variables.get("A"), variables.get("B")), (None, Some("2")));
    assert_eq!(variables.task_root(), Some("/var/task"));
}
