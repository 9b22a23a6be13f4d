//! Every state against every input, typed from the contract before the engine was written.
//!
//! A line is `input: effects → phase/runtime`. `#n` is the call that is answered; `event`, `202` and
//! so on are its answers. Facts for the log are left out here and shown by timelines.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;

use super::{Body, CallId, Dispatch, Effect, Engine, Input, Limits, Reply, Timer};
use crate::kernel::{ApiCall, Exit, Payload, ProcessRole, ResponseMode};

const SECOND: Duration = Duration::from_secs(1);

pub(super) fn dispatch(request_id: &str) -> Arc<Dispatch> {
    Arc::new(Dispatch {
        request_id: request_id.into(),
        invoked_function_arn: "".into(),
        trace: String::new(),
        is_traced: false,
        client_context: None,
        cognito_identity: None,
        tenant: None,
        content_type: String::new(),
        payload: Bytes::new(),
        timeout: None,
        clock: (Duration::ZERO, Duration::ZERO),
    })
}

fn call(number: u64, call: ApiCall) -> Input {
    Input::Call(CallId(number), call)
}

fn body(number: u64, body: Body) -> Input {
    Input::Body(CallId(number), body)
}

pub(super) fn response(request_id: &str, mode: ResponseMode) -> ApiCall {
    ApiCall::Response { request_id: request_id.into(), mode }
}

fn error(request_id: &str) -> ApiCall {
    ApiCall::Error { request_id: request_id.into(), error_type: Some("Function.Bad".into()) }
}

fn init_error() -> ApiCall {
    ApiCall::InitError { error_type: Some("Function.NoTable".into()) }
}

fn unknown() -> ResponseMode {
    ResponseMode::Unknown("chunks".into())
}

pub(super) fn whole() -> Body {
    Body::Whole { length: 1, payload: Payload::from("7"), cause: None }
}

fn exit() -> Input {
    Input::Exited(ProcessRole::Runtime, Exit::Status(1))
}

/// The inputs that lead to each state, one second apart.
fn path(state: &str) -> Vec<Input> {
    let start = Input::Start;
    let invoke = || Input::Invoke(dispatch("a"));
    let next = |id| call(id, ApiCall::Next);
    let running = || vec![Input::Start, next(1), invoke()];
    let and = |mut inputs: Vec<Input>, more: Vec<Input>| {
        inputs.extend(more);
        inputs
    };
    let posting = || call(2, response("a", ResponseMode::Buffered));
    match state {
        "New" => vec![],
        "Init" => vec![start],
        "Init, invocation pending" => vec![start, invoke()],
        "Init, init error posted" => {
            vec![start, invoke(), call(1, init_error()), body(1, whole())]
        }
        "Idle" => vec![start, next(1)],
        "Running" => running(),
        "Posting a response" => and(running(), vec![posting()]),
        "Stuck after an unknown mode" => and(running(), vec![call(2, response("a", unknown()))]),
        "Posting an error" => and(running(), vec![call(2, error("a"))]),
        "Response sent" => and(running(), vec![posting(), body(2, whole())]),
        "Suppressed init" => and(running(), vec![exit(), invoke()]),
        "Suppressed init, init error posted" => {
            and(running(), vec![exit(), invoke(), call(3, init_error()), body(3, whole())])
        }
        "Down" => and(running(), vec![exit()]),
        "Ended" => vec![start, next(1), Input::ShutDown],
        state => panic!("no path to {state}"),
    }
}

/// The call under test is number 9; those that made the state are numbered from 1.
fn input(name: &str, timer: Timer) -> Input {
    match name {
        "start" => Input::Start,
        "invoke" => Input::Invoke(dispatch("b")),
        "shut down" => Input::ShutDown,
        "next" => call(9, ApiCall::Next),
        "response" => call(9, response("a", ResponseMode::Buffered)),
        "response, other id" => call(9, response("z", ResponseMode::Buffered)),
        "response, unknown mode" => call(9, response("a", unknown())),
        "error" => call(9, error("a")),
        "error, other id" => call(9, error("z")),
        "init/error" => call(9, init_error()),
        "body" => body(2, whole()),
        "truncated body" => body(2, Body::Truncated),
        "too large body" => body(2, Body::TooLarge),
        "exit" => exit(),
        "timer" => Input::Timer(timer),
        input => panic!("no input {input}"),
    }
}

