//! When a delivery that failed is tried again. Pure.
//!
//! Source: Amazon SNS developer guide, "Message delivery retries"; Amazon EventBridge user guide, "How EventBridge retries
//! delivering events".

use std::time::Duration;

use crate::{kernel::Random, service::ServiceError};

/// How a source tries again.
#[derive(Clone, Copy, Debug)]
pub(super) enum Retry {
    Sns,
    /// At most so many attempts more, and so old: "24 hours and up to 185 times" unless set.
    EventBridge {
        retries: u32,
        age: Duration,
    },
    /// Twice more, at once: of services that state nothing.
    Plain,
}

/// Why a delivery is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// The target will not take it another time either.
    Refused,
    Attempts,
    Age,
}

/// "100,015 attempts over 23 days": 3 at once, 2 and 10 further ones, and 100,000.
const SNS: u32 = 100_015;

impl Retry {
    /// Returns after which time a delivery is tried again that has failed so often and is so old.
    pub(super) fn after(
        self,
        attempts: u32,
        age: Duration,
        error: &ServiceError,
        random: &mut Random,
    ) -> Result<Duration, GivenUp> {
        if error.status < 500 && error.status != 429 {
            return Err(GivenUp::Refused);
        }
        match self {
            Self::Sns => match attempts {
                0..3 => Ok(Duration::ZERO),
                3..5 => Ok(Duration::from_secs(1)),
                // From one second to twenty; AWS states no steps.
                5..15 => {
                    let step = f64::from(attempts - 5) / 9.0;
                    Ok(Duration::from_secs_f64(20_f64.powf(step)))
                }
                15..SNS => Ok(Duration::from_secs(20)),
                _ => Err(GivenUp::Attempts),
            },
            Self::EventBridge { retries, age: oldest } => {
                if retries < attempts {
                    return Err(GivenUp::Attempts);
                }
                // "Exponential back-off and jitter"; AWS states no steps.
                let most = 2_f64.powi(i32::try_from(attempts).unwrap_or(i32::MAX)).min(600.0);
                let wait = Duration::from_secs_f64(most * (0.5 + random.fraction() / 2.0));
                if oldest < age + wait { Err(GivenUp::Age) } else { Ok(wait) }
            }
            Self::Plain => match attempts {
                0..3 => Ok(Duration::ZERO),
                _ => Err(GivenUp::Attempts),
            },
        }
    }
}
