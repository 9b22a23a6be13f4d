use std::cell::Cell;

use lambda_events::{
    Base64,
    mq::{ActiveMqEvent, ActiveMqMessage},
};
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// A broker of Amazon MQ delivers batches, and a batch that fails is delivered again as a whole.
#[lambda_test::test]
async fn broker() {
    let handle = move || {
        let first = Cell::new(true);
        Runtime::new(async move |event: ActiveMqEvent| {
            let redelivered = event.messages.iter().all(|it| it.redelivered == Some(true));
            assert_ne!(first.get(), redelivered);
            if first.replace(false) { Err(Error::from("not yet")) } else { Ok(()) }
        })
    };
    let lambda = Lambda::new();
    let broker = lambda.active_mq("orders");
    let function = lambda.function("handle", handle).create();
    function.on(&broker).create();

    let message = |text: &str| ActiveMqMessage {
        message_id: format!("ID:{text}"),
        data: Base64(text.as_bytes().to_vec()),
        ..ActiveMqMessage::default()
    };
    broker.deliver(vec![message("a book"), message("a lamp")]);
    lambda.until_idle().await;
    assert_eq!((broker.waiting(), lambda.elapsed().as_secs()), (0, 1));
}
