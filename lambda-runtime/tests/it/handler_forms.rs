//! Every form of handler, without a turbofish.

use std::{cell::Cell, fmt, io, pin::Pin, rc::Rc};

use lambda_runtime::{
    Bootstrap, Context, Diagnostic, Environment, Error, FunctionError, Handler, IntoApp,
    IntoOutcome, Invocation, LambdaEvent, RawEvent, Response, Runtime, service_fn,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Order {
    price: u32,
}

#[derive(Serialize)]
struct Total {
    total: u32,
}

#[derive(Debug)]
struct OrderError;

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sold out")
    }
}

impl std::error::Error for OrderError {}

#[derive(Debug)]
enum Classified {
    Late,
}

impl From<Classified> for Diagnostic {
    fn from(_: Classified) -> Self {
        Self { error_type: "TooLate".to_owned(), error_message: "come earlier".to_owned() }
    }
}

async fn check<H, M, N>(mut handler: H, event: &'static str, expected: Result<Value, (&str, &str)>)
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>,
{
    let invocation = Invocation::new(event.as_bytes(), Context::default());
    let outcome = handler.handle(invocation).await.and_then(H::Out::into_outcome);
    match (outcome, expected) {
        (Ok(response), Ok(expected)) => {
            let body: Value = serde_json::from_slice(response.as_bytes().expect("it is there"))
                .expect("an answer in JSON");
            assert_eq!(body, expected);
        }
        (Err(error), Err(expected)) => {
            assert_eq!((&*error.error_type, &*error.error_message), expected);
        }
        (outcome, expected) => panic!("{outcome:?} is not {expected:?}"),
    }
}

async fn of_event(order: Order) -> Result<Total, OrderError> {
    Ok(Total { total: order.price })
}

async fn of_event_and_context(order: Order, context: Context) -> Result<Total, Error> {
    assert_eq!(context.request_id, "");
    Ok(Total { total: order.price })
}

async fn of_lambda_event(event: LambdaEvent<Order>) -> Result<Total, String> {
    Ok(Total { total: event.payload.price })
}

#[tokio::test]
async fn functions_closures_and_services_are_handlers() {
    let order = r#"{"price":3}"#;
    let total = json!({"total": 3});
    check(of_event, order, Ok(total.clone())).await;
    check(of_event_and_context, order, Ok(total.clone())).await;
    check(of_lambda_event, order, Ok(total.clone())).await;
    check(service_fn(of_lambda_event), order, Ok(total.clone())).await;
    check(
        |order: Order| async move { Ok::<_, Error>(Total { total: order.price }) },
        order,
        Ok(total.clone()),
    )
    .await;
    check(async |value: Value| Ok::<_, Error>(value), order, Ok(json!({"price": 3}))).await;
    check(
        async |event: RawEvent| Ok::<_, Error>(Response::json(event.0)),
        order,
        Ok(json!({"price": 3})),
    )
    .await;
}

#[tokio::test]
async fn a_handler_may_own_state_that_is_neither_send_nor_clone() {
    let seen = Rc::new(Cell::new(0));
    let counter = seen.clone();
    let mut own = 0;
    let mut handler = async move |order: Order| {
        own += order.price;
        counter.set(own);
        Ok::<_, Error>(own)
    };
    check(&mut handler, r#"{"price":3}"#, Ok(json!(3))).await;
    check(&mut handler, r#"{"price":4}"#, Ok(json!(7))).await;
    assert_eq!(seen.get(), 7);
}

#[tokio::test]
async fn an_error_is_called_by_its_own_name() {
    let event = "null";
    check(async |_: Value| Err::<(), _>(OrderError), event, Err(("OrderError", "sold out"))).await;
    let boxed = async |_: Value| Err::<(), Error>(OrderError.into());
    check(boxed, event, Err(("OrderError", "sold out"))).await;
    check(async |_: Value| Err::<(), _>("no"), event, Err(("Function.Error", "no"))).await;
    check(async |_: Value| Err::<(), _>("no".to_owned()), event, Err(("Function.Error", "no")))
        .await;
    let classified = async |_: Value| Err::<(), _>(Classified::Late);
    check(classified, event, Err(("TooLate", "come earlier"))).await;
    let own = async |_: Value| Err::<(), _>(FunctionError::new("My.Type", "mine"));
    check(own, event, Err(("My.Type", "mine"))).await;
    let boxed_own = async |_: Value| Err::<(), Error>(FunctionError::new("My.Type", "mine").into());
    check(boxed_own, event, Err(("My.Type", "mine"))).await;
    let service = service_fn(async |_: LambdaEvent<Value>| Err::<(), _>(io::Error::other("disk")));
    check(service, event, Err(("io::Error", "disk"))).await;
}

type Boxed = Box<dyn FnMut(Order) -> Pin<Box<dyn Future<Output = Result<u32, Error>>>>>;

/// Each form is accepted by the entry point, and no type is written.
#[test]
fn every_form_is_accepted_without_a_type() {
    fn accepts<A, M, N>(_: A)
    where
        A: IntoApp<M>,
        A::Out: IntoOutcome<N>,
    {
    }
    async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(of_event))
    }
    fn runtime() -> impl Bootstrap {
        Runtime::new(of_event)
    }
    accepts(of_event);
    accepts(of_event_and_context);
    accepts(of_lambda_event);
    accepts(service_fn(of_lambda_event));
    accepts(async |order: Order| Ok::<_, Error>(order.price));
    accepts(|order: Order| async move { Ok::<_, Error>(order.price) });
    accepts(async |_: RawEvent| Err::<(), _>("text"));
    accepts(async |_: Value| Err::<(), _>(Classified::Late));
    let mut count = 0;
    accepts(async move |_: Value, context: Context| {
        count += 1;
        Ok::<_, OrderError>((count, context.request_id))
    });
    accepts(app);
    accepts(runtime);
    accepts(|| Runtime::new(of_event));
    accepts(async |environment: Environment| {
        environment.log("init");
        Ok::<_, Error>(Runtime::new(of_event))
    });
    let mut boxed: Boxed = Box::new(|order| Box::pin(async move { Ok(order.price) }));
    // A boxed function is no handler; a closure that calls it is.
    #[expect(clippy::redundant_closure, reason = "the box itself does not go through")]
    accepts(move |order| boxed(order));
}

/// A service that counts how often it was reserved and called.
#[derive(Clone, Default)]
struct Reserving {
    reserved: Rc<Cell<u32>>,
    called: Rc<Cell<u32>>,
}

impl tower_service::Service<LambdaEvent<Order>> for Reserving {
    type Response = u32;
    type Error = Error;
    type Future = std::future::Ready<Result<u32, Error>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Error>> {
        self.reserved.set(self.reserved.get() + 1);
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<Order>) -> Self::Future {
        self.called.set(self.called.get() + 1);
        std::future::ready(Ok(event.payload.price))
    }
}

/// A permit that a service had reserved stayed unused.
#[tokio::test]
async fn a_service_is_reserved_for_events_that_fit_alone() {
    let mut service = Reserving::default();
    let (reserved, called) = (service.reserved.clone(), service.called.clone());
    for (event, expected) in [("{}", (0, 0)), (r#"{"price":7}"#, (1, 1)), ("[", (1, 1))] {
        let invocation = Invocation::new(event.as_bytes(), Context::default());
        let _ = service.handle(invocation).await;
        assert_eq!((reserved.get(), called.get()), expected, "{event}");
    }
}

/// `Debug` names what it is, and shows nothing of a handler.
#[test]
fn what_runs_a_handler_names_itself() {
    let handler = async |n: u32| Ok::<_, lambda_runtime::Error>(n);
    let runtime = lambda_runtime::Runtime::new(handler);
    let hooked = runtime.clone().after_each(async || {}).on_shutdown(async || {});
    let service = lambda_runtime::service_fn(async |_: lambda_runtime::LambdaEvent<u32>| {
        Ok::<_, lambda_runtime::Error>(())
    });
    let all = [format!("{runtime:?}"), format!("{hooked:?}"), format!("{:?}", runtime.boxed())];
    assert_eq!(all, ["Runtime { .. }"; 3]);
    assert_eq!(format!("{service:?}"), "ServiceFn { .. }");
}
