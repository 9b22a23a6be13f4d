//! One conversation of each kind, cut after every byte in both directions while the handler runs: by a reset,
//! by an orderly close, and by silence. Nothing hangs, nothing that was acknowledged is lost, and the next
//! invocation is answered.

use std::time::Duration;

use expect_test::{Expect, expect};
use futures_util::{Stream, StreamExt as _, stream};
use lambda_core::{Bootstrap, Environment};
use lambda_runtime::{Error, IntoResponse as _, Response, Runtime};
use lambda_test::{Lambda, Outcome};

use crate::cutting::{Cutting, Manner, table};

/// What the function does; the kinds of conversation.
#[derive(Clone, Copy)]
enum Kind {
    Buffered,
    Failed,
    InitError,
    /// A response in two pieces, whose caller receives it as it comes.
    Streamed,
    /// A response that fails after its first piece.
    FailedStream,
}

/// Each after 5 ms.
fn pieces(
    pieces: [Result<&'static str, Error>; 2],
) -> impl Stream<Item = Result<&'static str, Error>> {
    stream::iter(pieces).then(async |piece| {
        tokio::time::sleep(Duration::from_millis(5)).await;
        piece
    })
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
                Kind::Streamed => Ok(Response::stream(pieces([Ok("one"), Ok("two")]))),
                Kind::FailedStream if event == 1 => {
                    Ok(Response::stream(pieces([Ok("one"), Err("on demand".into())])))
                }
                _ => event.into_response().map_err(Error::from),
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
    let (mut parts, first) = (String::new(), function.invoke(1));
    let first = match kind {
        Kind::Streamed => {
            let mut stream = first.stream();
            while let Some(chunk) = stream.next().await {
                parts += &format!("{} ", String::from_utf8_lossy(&chunk.bytes));
            }
            stream.outcome().await
        }
        _ => first.await,
    };
    let passed = cutting.passed();
    let second = function.invoke(2).await;
    (format!("{parts}{}, then {}", words(&first), words(&second)), passed)
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

/// A response that is cut off is not sent again, since its pieces are gone; where its head did not arrive, the service hands
/// the invocation out again.
#[lambda_test::test]
async fn a_streamed_conversation_cut_at_every_byte() {
    check(Kind::Streamed, expect![[r#"
        ToService Reset after 0..=462: one two answered , then answered onetwo
        ToService Reset after 463..=466: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Reset after 467..=467: o Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Reset after 468..=468: on Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Reset after 469..=474: one Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Reset after 475..=475: one t Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Reset after 476..=476: one tw Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Reset after 477..=483: one two Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Reset after 484..=595: one two answered , then answered onetwo
        ToService Close after 0..=462: one two answered , then answered onetwo
        ToService Close after 463..=466: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Close after 467..=467: o Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Close after 468..=468: on Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Close after 469..=474: one Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Close after 475..=475: one t Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Close after 476..=476: one tw Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Close after 477..=483: one two Runtime.TruncatedResponse (HTTP request detected as truncated), then answered onetwo
        ToService Close after 484..=595: one two answered , then answered onetwo
        ToService Silence after 0..=110: one two answered , then answered onetwo
        ToService Silence after 111..=466: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered onetwo
        ToService Silence after 467..=467: o Sandbox.Timedout (Task timed out after 3.00 seconds), then answered onetwo
        ToService Silence after 468..=468: on Sandbox.Timedout (Task timed out after 3.00 seconds), then answered onetwo
        ToService Silence after 469..=474: one Sandbox.Timedout (Task timed out after 3.00 seconds), then answered onetwo
        ToService Silence after 475..=475: one t Sandbox.Timedout (Task timed out after 3.00 seconds), then answered onetwo
        ToService Silence after 476..=476: one tw Sandbox.Timedout (Task timed out after 3.00 seconds), then answered onetwo
        ToService Silence after 477..=483: one two Sandbox.Timedout (Task timed out after 3.00 seconds), then answered onetwo
        ToService Silence after 484..=594: one two answered , then answered onetwo
        ToService Silence after 595..=595: one two answered , then Sandbox.Timedout (Task timed out after 3.00 seconds)
        FromService Reset after 0..=440: one two answered , then answered onetwo
        FromService Close after 0..=440: one two answered , then answered onetwo
        FromService Silence after 0..=347: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered onetwo
        FromService Silence after 348..=440: one two answered , then answered onetwo
    "#]]).await;
}

#[lambda_test::test]
async fn a_stream_that_fails_cut_at_every_byte() {
    check(Kind::FailedStream, expect![[r#"
        ToService Reset after 0..=462: Function.Error (on demand), then answered 2
        ToService Reset after 463..=665: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered 2
        ToService Reset after 666..=777: Function.Error (on demand), then answered 2
        ToService Close after 0..=462: Function.Error (on demand), then answered 2
        ToService Close after 463..=665: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered 2
        ToService Close after 666..=777: Function.Error (on demand), then answered 2
        ToService Silence after 0..=110: Function.Error (on demand), then answered 2
        ToService Silence after 111..=665: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        ToService Silence after 666..=776: Function.Error (on demand), then answered 2
        ToService Silence after 777..=777: Function.Error (on demand), then Sandbox.Timedout (Task timed out after 3.00 seconds)
        FromService Reset after 0..=440: Function.Error (on demand), then answered 2
        FromService Close after 0..=440: Function.Error (on demand), then answered 2
        FromService Silence after 0..=347: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        FromService Silence after 348..=440: Function.Error (on demand), then answered 2
    "#]]).await;
}
