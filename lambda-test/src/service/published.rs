//! A published version of a function.

use std::{fmt, sync::Arc};

use serde::Serialize;

use super::{Function, Invoke};

/// A published version of a function: its code and its configuration do not change any more.
///
/// [`Function::publish`] makes it. `Display` writes its number, by which an alias points to it. Clones are the same
/// version.
/// Source: AWS Lambda developer guide, "Manage Lambda function versions".
#[derive(Clone)]
pub struct Version {
    pub(crate) function: Function,
    pub(crate) number: Arc<str>,
}

impl Version {
    pub(super) fn new(function: Function, number: Arc<str>) -> Self {
        Self { function, number }
    }

    /// Returns its number, from 1.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Returns its ARN, that of the function with the number behind it.
    pub fn arn(&self) -> String {
        format!("{}:{}", self.function.arn(), self.number)
    }

    /// Invokes this version. See [`Function::invoke`].
    pub fn invoke(&self, event: impl Serialize) -> Invoke {
        self.function.invoke(event).qualifier(&*self.number)
    }

    /// Keeps so many environments ready, which are made ahead: `AWS_LAMBDA_INITIALIZATION_TYPE` is
    /// `provisioned-concurrency` there. Further invocations run in environments that are made on demand.
    ///
    /// ```
    /// use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
    ///
    /// async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    ///     let how = environment.variables().get("AWS_LAMBDA_INITIALIZATION_TYPE");
    ///     let how = how.unwrap_or_default().to_owned();
    ///     Ok(Runtime::new(async move |_: ()| Ok::<_, Error>(how.clone())))
    /// }
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let function = lambda.function("orders", app).create();
    /// let version = function.publish();
    /// version.provisioned_concurrency(5);
    /// lambda.until_idle().await;
    /// assert_eq!(version.invoke(()).await.payload(), r#""provisioned-concurrency""#);
    /// assert_eq!(function.invoke(()).await.payload(), r#""on-demand""#);
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the service refuses it: the number is 0 or more than the account has left, or an alias of this
    /// version has provisioned concurrency.
    #[track_caller]
    pub fn provisioned_concurrency(&self, environments: usize) -> &Self {
        let done = self.function.state.provision(&self.number, environments);
        done.unwrap_or_else(|error| panic!("{}", error.message));
        self
    }

    /// Deletes the version.
    ///
    /// # Panics
    ///
    /// Panics if the service refuses it: an alias points to the version.
    #[track_caller]
    pub fn delete(&self) {
        let done = self.function.state.delete_version(&self.number);
        done.unwrap_or_else(|error| panic!("{}", error.message));
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Version").field("arn", &self.arn()).finish_non_exhaustive()
    }
}
