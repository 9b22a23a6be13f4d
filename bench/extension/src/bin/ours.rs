use lambda_extension::{Environment, Error, Extension};

async fn app(environment: Environment) -> Result<Extension, Error> {
    Ok(Extension::register(&environment).await?)
}

fn main() -> std::process::ExitCode {
    lambda_extension::start(app)
}
