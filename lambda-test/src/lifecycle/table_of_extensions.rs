//! Every state of an external extension against every input, typed from the contract.
//!
//! The environment has one, `x`, which is told of invocations and of the end; `i` is one that would be
//! internal. A line is as in the table of the runtime, and ends with the state of each extension.

use std::{sync::Arc, time::Duration};

use super::{
    CallId, Engine, Input, Limits, Timer,
    table::{describe, dispatch, response, whole},
};
use crate::kernel::{
    ApiCall, Exit, ProcessRole, RegisterRequest, ResponseMode, SubscribeRequest,
    TelemetrySubscription,
};

const SECOND: Duration = Duration::from_secs(1);

/// Under which `x` has registered.
const X: &str = "00000000-0000-4000-8000-00000000000a";

fn call(number: u64, call: ApiCall) -> Input {
    Input::Call(CallId(number), call)
}

fn register(number: u64, name: &str, events: &[&str]) -> Input {
    call(
        number,
        ApiCall::Register(Box::new(RegisterRequest {
            name: Some(name.into()),
            events: Ok(events.iter().map(|event| (*event).into()).collect()),
            account_id: false,
            identifier: if name == "x" { X.into() } else { "i".into() },
        })),
    )
}

fn next_event(number: u64) -> Input {
    call(number, ApiCall::NextEvent { identifier: Some(X.into()) })
}

fn subscribe(number: u64) -> Input {
    let wanted = TelemetrySubscription {
        objects: true,
        types: vec!["platform".into()],
        max_items: 1000,
        max_bytes: 262_144,
        timeout: SECOND,
        port: 1,
        path: None,
    };
    let subscribing = SubscribeRequest { identifier: Some(X.into()), wanted: Ok(wanted) };
    call(number, ApiCall::Subscribe(Box::new(subscribing)))
}

fn error_type() -> Option<Arc<str>> {
    Some("Extension.NoTable".into())
}

fn init_error(number: u64) -> Input {
    call(
        number,
        ApiCall::ExtensionInitError { identifier: Some(X.into()), error_type: error_type() },
    )
}

fn exit_error(number: u64) -> Input {
    call(
        number,
        ApiCall::ExtensionExitError { identifier: Some(X.into()), error_type: error_type() },
    )
}

fn exit(role: ProcessRole) -> Input {
    Input::Exited(role, Exit::Status(1))
}

fn x() -> ProcessRole {
    ProcessRole::Extension("x".into())
}

/// The inputs that lead to each state, one second apart.
fn path(state: &str) -> Vec<Input> {
    let and = |mut inputs: Vec<Input>, more: Vec<Input>| {
        inputs.extend(more);
        inputs
    };
    let registered = || vec![Input::Start, register(1, "x", &["INVOKE", "SHUTDOWN"])];
    let waits = || and(registered(), vec![call(2, ApiCall::Next)]);
    let idle = || and(waits(), vec![next_event(3)]);
    let invoke = || and(idle(), vec![Input::Invoke(dispatch("a"))]);
    // After an init phase that failed.
    let late = || vec![Input::Start, exit(x()), Input::Invoke(dispatch("a"))];
    match state {
        "Started" => vec![Input::Start],
        "Registered" => registered(),
        "Registered, runtime waits" => waits(),
        "Idle" => idle(),
        "Invoke" => invoke(),
        "Invoke, extension is back" => and(invoke(), vec![next_event(4)]),
        "Invoke, runtime is back" => {
            let response = call(5, response("a", ResponseMode::Buffered));
            let body = Input::Body(CallId(5), whole());
            and(invoke(), vec![response, body, call(6, ApiCall::Next)])
        }
        "Init error" => and(registered(), vec![init_error(2)]),
        "Exit error" => and(invoke(), vec![exit_error(4)]),
        "Stopping" => and(idle(), vec![Input::ShutDown]),
        "Stopping, told" => and(idle(), vec![Input::ShutDown, exit(ProcessRole::Runtime)]),
        "Stopping, busy" => and(invoke(), vec![Input::ShutDown, exit(ProcessRole::Runtime)]),
        "Stopping, flushing" => and(
            vec![Input::Start, register(1, "x", &["INVOKE", "SHUTDOWN"]), subscribe(2)],
            vec![
                call(3, ApiCall::Next),
                next_event(4),
                Input::ShutDown,
                exit(ProcessRole::Runtime),
            ],
        ),
        "Late init, started" => late(),
        "Late init, registered" => and(late(), registered()[1..].to_vec()),
        "Late init, runtime waits" => and(late(), waits()[1..].to_vec()),
        "Ended" => and(idle(), vec![Input::ShutDown, exit(ProcessRole::Runtime), exit(x())]),
        state => panic!("no path to {state}"),
    }
}

