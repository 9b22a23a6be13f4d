fn main() -> std::process::ExitCode {
    lambda_http::serve(http_bench::app())
}
