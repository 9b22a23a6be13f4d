use lambda_runtime::{Context, Error, Runtime};
use lambda_test::Lambda;

/// A trace has a segment of the service and one of the function for each invocation that is sampled. A function hands the trace
/// header on to what it calls, so that all of it is one trace.
#[lambda_test::test]
async fn trace() {
    let lambda = Lambda::new().sample_every_trace();
    let pay = Runtime::new(
        async |cents: u64| {
            if cents == 0 { Err(Error::from("nothing to pay")) } else { Ok(cents) }
        },
    );
    let _pay = lambda.function("pay", pay).active_tracing().create();
    let service = lambda.clone();
    let order = move || {
        let lambda = service.clone();
        Runtime::new(async move |cents: u64, context: Context| {
            let header = context.xray_trace_id.clone().unwrap_or_default();
            let paid = lambda.invoke("pay", cents).trace(header).await;
            Ok::<_, Error>(paid.function_error().is_none())
        })
    };
    let order = lambda.function("order", order).active_tracing().create();

    order.invoke(2899).await.assert_ok();
    order.invoke(0).await.assert_ok();

    let traces = lambda.traces();
    assert_eq!(traces.all().len(), 2);
    assert_eq!(traces.all()[0].functions(), ["order", "pay"]);
    let failed = &traces.with_fault()[0];
    assert_eq!(
        failed.segments.iter().filter(|it| it.fault).map(|it| &it.name).collect::<Vec<_>>(),
        ["pay"]
    );
}
