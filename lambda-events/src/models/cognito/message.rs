//! Messages to users.

use lambda_events_macros::model;

use super::{CognitoEvent, event};
use crate::{RawJson, ResponseFor, StringMap};

event! {
    CognitoCustomMessage
    /// A message is sent. Occasions: `CustomMessage_SignUp`, `CustomMessage_AdminCreateUser`,
    /// `CustomMessage_ResendCode`, `CustomMessage_ForgotPassword`, `CustomMessage_UpdateUserAttribute`,
    /// `CustomMessage_VerifyUserAttribute`, `CustomMessage_Authentication`.
    CognitoCustomMessageEvent = CognitoCustomMessageRequest, CognitoCustomMessageResponse;
    CognitoCustomEmailSender
    /// The function is to send an email in the place of Cognito; its answer is not looked at.
    /// Occasions: `CustomEmailSender_SignUp`, `…_ForgotPassword`, and so on.
    CognitoCustomEmailSenderEvent = CognitoEmailSenderRequest, RawJson;
    CognitoCustomSmsSender
    /// The function is to send a text message in the place of Cognito; its answer is not looked at.
    /// Occasions: `CustomSMSSender_SignUp`, `…_Authentication`, and so on.
    CognitoCustomSmsSenderEvent = CognitoSmsSenderRequest, RawJson;
}

impl ResponseFor<CognitoEvent<CognitoEmailSenderRequest, RawJson>> for () {}
impl ResponseFor<CognitoEvent<CognitoSmsSenderRequest, RawJson>> for () {}

/// To whom a message goes.
///
/// Source: Amazon Cognito developer guide, "Custom message Lambda trigger".
#[model]
pub struct CognitoCustomMessageRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// The text that stands for the code in the message.
    #[key = "codeParameter"]
    pub code_parameter: Option<String>,
    /// The text that stands for the link in the message.
    #[key = "linkParameter"]
    pub link_parameter: Option<String>,
    /// The text that stands for the name in the message; of users that are made by an
    /// administrator.
    #[key = "usernameParameter"]
    pub username_parameter: Option<String>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
}

/// A message; null when it comes: that of the pool is sent.
///
/// Source: Amazon Cognito developer guide, "Custom message Lambda trigger".
#[model]
pub struct CognitoCustomMessageResponse {
    /// The text message.
    #[key = "smsMessage"]
    pub sms_message: Option<String>,
    /// The email.
    #[key = "emailMessage"]
    pub email_message: Option<String>,
    /// Its subject.
    #[key = "emailSubject"]
    pub email_subject: Option<String>,
}

/// An email that is to be sent.
///
/// Source: Amazon Cognito developer guide, "Custom email sender Lambda trigger".
#[model]
pub struct CognitoEmailSenderRequest {
    /// `customEmailSenderRequestV1`.
    #[key = "type"]
    pub kind: Option<String>,
    /// The code, encrypted with the AWS Encryption SDK and the key of the pool, in base64.
    #[key = "code"]
    pub code: Option<String>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
}

/// A text message that is to be sent.
///
/// Source: Amazon Cognito developer guide, "Custom SMS sender Lambda trigger".
#[model]
pub struct CognitoSmsSenderRequest {
    /// `customSMSSenderRequestV1`.
    #[key = "type"]
    pub kind: Option<String>,
    /// The code, encrypted with the AWS Encryption SDK and the key of the pool, in base64.
    #[key = "code"]
    pub code: Option<String>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
}
