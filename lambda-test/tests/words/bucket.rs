use lambda_events::s3::S3Event;
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// A bucket keeps objects, and notifies functions, queues and topics of what happens to them. A function is invoked
/// asynchronously.
#[lambda_test::test]
async fn bucket() {
    let lambda = Lambda::new();
    let photos = lambda.bucket("photos");
    // What the function puts does not notify it again: its key begins otherwise.
    let target = photos.clone();
    let shrink = move || {
        let photos = target.clone();
        Runtime::new(async move |event: S3Event| {
            let key = event.records[0].key().into_owned();
            let photo = photos.get(&key).ok_or("the photo is gone")?;
            photos.put(&key.replace("in/", "out/"), &photo[..1]);
            Ok::<_, Error>(())
        })
    };
    let function = lambda.function("shrink", shrink).create();
    let removed = lambda.queue("removed");
    photos.notify("s3:ObjectCreated:*", &function).prefix("in/").suffix(".jpg").create();
    photos.notify("s3:ObjectRemoved:*", &removed).create();

    photos.put("in/a cat.jpg", "a photo");
    photos.put("in/readme.txt", "a text");
    lambda.until_idle().await;
    assert_eq!(photos.get("out/a cat.jpg").as_deref(), Some(&b"a"[..]));
    assert_eq!(photos.objects().len(), 3);

    photos.delete("in/a cat.jpg");
    lambda.until_idle().await;
    // Behind the event with which S3 tests that it may send to the queue.
    let event: S3Event = removed.messages()[1].json()?;
    assert_eq!(
        (event.records[0].event_name.as_str(), event.records[0].key().as_ref()),
        ("ObjectRemoved:Delete", "in/a cat.jpg")
    );
}
