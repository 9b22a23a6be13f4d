//! Checks what is pushed to a repository: branches are called `main`, `feature/…` or `fix/…`, and `main`
//! is never deleted. A wrong one fails the invocation, whose error an alarm or a destination passes on.
//!
//! Run it here:
//!
//!     lambda-test sample codecommit/push | lambda-test invoke --example codecommit_check --payload-file -

use std::{fmt, process::ExitCode};

use lambda_events::codecommit::{CodeCommitEvent, CodeCommitReference};
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};

#[derive(Debug, PartialEq)]
enum PushError {
    BranchName(String),
    MainDeleted,
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BranchName(branch) => {
                write!(
                    f,
                    "the branch is called `{branch}`: expected `main`, `feature/…` or `fix/…`"
                )
            }
            Self::MainDeleted => f.write_str("`main` was deleted"),
        }
    }
}

impl std::error::Error for PushError {}

/// Tags are free in their names.
fn check(reference: &CodeCommitReference) -> Result<(), PushError> {
    match reference.branch() {
        Some("main") if reference.deleted == Some(true) => Err(PushError::MainDeleted),
        None | Some("main") => Ok(()),
        Some(branch) if branch.starts_with("feature/") || branch.starts_with("fix/") => Ok(()),
        Some(branch) => Err(PushError::BranchName(branch.to_owned())),
    }
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: CodeCommitEvent| {
        for record in &event.records {
            let repository = record.repository().unwrap_or("unknown");
            for reference in &record.codecommit.references {
                check(reference)?;
                environment.log(&format!("{repository}: {} is fine", reference.reference));
            }
        }
        Ok::<_, PushError>(())
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::samples::codecommit;
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn a_push_to_main_is_fine() {
        let checks = Lambda::new().function("checks", app).create();
        let outcome = checks.invoke(&*codecommit::push("shop", "main")).await;
        assert_eq!(outcome.assert_ok().logs(), ["shop: refs/heads/main is fine"]);
    }

    #[lambda_test::test]
    async fn wrong_pushes_fail_with_the_reason() {
        let checks = Lambda::new().function("checks", app).create();
        for (push, reason) in [
            (
                codecommit::push("shop", "wip"),
                "the branch is called `wip`: expected `main`, `feature/…` or `fix/…`",
            ),
            (codecommit::push("shop", "main").deleted(), "`main` was deleted"),
        ] {
            let outcome = checks.invoke(&*push).await;
            assert_eq!(outcome.assert_error("PushError").error_message, reason);
        }
    }
}
