//! How long the API is left alone before it is asked again.

use std::time::Duration;

use crate::Environment;

/// The waits, in milliseconds.
const WAITS: [u64; 4] = [10, 40, 160, 640];

/// The waits between the attempts of one call.
#[derive(Debug, Default)]
pub struct BackOff {
    failures: usize,
}

impl BackOff {
    /// Waits before the API is asked again; false once it was asked often enough.
    ///
    /// The waits are 10, 40, 160 and 640 ms, each ± 25 %, so that many environments do not come back at once.
    #[cold]
    pub async fn wait(&mut self, environment: &Environment) -> bool {
        let Some(millis) = WAITS.get(self.failures) else { return false };
        self.failures += 1;
        let micros = millis * 1000;
        let micros = micros * 3 / 4 + environment.random() % (micros / 2 + 1);
        tokio::time::sleep(Duration::from_micros(micros)).await;
        true
    }
}
