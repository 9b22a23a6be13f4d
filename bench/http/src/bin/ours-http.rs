use http_bench::{app, measure};
use lambda_runtime::{Context, Handler, Invocation};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut handler = lambda_http::handler(app());
    measure(|event| {
        // The payload of the loop is a shared buffer, as here.
        let invocation = Invocation::new(event.as_bytes().to_vec(), Context::default());
        let response = runtime.block_on(handler.handle(invocation));
        let response = response.expect("an event").expect("a response");
        response.as_bytes().expect("it is whole").clone()
    });
}
