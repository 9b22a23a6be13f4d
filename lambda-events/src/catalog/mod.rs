//! Every model that is an event or an answer, by its trigger: for programs that learn only when they
//! run what they are given, as `lambda-test check-event`.
//!
//! ```
//! use lambda_events::{Trigger, catalog};
//!
//! let json = br#"{"Records":[{"messageId":"1","new":1.50}]}"#;
//! let model = catalog::event(Trigger::Sqs).expect("the feature `sqs` is on");
//! assert_eq!(model.round_trip(json)?, String::from_utf8_lossy(json));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod any_event;
mod list;

use serde::{Serialize, de::DeserializeOwned};

pub use self::any_event::{AnyEvent, UnknownEvent};
use self::list::models;
use crate::Trigger;

/// An event or an answer.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// The name of its type.
    pub name: &'static str,
    /// The trigger that sends it, or that it is answered to.
    pub trigger: Trigger,
    round_trip: fn(&[u8]) -> Result<String, serde_json::Error>,
}

impl Model {
    /// Reads it and writes it back.
    ///
    /// # Errors
    ///
    /// It does not fit the type.
    pub fn round_trip(&self, json: &[u8]) -> Result<String, serde_json::Error> {
        (self.round_trip)(json)
    }
}

#[allow(dead_code, reason = "no trigger may be switched on")]
fn round_trip<T: DeserializeOwned + Serialize>(json: &[u8]) -> Result<String, serde_json::Error> {
    serde_json::to_string(&serde_json::from_slice::<T>(json)?)
}

/// The event of a trigger; none if its feature is off.
pub fn event(trigger: Trigger) -> Option<Model> {
    events().into_iter().find(|model| model.trigger == trigger)
}

macro_rules! catalog {
    ($($feature:literal $module:ident { $($trigger:ident $event:ident [$($answer:path),*];)* })*) => {
        /// Every event of the triggers that are switched on.
        pub fn events() -> Vec<Model> {
            #[allow(unused_mut, reason = "no trigger may be switched on")]
            let mut all: Vec<Model> = Vec::new();
            $(
                #[cfg(feature = $feature)]
                all.extend([$(
                    Model {
                        name: stringify!($event),
                        trigger: Trigger::$trigger,
                        round_trip: round_trip::<crate::$module::$event>,
                    },
                )*]);
            )*
            all
        }

        /// Returns every response to the triggers that are switched on; some have several, most have none.
        pub fn responses() -> Vec<Model> {
            #[allow(unused_mut, reason = "no trigger may be switched on")]
            let mut all: Vec<Model> = Vec::new();
            $(
                #[cfg(feature = $feature)]
                {
                    #[allow(unused_imports, reason = "some answers are of the crate")]
                    use crate::{$module::*, *};
                    let answers: &[Model] = &[$($(
                        Model {
                            name: stringify!($answer),
                            trigger: Trigger::$trigger,
                            round_trip: round_trip::<$answer>,
                        },
                    )*)*];
                    all.extend_from_slice(answers);
                }
            )*
            all
        }
    };
}

models!(catalog);
