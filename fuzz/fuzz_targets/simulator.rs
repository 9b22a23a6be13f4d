//! The simulated service is fed any bytes by a runtime, and by an extension: it answers or closes, and lives
//! on.
#![no_main]

use std::{cell::RefCell, rc::Rc, time::Duration};

use lambda_core::{Bootstrap, BoxError, Environment};
use lambda_test::Lambda;
use libfuzzer_sys::fuzz_target;

/// Sends bytes, reads what is answered until nothing comes for a second, and ends.
struct Raw(Rc<RefCell<Vec<u8>>>);

impl Bootstrap for Raw {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        let bytes = self.0.borrow().clone();
        let mut connection = environment.connect(&environment.api_address()?).await?;
        connection.send(&bytes, b"").await?;
        // As many as a seed has requests.
        for _ in 0..8 {
            let answer = tokio::time::timeout(Duration::from_secs(1), connection.receive()).await;
            if !matches!(answer, Ok(Ok(_))) {
                break;
            }
        }
        Err("done".into())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let shared = Rc::new(RefCell::new(bytes.to_vec()));
    lambda_test::block_on(async {
        let lambda = Lambda::new();
        let raw = shared.clone();
        let function = lambda.function("f", move || Raw(raw.clone())).create();
        // Whatever it did, the invocation is over, and the service makes another one.
        let _ = function.invoke(1).stream().outcome().await;
        let _ = function.invoke(2).await;
        let (raw, runtime) = (shared.clone(), shared.clone());
        let function = lambda.function("g", move || Raw(runtime.clone()));
        let function = function.extension("x", move || Raw(raw.clone())).create();
        let _ = function.invoke(1).await;
        let _ = function.invoke(2).await;
        function.shut_down().await;
    });
});
