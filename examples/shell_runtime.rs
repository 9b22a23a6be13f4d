//! A runtime for functions in shell, as of AWS's tutorial on custom runtimes: for each event it calls the function that
//! `_HANDLER` names, `FILE.FUNCTION`, in `FILE.sh` of the working directory.
//!
//!     lambda-test invoke --example shell_runtime --handler examples/shell/function.handler --payload '{"text":"Hello"}'

use std::process::Output;

use lambda_runtime::{
    Bootstrap, Config, Context, Environment, Error, FunctionError, Response, RuntimeClient,
};
use tokio::process::Command;

/// A function in shell.
struct Shell {
    script: String,
    function: String,
}

/// Its error is reported as that of the init phase.
async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let handler = environment.variables().get("_HANDLER").unwrap_or_default();
    let (file, function) = handler.rsplit_once('.').ok_or("_HANDLER is not FILE.FUNCTION")?;
    let script = format!("{file}.sh");
    std::fs::metadata(&script).map_err(|error| format!("{script}: {error}"))?;
    Ok(Shell { script, function: function.to_owned() })
}

impl Bootstrap for Shell {
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        let mut client = RuntimeClient::new(&environment)?;
        let config = Config::new(environment.variables()).into();
        loop {
            let pending = client.next().await?;
            let context = pending.context(std::sync::Arc::clone(&config))?;
            let output = self.call(&String::from_utf8_lossy(pending.payload()), &context).await?;
            let log = String::from_utf8_lossy(&output.stderr);
            log.lines().for_each(|line| environment.log(line));
            match output.status.success() {
                true => pending.respond(Response::text(output.stdout)).await?,
                false => {
                    let message = log.lines().last().unwrap_or("no message");
                    let error = FunctionError::new("Shell.Failed", message)
                        .with_stack_trace(vec![format!("at {} ({})", self.function, self.script)]);
                    pending.fail(&error).await?;
                }
            }
        }
    }
}

impl Shell {
    async fn call(&self, event: &str, context: &Context) -> std::io::Result<Output> {
        let mut shell = Command::new("sh");
        shell.args(["-c", ". \"./$0\" && \"$1\" \"$2\"", &self.script, &self.function, event]);
        shell.env("_X_AMZN_TRACE_ID", context.xray_trace_id.as_deref().unwrap_or_default());
        shell.kill_on_drop(true).output().await
    }
}

fn main() -> std::process::ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_test::Lambda;

    use super::*;

    // Shells take real time.
    #[tokio::test(flavor = "local")]
    async fn a_function_in_shell_responds_and_fails() {
        let lambda = Lambda::in_real_time();
        let echo = lambda.function("echo", app).handler("shell/function.handler").create();
        let outcome = echo.invoke("hi").await;
        assert_eq!(outcome.payload(), "Echoing request: '\"hi\"'\n");
        assert_eq!(outcome.logs(), ["event: \"hi\""]);

        let fail = lambda.function("fail", app).handler("shell/function.fail").create();
        let outcome = fail.invoke("hi").await;
        assert_eq!(outcome.assert_error("Shell.Failed").error_message, "out of paper");

        let nothing = lambda.function("nothing", app).handler("shell/nothing.handler").create();
        nothing.invoke("hi").await.assert_error("Function.Error");
    }
}
