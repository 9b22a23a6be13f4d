//! Code written for `lambda_runtime`, on this loop: in memory, with and without layers.

use lambda_runtime::{
    Context, Diagnostic, Error, LambdaEvent, LambdaInvocation, Runtime, layers::TracingLayer,
    service_fn, tower,
};
use lambda_test::Lambda;
use serde_json::{Value, json};

#[derive(serde::Deserialize)]
struct Request {
    command: String,
}

#[derive(serde::Serialize)]
struct Answer {
    req_id: String,
    msg: String,
}

/// As the public example `basic-lambda` has it.
async fn my_handler(event: LambdaEvent<Request>) -> Result<Answer, Error> {
    match event.payload.command.as_str() {
        "fail" => Err("on demand".into()),
        command => Ok(Answer {
            req_id: event.context.request_id,
            msg: format!("Command {command} executed."),
        }),
    }
}

#[lambda_test::test]
async fn a_public_example_answers() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || Runtime::new(service_fn(my_handler))).create();
    let outcome = function.invoke(json!({"command": "hi"})).await;
    let answer: Value = outcome.json()?;
    assert_eq!(answer["msg"], "Command hi executed.");
    assert_eq!(answer["req_id"], outcome.report().request_id.as_str());
    function.invoke(json!({"command": "fail"})).await.assert_error("Function.Error");
}

async fn echo(event: LambdaEvent<Value>) -> Result<Value, Error> {
    match event.payload.as_str() {
        Some("fail") => Err("on demand".into()),
        _ => Ok(event.payload),
    }
}

/// Layers are called around the handler, the last one outermost, and see the invocation.
#[lambda_test::test]
async fn layers_stand_around_the_handler() {
    #[derive(Clone)]
    struct Says(&'static str, std::rc::Rc<std::cell::RefCell<Vec<String>>>);
    struct Saying<S>(Says, S);
    impl<S> tower::Layer<S> for Says {
        type Service = Saying<S>;
        fn layer(&self, inner: S) -> Saying<S> {
            Saying(self.clone(), inner)
        }
    }
    impl<S> tower::Service<LambdaInvocation> for Saying<S>
    where
        S: tower::Service<LambdaInvocation, Response = (), Error = Error>,
    {
        type Response = ();
        type Error = Error;
        type Future = S::Future;
        fn poll_ready(
            &mut self,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<(), Error>> {
            self.1.poll_ready(context)
        }
        fn call(&mut self, invocation: LambdaInvocation) -> S::Future {
            let id = invocation.parts.headers["lambda-runtime-aws-request-id"].to_str();
            assert_eq!(id.ok(), Some(&*invocation.context.request_id));
            let Says(name, said) = &self.0;
            said.borrow_mut().push(format!("{name} {} bytes", invocation.body.len()));
            self.1.call(invocation)
        }
    }
    let said = std::rc::Rc::default();
    let (inner, outer) = (Says("inner", std::rc::Rc::clone(&said)), Says("outer", said.clone()));
    let lambda = Lambda::new();
    let app = move || {
        Runtime::new(service_fn(echo))
            .layer(inner.clone())
            .layer(TracingLayer::new())
            .layer(outer.clone())
    };
    let function = lambda.function("f", app).create();
    function.invoke("four").await.assert_ok();
    assert_eq!(*said.borrow(), ["outer 6 bytes", "inner 6 bytes"]);
    function.invoke("fail").await.assert_error("Function.Error");
}

/// What its users write compiles.
#[tokio::test]
async fn the_names_are_there() {
    struct Late;
    impl From<Late> for Diagnostic {
        fn from(_: Late) -> Self {
            Self { error_type: "Late".to_owned(), error_message: "come earlier".to_owned() }
        }
    }
    #[expect(deprecated, reason = "it is there all the same")]
    let _ = lambda_runtime::handler_fn(async |_: Value, context: Context| {
        Ok::<_, Error>(context.request_id)
    });
    let _ = async |_: LambdaEvent<Value>| Err::<(), _>(Late);
    struct Pool;
    impl lambda_runtime::SnapStartResource for Pool {
        fn after_restore(&self) -> lambda_runtime::BoxFuture<'_, Result<(), Error>> {
            Box::pin(async { Ok(()) })
        }
    }
    let runtime =
        Runtime::new(service_fn(echo)).register_snapstart_resource(std::sync::Arc::new(Pool));
    assert!(!runtime.is_snapstart());
    lambda_runtime::tracing::info!("there");
}
