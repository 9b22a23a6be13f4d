//! What the functions share: how they are started.
//!
//! BENCH_RT=multi: tokio's multi-thread runtime, as `#[tokio::main]` gives; otherwise a current-thread one.
//! BENCH_TEMPLATE=1: the default subscriber and the tracing layer, as `cargo lambda new` writes it;
//! otherwise the bare `Runtime`.

use std::future::Future;

pub fn block_on<F: Future>(f: F) -> F::Output {
    let multi = std::env::var("BENCH_RT").is_ok_and(|v| v == "multi");
    let mut b = if multi {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    b.enable_all().build().expect("runtime").block_on(f)
}

/// True where the function is to be run as the template does; the subscriber is installed then.
pub fn template() -> bool {
    let t = std::env::var_os("BENCH_TEMPLATE").is_some();
    if t {
        lambda_runtime::tracing::init_default_subscriber();
    }
    t
}

/// `lambda_runtime::run` or the bare runtime.
#[macro_export]
macro_rules! serve {
    ($f:expr) => {
        $crate::block_on(async {
            if $crate::template() {
                lambda_runtime::run(lambda_runtime::service_fn($f)).await
            } else {
                lambda_runtime::Runtime::new(lambda_runtime::service_fn($f))
                    .run()
                    .await
            }
        })
    };
}
