//! An event of any trigger.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::list::models;
use crate::{RawJson, Trigger};

macro_rules! any_event {
    ($($feature:literal $module:ident { $($trigger:ident $event:ident [$($answer:path),*];)* })*) => {
        /// An event of any trigger whose feature is on, read as the model of its trigger.
        ///
        /// ```
        /// use lambda_events::{catalog::AnyEvent, Trigger};
        ///
        /// fn records(event: &AnyEvent) -> usize {
        ///     match event {
        ///         AnyEvent::Sqs(event) => event.records.len(),
        ///         AnyEvent::S3(event) => event.records.len(),
        ///         _ => 0,
        ///     }
        /// }
        ///
        /// let event: AnyEvent = serde_json::from_str(
        ///     r#"{"Records":[{"eventSource":"aws:sqs","messageId":"1"}]}"#,
        /// )?;
        /// assert_eq!(event.trigger(), Some(Trigger::Sqs));
        /// assert_eq!(records(&event), 1);
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum AnyEvent {
            $($(
                #[cfg(feature = $feature)]
                #[doc = concat!("Feature `", $feature, "`.")]
                $trigger(Box<crate::$module::$event>),
            )*)*
            /// Of no trigger that is known, or of one whose feature is off.
            Unknown(RawJson),
        }

        impl AnyEvent {
            /// The trigger that sent it; absent where that is not known. Of one whose feature is off it
            /// is known too.
            pub fn trigger(&self) -> Option<Trigger> {
                match self {
                    $($(
                        #[cfg(feature = $feature)]
                        Self::$trigger(_) => Some(Trigger::$trigger),
                    )*)*
                    Self::Unknown(json) => Trigger::detect(json.as_str().as_bytes()),
                }
            }

            fn read(json: RawJson) -> Result<Self, serde_json::Error> {
                Ok(match Trigger::detect(json.as_str().as_bytes()) {
                    $($(
                        #[cfg(feature = $feature)]
                        Some(Trigger::$trigger) => {
                            Self::$trigger(Box::new(serde_json::from_str(json.as_str())?))
                        }
                    )*)*
                    _ => Self::Unknown(json),
                })
            }
        }

        impl Serialize for AnyEvent {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $($(
                        #[cfg(feature = $feature)]
                        Self::$trigger(event) => event.serialize(serializer),
                    )*)*
                    Self::Unknown(json) => json.serialize(serializer),
                }
            }
        }

        $($(
            #[cfg(feature = $feature)]
            impl From<crate::$module::$event> for AnyEvent {
                fn from(event: crate::$module::$event) -> Self {
                    Self::$trigger(Box::new(event))
                }
            }
        )*)*
    };
}

models!(any_event);

impl<'de> Deserialize<'de> for AnyEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(RawJson::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
