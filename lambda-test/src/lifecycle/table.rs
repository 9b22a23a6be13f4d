//! Every state against every input, typed from the contract before the engine was written.
//!
//! A line is `input: effects → phase/runtime`. `#n` is the call that is answered; `event`, `202` and
//! so on are its answers. Facts for the log are left out here and shown by timelines.

use std::time::Duration;

use bytes::Bytes;

use super::{
    Body, Call, CallId, Dispatch, Effect, Engine, Exit, Input, Limits, Reply, ResponseMode,
};

const SECOND: Duration = Duration::from_secs(1);

fn dispatch(request_id: &str) -> Dispatch {
    let headers = Vec::new();
    Dispatch { request_id: request_id.to_owned(), payload: Bytes::new(), headers }
}

fn call(call: Call) -> Input {
    // The call under test is number 9; those that made the state are numbered from 1.
    Input::Call(CallId(9), call)
}

fn response(request_id: &str, mode: ResponseMode) -> Call {
    Call::Response { request_id: request_id.to_owned(), mode }
}

fn error(request_id: &str) -> Call {
    Call::Error { request_id: request_id.to_owned(), error_type: Some("Function.Bad".to_owned()) }
}

fn init_error() -> Call {
    Call::InitError { error_type: Some("Function.NoTable".to_owned()) }
}

fn whole() -> Body {
    Body::Whole { bytes: Bytes::from_static(b"7"), content_type: String::new() }
}

/// The inputs that lead to each state, one second apart.
fn path(state: &str) -> Vec<Input> {
    let start = Input::Start;
    let invoke = || Input::Invoke(dispatch("a"));
    let numbered = |id, call| Input::Call(CallId(id), call);
    let next = |id| numbered(id, Call::Next);
    let running = || vec![Input::Start, next(1), invoke()];
    let and = |mut inputs: Vec<Input>, more: Vec<Input>| {
        inputs.extend(more);
        inputs
    };
    let posting = || numbered(2, response("a", ResponseMode::Known));
    match state {
        "New" => vec![],
        "Init" => vec![start],
        "Init, invocation pending" => vec![start, invoke()],
        "Init, init error posted" => {
            vec![start, invoke(), numbered(1, init_error()), Input::Body(CallId(1), whole())]
        }
        "Idle" => vec![start, next(1)],
        "Running" => running(),
        "Posting a response" => and(running(), vec![posting()]),
        "Stuck after an unknown mode" => {
            and(running(), vec![numbered(2, response("a", ResponseMode::Unknown))])
        }
        "Posting an error" => and(running(), vec![numbered(2, error("a"))]),
        "Response sent" => and(running(), vec![posting(), Input::Body(CallId(2), whole())]),
        "Suppressed init" => and(running(), vec![Input::Exited(Exit::Status(1)), invoke()]),
        "Suppressed init, init error posted" => and(
            running(),
            vec![
                Input::Exited(Exit::Status(1)),
                invoke(),
                numbered(3, init_error()),
                Input::Body(CallId(3), whole()),
            ],
        ),
        "Down" => and(running(), vec![Input::Exited(Exit::Status(1))]),
        "Ended" => vec![start, next(1), Input::ShutDown],
        state => panic!("no path to {state}"),
    }
}

fn input(name: &str) -> Input {
    match name {
        "start" => Input::Start,
        "invoke" => Input::Invoke(dispatch("b")),
        "shut down" => Input::ShutDown,
        "next" => call(Call::Next),
        "response" => call(response("a", ResponseMode::Known)),
        "response, other id" => call(response("z", ResponseMode::Known)),
        "response, unknown mode" => call(response("a", ResponseMode::Unknown)),
        "error" => call(error("a")),
        "error, other id" => call(error("z")),
        "init/error" => call(init_error()),
        "body" => Input::Body(CallId(2), whole()),
        "truncated body" => Input::Body(CallId(2), Body::Truncated),
        "too large body" => Input::Body(CallId(2), Body::TooLarge),
        "exit" => Input::Exited(Exit::Status(1)),
        "timer" => Input::Timer,
        input => panic!("no input {input}"),
    }
}

fn words(effect: &Effect, now: Duration) -> Option<String> {
    Some(match effect {
        Effect::StartProcess => "start".to_owned(),
        Effect::KillProcess => "kill".to_owned(),
        Effect::Reply(CallId(id), reply) => match reply {
            Reply::Event(dispatch, _) => format!("event {} #{id}", dispatch.request_id),
            Reply::Accepted => format!("202 #{id}"),
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
        Effect::Timer(Some(due)) => format!("timer {} s", (*due - now).as_secs()),
        Effect::Timer(None) => "timer off".to_owned(),
        Effect::Freeze => "freeze".to_owned(),
        Effect::Thaw => "thaw".to_owned(),
        Effect::Answered => "answered".to_owned(),
        Effect::Done(done) => match &done.result {
            Ok(_) => "done".to_owned(),
            Err(fault) => format!("done {}", fault.error_type),
        },
        Effect::Fact(_) => return None,
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
        let mut engine = Engine::new(limits);
        let mut now = Duration::ZERO;
        for input in path(state) {
            engine.step(input, now);
            now += SECOND;
        }
        let effects = engine.step(input(name), now);
        let effects: Vec<String> = effects.iter().filter_map(|effect| words(effect, now)).collect();
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
