//! One conversation of each kind, cut after every byte in both directions while the handler runs: by a reset,
//! by an orderly close, and by silence. Nothing hangs, nothing that was acknowledged is lost, and the next
//! invocation is answered.

use std::time::Duration;

use expect_test::{Expect, expect};
use lambda_core::{Bootstrap, Environment};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, Outcome};

use crate::cutting::{Cutting, Manner, table};

/// What the function does; the kinds of conversation.
#[derive(Clone, Copy)]
enum Kind {
    Buffered,
    Failed,
    InitError,
}

struct Function {
    kind: Kind,
    environment: Environment,
}

impl Bootstrap for Function {
    type Error = Error;

    async fn start(self, _: Environment) -> Result<(), Error> {
        let kind = self.kind;
        let handler = async move |event: u64| {
            tokio::time::sleep(Duration::from_millis(250)).await;
            match kind {
                Kind::Failed if event == 1 => Err(Error::from("on demand")),
                _ => Ok(event),
            }
        };
        Runtime::new(handler).start(self.environment).await
    }
}

/// Two invocations, the first conversation cut. Returns both outcomes, and how much passed by the first.
async fn converse(kind: Kind, cutting: Cutting) -> (String, usize) {
    let lambda = Lambda::new();
    let cut = cutting.clone();
    let app = async move |inner: Environment| {
        let environment = cut.environment(&inner);
        match kind {
            Kind::InitError => {
                // The post goes through the environment that is cut.
                let failing = async |_: Environment| Err::<Function, Error>("no table".into());
                lambda_core::rt::run_app(&failing, environment).await?;
                Err("it failed".into())
            }
            _ => Ok::<_, Error>(Function { kind, environment }),
        }
    };
    let function = lambda.function("f", app).create();
    let first = function.invoke(1).await;
    let passed = cutting.passed();
    let second = function.invoke(2).await;
    (format!("{}, then {}", words(&first), words(&second)), passed)
}

fn words(outcome: &Outcome) -> String {
    match outcome.function_error() {
        Some(error) => format!(
            "{} ({})",
            error.error_type,
            error.error_message.split(": ").last().unwrap_or("")
        ),
        None => format!("answered {}", String::from_utf8_lossy(outcome.payload())),
    }
}

async fn check(kind: Kind, expected: Expect) {
    let manners = [Manner::Reset, Manner::Close, Manner::Silence];
    expected.assert_eq(&table(&manners, 1, async |cutting| converse(kind, cutting).await).await);
}

#[lambda_test::test]
async fn an_answered_conversation_cut_at_every_byte() {
    check(Kind::Buffered, expect![[r#"
        ToService Reset after 0..=314: answered 1, then answered 2
        ToService Reset after 315..=315: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered 2
        ToService Reset after 316..=427: answered 1, then answered 2
        ToService Close after 0..=314: answered 1, then answered 2
        ToService Close after 315..=315: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered 2
        ToService Close after 316..=427: answered 1, then answered 2
        ToService Silence after 0..=110: answered 1, then answered 2
        ToService Silence after 111..=315: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        ToService Silence after 316..=426: answered 1, then answered 2
        ToService Silence after 427..=427: answered 1, then Sandbox.Timedout (Task timed out after 3.00 seconds)
        FromService Reset after 0..=440: answered 1, then answered 2
        FromService Close after 0..=440: answered 1, then answered 2
        FromService Silence after 0..=347: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        FromService Silence after 348..=440: answered 1, then answered 2
    "#]]).await;
}

#[lambda_test::test]
async fn a_failed_conversation_cut_at_every_byte() {
    check(Kind::Failed, expect![[r#"
        ToService Reset after 0..=364: Function.Error (on demand), then answered 2
        ToService Reset after 365..=437: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered 2
        ToService Reset after 438..=549: Function.Error (on demand), then answered 2
        ToService Close after 0..=364: Function.Error (on demand), then answered 2
        ToService Close after 365..=437: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered 2
        ToService Close after 438..=549: Function.Error (on demand), then answered 2
        ToService Silence after 0..=110: Function.Error (on demand), then answered 2
        ToService Silence after 111..=437: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        ToService Silence after 438..=548: Function.Error (on demand), then answered 2
        ToService Silence after 549..=549: Function.Error (on demand), then Sandbox.Timedout (Task timed out after 3.00 seconds)
        FromService Reset after 0..=440: Function.Error (on demand), then answered 2
        FromService Close after 0..=440: Function.Error (on demand), then answered 2
        FromService Silence after 0..=347: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        FromService Silence after 348..=440: Function.Error (on demand), then answered 2
    "#]]).await;
}

#[lambda_test::test]
async fn an_init_error_cut_at_every_byte() {
    check(
        Kind::InitError,
        expect![[r#"
            ToService Reset after 0..=283: Function.Error (no table), then Function.Error (no table)
            ToService Close after 0..=283: Function.Error (no table), then Function.Error (no table)
            ToService Silence after 0..=283: Function.Error (no table), then Function.Error (no table)
            FromService Reset after 0..=93: Function.Error (no table), then Function.Error (no table)
            FromService Close after 0..=93: Function.Error (no table), then Function.Error (no table)
            FromService Silence after 0..=93: Function.Error (no table), then Function.Error (no table)
        "#]],
    )
    .await;
}
