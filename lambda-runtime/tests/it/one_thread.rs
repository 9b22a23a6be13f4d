//! What the docs of `start` state of handlers that compute for long: while they do, others are served.

use std::sync::mpsc;

use lambda_runtime::{Context, Error, Handler, IntoOutcome, Invocation};

/// Handles one invocation. While it is handled, another task of the same thread sends what the handler waits for: a
/// handler that held the thread would wait for ever.
async fn check<H, M, N>(make: impl FnOnce(mpsc::Receiver<u64>) -> H)
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>,
{
    let (sender, receiver) = mpsc::channel();
    let mut handler = make(receiver);
    let handling = handler.handle(Invocation::new("7", Context::default()));
    let others = async { sender.send(6).expect("the handler waits") };
    let handled = async { tokio::join!(handling, others).0 };
    let handled = tokio::time::timeout(std::time::Duration::from_secs(60), handled).await;
    let outcome = handled.expect("the others were served").and_then(H::Out::into_outcome);
    let response = outcome.expect("it succeeds");
    assert_eq!(response.as_bytes().map(|bytes| &**bytes), Some(&b"42"[..]));
}

#[tokio::test]
async fn a_computation_on_a_thread_of_its_own_leaves_the_loop_responsive() {
    check(|receiver| {
        let mut receiver = Some(receiver);
        async move |n: u64| {
            let receiver = receiver.take().ok_or("called twice")?;
            let product = tokio::task::spawn_blocking(move || receiver.recv().map(|m| n * m));
            Ok::<_, Error>(product.await??)
        }
    })
    .await;
}

#[tokio::test]
async fn a_pool_of_threads_sends_its_result_over_a_channel() {
    check(|receiver| {
        let mut receiver = Some(receiver);
        async move |n: u64| {
            let receiver = receiver.take().ok_or("called twice")?;
            let (sender, result) = tokio::sync::oneshot::channel();
            // As `rayon::spawn` does on a thread of its pool.
            std::thread::spawn(move || {
                let _ = sender.send(receiver.recv().map(|m| n * m));
            });
            Ok::<_, Error>(result.await??)
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_runtime_with_threads_a_handler_may_block_in_place() {
    let mut handler = async |n: u64| {
        // Another worker serves the task that this one waits for.
        let (sender, receiver) = mpsc::channel();
        tokio::spawn(async move { sender.send(6) });
        Ok::<_, Error>(tokio::task::block_in_place(|| receiver.recv().map(|m: u64| n * m))?)
    };
    let invocation = Invocation::new("7", Context::default());
    let outcome = Handler::handle(&mut handler, invocation).await.expect("it fits");
    assert_eq!(outcome.expect("it succeeds"), 42);
}
