//! Before and after a user signs up or in.

use lambda_events_macros::model;

use super::event;
use crate::{RawJson, StringMap};

event! {
    CognitoPreSignUp
    /// Somebody signs up. Occasions: `PreSignUp_SignUp`, `PreSignUp_AdminCreateUser`,
    /// `PreSignUp_ExternalProvider`. An error of the function refuses it.
    CognitoPreSignUpEvent = CognitoPreSignUpRequest, CognitoPreSignUpResponse;
    CognitoPostConfirmation
    /// A user was confirmed. Occasions: `PostConfirmation_ConfirmSignUp`,
    /// `PostConfirmation_ConfirmForgotPassword`. The response stays `{}`.
    CognitoPostConfirmationEvent = CognitoPostConfirmationRequest, RawJson;
    CognitoPreAuthentication
    /// A user signs in. Occasion: `PreAuthentication_Authentication`. An error of the function refuses
    /// it; the response stays `{}`.
    CognitoPreAuthenticationEvent = CognitoPreAuthenticationRequest, RawJson;
    CognitoPostAuthentication
    /// A user has signed in. Occasion: `PostAuthentication_Authentication`. The response stays `{}`.
    CognitoPostAuthenticationEvent = CognitoPostAuthenticationRequest, RawJson;
    CognitoUserMigration
    /// A user that the pool does not know signs in or has forgotten a password. Occasions:
    /// `UserMigration_Authentication`, `UserMigration_ForgotPassword`.
    CognitoUserMigrationEvent = CognitoUserMigrationRequest, CognitoUserMigrationResponse;
}

/// Who signs up.
///
/// Source: Amazon Cognito developer guide, "Pre sign-up Lambda trigger".
#[model]
pub struct CognitoPreSignUpRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// What the program gave for this check only; null when it gave nothing.
    #[key = "validationData"]
    pub validation_data: StringMap,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
}

/// Whether the user is confirmed at once.
///
/// Source: Amazon Cognito developer guide, "Pre sign-up Lambda trigger".
#[model]
pub struct CognitoPreSignUpResponse {
    /// Whether the user is confirmed at once.
    #[key = "autoConfirmUser"]
    pub auto_confirm_user: bool,
    /// Whether the email address counts as verified.
    #[key = "autoVerifyEmail"]
    pub auto_verify_email: bool,
    /// Whether the phone number counts as verified.
    #[key = "autoVerifyPhone"]
    pub auto_verify_phone: bool,
}

/// Who was confirmed.
///
/// Source: Amazon Cognito developer guide, "Post confirmation Lambda trigger".
#[model]
pub struct CognitoPostConfirmationRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
}

/// Who signs in.
///
/// Source: Amazon Cognito developer guide, "Pre authentication Lambda trigger".
#[model]
pub struct CognitoPreAuthenticationRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// What the program gave for this check only; null when it gave nothing.
    #[key = "validationData"]
    pub validation_data: StringMap,
    /// Whether the pool has no such user; with `PreventUserExistenceErrors` only.
    #[key = "userNotFound"]
    pub user_not_found: Option<bool>,
}

/// Who has signed in.
///
/// Source: Amazon Cognito developer guide, "Post authentication Lambda trigger".
#[model]
pub struct CognitoPostAuthenticationRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// Whether on a new device; absent where devices are not remembered.
    #[key = "newDeviceUsed"]
    pub new_device_used: Option<bool>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
}

/// Who is to be migrated.
///
/// Source: Amazon Cognito developer guide, "Migrate user Lambda trigger".
#[model]
pub struct CognitoUserMigrationRequest {
    /// The password, in clear; absent for a forgotten one.
    #[key = "password"]
    pub password: Option<String>,
    /// Not in use.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// What the program gave for this check only; null when it gave nothing.
    #[key = "validationData"]
    pub validation_data: StringMap,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
}

/// The user, as the pool is to have it.
///
/// Source: Amazon Cognito developer guide, "Migrate user Lambda trigger".
#[model]
pub struct CognitoUserMigrationResponse {
    /// The attributes; the user is migrated if there are any.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// `CONFIRMED`, or `RESET_REQUIRED`, which holds when it is null.
    #[key = "finalUserStatus"]
    pub final_user_status: Option<String>,
    /// `SUPPRESS` for no welcome.
    #[key = "messageAction"]
    pub message_action: Option<String>,
    /// `EMAIL`, `SMS`, or both.
    #[key = "desiredDeliveryMediums"]
    pub desired_delivery_mediums: Option<Vec<String>>,
    /// Whether an alias is taken from another user.
    #[key = "forceAliasCreation"]
    pub force_alias_creation: Option<bool>,
    /// Whether the second factor is a text message.
    #[key = "enableSMSMFA"]
    pub enable_sms_mfa: Option<bool>,
}
