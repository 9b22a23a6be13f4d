//! An event of any trigger.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::list::models;
use crate::{RawJson, Trigger, trigger::Sign};

/// An event that is none of a trigger that is known, as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownEvent {
    json: RawJson,
    refusal: Option<String>,
}

impl UnknownEvent {
    /// The event.
    pub fn json(&self) -> &RawJson {
        &self.json
    }

    /// The event.
    pub fn as_str(&self) -> &str {
        self.json.as_str()
    }

    /// Why it is not the event of a trigger of which it has a sign; absent where it has none.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }
}

impl From<RawJson> for UnknownEvent {
    fn from(json: RawJson) -> Self {
        Self { json, refusal: None }
    }
}

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
            /// Of no trigger that is known, or of one whose feature is off; or it has a sign of a trigger that
            /// events of a program's own may have too, and does not fit the model.
            Unknown(UnknownEvent),
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
                    Self::Unknown(event) => match event.refusal {
                        None => Trigger::detect(event.as_str().as_bytes()),
                        Some(_) => None,
                    },
                }
            }

            #[allow(unreachable_code, unused_variables, reason = "no feature may be on")]
            fn read(json: RawJson) -> Result<Self, serde_json::Error> {
                let Some((trigger, sign)) = Trigger::detect_sign(json.as_str().as_bytes()) else {
                    return Ok(Self::Unknown(json.into()));
                };
                let read: Result<Self, serde_json::Error> = match trigger {
                    $($(
                        #[cfg(feature = $feature)]
                        Trigger::$trigger => serde_json::from_str(json.as_str())
                            .map(|event| Self::$trigger(Box::new(event))),
                    )*)*
                    #[allow(unreachable_patterns, reason = "all features may be on")]
                    _ => return Ok(Self::Unknown(json.into())),
                };
                match (read, sign) {
                    (Err(error), Sign::Weak) => Ok(Self::Unknown(UnknownEvent {
                        refusal: Some(error.to_string()),
                        json,
                    })),
                    (read, _) => read,
                }
            }
        }

        impl Serialize for AnyEvent {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $($(
                        #[cfg(feature = $feature)]
                        Self::$trigger(event) => event.serialize(serializer),
                    )*)*
                    Self::Unknown(event) => event.json.serialize(serializer),
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
