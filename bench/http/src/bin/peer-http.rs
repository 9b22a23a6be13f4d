use http_bench::{app, measure};
use peer::{Adapter, Context, LambdaEvent, Service, request::LambdaRequest};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut handler = Adapter::from(app());
    measure(|event| {
        // As its loop has it: a buffer, read as it reads it.
        let payload = event.as_bytes().to_vec();
        let request: LambdaRequest = serde_json::from_slice(&payload).expect("an event");
        let event = LambdaEvent::new(request, Context::default());
        let response = runtime.block_on(handler.call(event)).expect("a response");
        serde_json::to_vec(&response).expect("JSON")
    });
}