/// An effect in words; the party of none is the runtime.
pub(super) fn describe(effect: &Effect, now: Duration) -> Option<String> {
    let of = |what: &str, role: &ProcessRole| match role {
        ProcessRole::Runtime => what.to_owned(),
        ProcessRole::Extension(name) => format!("{what} {name}"),
    };
    Some(match effect {
        Effect::StartProcess(role) => of("start", role),
        Effect::KillProcess(role) => of("kill", role),
        Effect::Terminate(role) => of("SIGTERM", role),
        Effect::Reply(CallId(id), reply) => match reply {
            Reply::Event(dispatch, _) => format!("event {} #{id}", dispatch.request_id),
            Reply::Registered { .. } => format!("200 #{id}"),
            Reply::InvokeEvent(dispatch, _) => format!("INVOKE {} #{id}", dispatch.request_id),
            Reply::ShutdownEvent(reason, _) => format!("SHUTDOWN {} #{id}", reason.as_str()),
            Reply::Accepted => format!("202 #{id}"),
            Reply::Subscribed => format!("200 #{id}"),
            Reply::ReadBody => format!("read #{id}"),
            Reply::Refused(status, error_type, message) => {
                // The message of a 403 names both states; the type of the others says it all.
                let states = message.strip_prefix("State transition from ");
                let states = states.and_then(|rest| rest.split_once(" failed"));
                match states {
                    Some((states, _)) => format!("{status} {states} #{id}"),
                    None => format!("{status} {error_type} #{id}"),
                }
            }
        },
        Effect::Timer(_, Some(due)) => format!("timer {} s", (*due - now).as_secs_f64()),
        Effect::Timer(_, None) => "timer off".to_owned(),
        Effect::Subscribe(role, _) => of("subscribe", role),
        Effect::Flush => "flush".to_owned(),
        Effect::Available { warm: true, .. } => "available".to_owned(),
        Effect::Available { warm: false, .. } => "available cold".to_owned(),
        Effect::Freeze => "freeze".to_owned(),
        Effect::Thaw => "thaw".to_owned(),
        Effect::Responded(_, response) => match &**response {
            Ok(_) => "responded".to_owned(),
            Err(failure) => format!("responded {}", failure.error_type),
        },
        Effect::InvocationEnded(..) => "done".to_owned(),
        Effect::Record(..) => return None,
    })
}

#[test]
fn every_state_against_every_input() {
    let limits = Limits { init: 10 * SECOND, timeout: 3 * SECOND };
    let mut seen = String::new();
    for line in TABLE.lines() {
        let line = line.trim();
        let Some((name, _)) = line.split_once(": ") else { continue };
        let Some((state, name)) = name.split_once(" + ") else { panic!("no input in {line}") };
        let mut engine = Engine::new(limits, Arc::default());
        let (mut now, mut timer) = (Duration::ZERO, Timer::Init);
        for input in path(state) {
            for effect in engine.step(input, now) {
                if let Effect::Timer(set, _) = effect {
                    timer = set;
                }
            }
            now += SECOND;
        }
        let effects = engine.step(input(name, timer), now);
        let effects: Vec<String> =
            effects.iter().filter_map(|effect| describe(effect, now)).collect();
        let effects = if effects.is_empty() { "nothing".to_owned() } else { effects.join(", ") };
        seen.push_str(&format!("{state} + {name}: {effects} → {}\n", engine.place()));
    }
    let expected: String = TABLE
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("--"))
        .map(|line| line.to_owned() + "\n")
        .collect();
    assert_eq!(seen.lines().count(), 14 * 15, "every state has every input");
    for (expected, seen) in expected.lines().zip(seen.lines()) {
        assert_eq!(seen, expected);
    }
}

const TABLE: &str = include_str!("table.txt");
