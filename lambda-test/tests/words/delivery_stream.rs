use lambda_events::firehose::{FirehoseEvent, FirehoseResponse};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Fault, Lambda};

/// A stream of Data Firehose gathers records, lets a function transform batches of them, and delivers what comes back. The
/// function answers for each record: what it is now, that it is dropped, or that it failed.
#[lambda_test::test]
async fn delivery_stream() {
    let lambda = Lambda::new();
    let clean = Runtime::new(async |event: FirehoseEvent| {
        let records = event.records.iter().map(|record| match record.payload() {
            b"secret" => record.dropped(),
            b"broken" => record.failed(),
            data => record.ok([data, b"\n"].concat()),
        });
        Ok::<_, Error>(records.collect::<FirehoseResponse>())
    });
    let function = lambda.function("clean", clean).create();
    let clicks = lambda.delivery_stream("clicks").transform(&function);

    for data in ["a click", "secret", "broken"] {
        clicks.put(data);
    }
    lambda.until_idle().await;
    assert_eq!((clicks.delivered(), clicks.dropped()), (vec![b"a click\n".to_vec()], 1));
    assert_eq!(clicks.failed()[0].data, b"broken");

    // A batch is tried three times more.
    function.fail_next(4, Fault::Crash);
    clicks.put("another click");
    lambda.until_idle().await;
    assert_eq!((clicks.failed()[1].attempts, clicks.batches()), (4, 2));
}
