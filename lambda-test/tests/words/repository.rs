use lambda_events::codecommit::CodeCommitEvent;
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// A repository of CodeCommit invokes functions when commits are pushed to its branches: asynchronously.
#[lambda_test::test]
async fn repository() {
    let lambda = Lambda::new();
    let built = lambda.queue("built");
    let target = built.clone();
    let build = move || {
        let built = target.clone();
        Runtime::new(async move |event: CodeCommitEvent| {
            for reference in &event.records[0].codecommit.references {
                built.send(&reference.reference);
            }
            Ok::<_, Error>(())
        })
    };
    let function = lambda.function("build", build).create();
    let shop = lambda.repository("shop");
    let trigger = shop.trigger("build", &function).branches(["main"]);

    shop.push("main");
    shop.create_branch("an-idea");
    lambda.until_idle().await;

    assert_eq!(trigger.deliveries().len(), 1);
    assert_eq!(built.messages()[0].body, "refs/heads/main");
}