/// The call under test is number 9; those that made the state are numbered from 1.
fn input(name: &str) -> Input {
    match name {
        "register" => register(9, "x", &["INVOKE", "SHUTDOWN"]),
        "register i" => register(9, "i", &["INVOKE"]),
        "event/next" => next_event(9),
        "init/error" => init_error(9),
        "exit/error" => exit_error(9),
        "exit" => exit(x()),
        "runtime exit" => exit(ProcessRole::Runtime),
        "runtime next" => call(9, ApiCall::Next),
        "time is up" => Input::Timer(Timer::Stop),
        "shut down" => Input::ShutDown,
        "invoke" => Input::Invoke(dispatch("b")),
        "subscribe" => subscribe(9),
        "init is too long" => Input::Timer(Timer::Init),
        "a is too long" => Input::Timer(Timer::Invocation("a".into())),
        "flushed" => Input::Flushed,
        input => panic!("no input {input}"),
    }
}

fn seen(state: &str, name: &str) -> String {
    let limits = Limits { init: 10 * SECOND, timeout: 30 * SECOND };
    let mut engine = Engine::new(limits, ["x".into()].into());
    let mut now = Duration::ZERO;
    for input in path(state) {
        engine.step(input, now);
        now += SECOND;
    }
    let effects = engine.step(input(name), now);
    let effects: Vec<String> = effects.iter().filter_map(|effect| describe(effect, now)).collect();
    let effects = if effects.is_empty() { "nothing".to_owned() } else { effects.join(", ") };
    format!("{state} + {name}: {effects} → {}", engine.place())
}

#[test]
fn every_state_of_an_extension_against_every_input() {
    let lines = TABLE.lines().map(str::trim);
    let lines: Vec<&str> =
        lines.filter(|line| !line.is_empty() && !line.starts_with("--")).collect();
    let mut wrong = Vec::new();
    assert_eq!(lines.len(), 17 * 15, "every state has every input");
    for line in lines {
        let name = line.split_once(": ").and_then(|(name, _)| name.split_once(" + "));
        let (state, name) = name.unwrap_or_else(|| panic!("no input in {line}"));
        if seen(state, name) != line {
            wrong.push(format!("expected {line}\n     got {}", seen(state, name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever the state.
#[test]
fn calls_that_are_no_extensions_are_refused() {
    let refused = |call: ApiCall, error_type: &str| {
        for state in ["Started", "Registered", "Idle", "Invoke", "Stopping, told", "Ended"] {
            let mut engine = Engine::new(
                Limits { init: 10 * SECOND, timeout: 30 * SECOND },
                ["x".into()].into(),
            );
            for input in path(state) {
                engine.step(input, Duration::ZERO);
            }
            let effects = engine.step(Input::Call(CallId(9), call.clone()), Duration::ZERO);
            let seen: Vec<String> =
                effects.iter().filter_map(|effect| describe(effect, Duration::ZERO)).collect();
            assert_eq!(seen, [format!("403 {error_type} #9")], "{state}");
        }
    };
    let registration = |name: Option<&str>, events: Result<Vec<Arc<str>>, Arc<str>>| {
        let (name, identifier) = (name.map(Arc::from), "n".into());
        ApiCall::Register(Box::new(RegisterRequest { name, events, account_id: false, identifier }))
    };
    let next =
        |identifier: Option<&str>| ApiCall::NextEvent { identifier: identifier.map(Arc::from) };
    refused(registration(None, Ok(vec![])), "Extension.InvalidExtensionName");
    refused(registration(Some(""), Ok(vec![])), "Extension.InvalidExtensionName");
    refused(registration(Some("x"), Err("cut".into())), "InvalidRequestFormat");
    refused(registration(Some("x"), Ok(vec!["invoke".into()])), "Extension.InvalidEventType");
    refused(next(None), "Extension.MissingExtensionIdentifier");
    refused(next(Some("7")), "Extension.InvalidExtensionIdentifier");
    refused(
        next(Some("00000000-0000-4000-8000-00000000000b")),
        "Extension.UnknownExtensionIdentifier",
    );
}

const TABLE: &str = include_str!("table_of_extensions.txt");
