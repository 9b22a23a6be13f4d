//! Amazon Cognito: triggers of user pools, and Cognito Sync.
//!
//! The events of a user pool have one form, [`CognitoEvent`], with a request and a response of their
//! trigger; the answer is the event itself, with what the function decides in its `response`. A function
//! has 5 seconds, and is tried three times.
//!
//! ```
//! use lambda_events::cognito::CognitoPreSignUpEvent;
//!
//! async fn handler(mut event: CognitoPreSignUpEvent) -> CognitoPreSignUpEvent {
//!     let email = event.request.user_attributes.get("email").unwrap_or_default();
//!     event.response.auto_confirm_user = email.ends_with("@example.com");
//!     event
//! }
//! ```
//!
//! Source: Amazon Cognito developer guide, "Customizing user pool workflows with Lambda triggers", read
//! 2026-11-26. Shown by the fixtures in `fixtures/cognito-*`.

mod challenge;
mod federation;
mod message;
mod sign_up;
mod sync;
mod token;

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor, Trigger};

pub use challenge::*;
pub use federation::*;
pub use message::*;
pub use sign_up::*;
pub use sync::*;
pub use token::*;

/// An event of a user pool: `Q` is what its trigger asks, `R` what the function decides.
///
/// Source: Amazon Cognito developer guide, "Lambda trigger event", "Common Lambda trigger
/// parameters".
#[model(other = crate::cognito::other)]
pub struct CognitoEvent<Q = RawJson, R = RawJson> {
    /// The version of the event: `1`; of tokens also `2` and `3`.
    #[key = "version"]
    pub version: Option<String>,
    /// Trigger and occasion, with a line between: `PreSignUp_AdminCreateUser`. New ones come.
    #[key = "triggerSource"]
    #[required]
    pub trigger_source: String,
    /// The region of the pool.
    #[key = "region"]
    pub region: Option<String>,
    /// The id of the pool.
    #[key = "userPoolId"]
    #[required]
    pub user_pool_id: String,
    /// The name of the user; absent where there is none, as with client credentials.
    #[key = "userName"]
    pub user_name: Option<String>,
    /// The program that called.
    #[key = "callerContext"]
    pub caller_context: CognitoCaller,
    /// What the trigger asks.
    #[key = "request"]
    pub request: Q,
    /// What the function decides; `{}` or nulls when it comes.
    #[key = "response"]
    pub response: R,
}

/// The answer is the event, with its response.
impl<Q, R> ResponseFor<CognitoEvent<Q, R>> for CognitoEvent<Q, R> {}

/// What a text is, in words, where it is no event of a user pool.
#[cold]
fn other(text: &str) -> Option<&'static str> {
    let seen = Trigger::detect(text.as_bytes())?;
    (!seen.as_str().starts_with("cognito-")).then(|| seen.described())
}

macro_rules! event {
    ($($trigger:ident $(#[doc = $doc:literal])* $name:ident = $request:ident, $response:ident;)*) => {
        $(
            $(#[doc = $doc])*
            pub type $name = crate::cognito::CognitoEvent<$request, $response>;
            impl crate::Event for crate::cognito::CognitoEvent<$request, $response> {
                const TRIGGER: crate::Trigger = crate::Trigger::$trigger;
            }
        )*
    };
}
use event;

/// The program that called.
///
/// Source: Amazon Cognito developer guide, "Lambda trigger event", "Common Lambda trigger
/// parameters".
#[model]
pub struct CognitoCaller {
    /// Its SDK, with a version.
    #[key = "awsSdkVersion"]
    pub aws_sdk_version: Option<String>,
    /// Its SDK, as the events of custom senders call it.
    #[key = "awsSdk"]
    pub aws_sdk: Option<String>,
    /// The app client.
    #[key = "clientId"]
    pub client_id: Option<String>,
}
