//! Answers the lifecycle hooks of an Auto Scaling group: an instance that starts is let in where it has
//! the release that is served, and one that ends may go. The answer holds the parameters of
//! `CompleteLifecycleAction`, for a destination, a state machine or a client of Auto Scaling.
//!
//! Run it here:
//!
//!     lambda-test sample autoscaling/terminating | lambda-test invoke --example lifecycle_hook --payload-file - --env RELEASE=7

use std::process::ExitCode;

use lambda_events::{
    autoscaling::{AutoScalingLifecycleAction, AutoScalingTransition},
    eventbridge::EventBridgeEvent,
};
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CompleteLifecycleAction {
    auto_scaling_group_name: String,
    lifecycle_hook_name: String,
    lifecycle_action_token: String,
    lifecycle_action_result: String,
}

/// The hook's notification metadata is the release of its launch template.
fn result(action: &AutoScalingLifecycleAction, release: &str) -> &'static str {
    match (&action.lifecycle_transition, action.notification_metadata.as_deref()) {
        (AutoScalingTransition::Launching, launched) if launched != Some(release) => "ABANDON",
        _ => "CONTINUE",
    }
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let release = environment.variables().get("RELEASE").ok_or("RELEASE is missing")?.to_owned();
    Ok(Runtime::new(async move |event: EventBridgeEvent<AutoScalingLifecycleAction>| {
        let action = event.detail;
        let result = result(&action, &release);
        environment.log(&format!("{}: {result}", action.ec2_instance_id));
        Ok::<_, Error>(CompleteLifecycleAction {
            auto_scaling_group_name: action.auto_scaling_group_name,
            lifecycle_hook_name: action.lifecycle_hook_name,
            lifecycle_action_token: action.lifecycle_action_token,
            lifecycle_action_result: result.to_owned(),
        })
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::samples::autoscaling;
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn only_the_release_that_is_served_is_let_in() {
        let hook = Lambda::new().function("hook", app).env("RELEASE", "7").create();
        let launching = |release: &str| {
            autoscaling::launching("web")
                .with(|event| event.detail.notification_metadata = Some(release.to_owned()))
        };
        for (event, result) in [
            (launching("7"), "CONTINUE"),
            (launching("6"), "ABANDON"),
            (autoscaling::launching("web"), "ABANDON"),
            (autoscaling::terminating("web"), "CONTINUE"),
        ] {
            let complete: CompleteLifecycleAction = hook.invoke(&*event).await.json()?;
            assert_eq!(complete.lifecycle_action_result, result);
            assert_eq!(complete.lifecycle_action_token, event.detail.lifecycle_action_token);
        }
    }
}
