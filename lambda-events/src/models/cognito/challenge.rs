//! Challenges of one's own while a user signs in.

use lambda_events_macros::model;

use super::event;
use crate::StringMap;

event! {
    CognitoDefineAuthChallenge
    /// Which challenge comes next, or whether the user is in. Occasion:
    /// `DefineAuthChallenge_Authentication`.
    CognitoDefineAuthChallengeEvent = CognitoDefineAuthChallengeRequest, CognitoDefineAuthChallengeResponse;
    CognitoCreateAuthChallenge
    /// A challenge is to be made. Occasion: `CreateAuthChallenge_Authentication`.
    CognitoCreateAuthChallengeEvent = CognitoCreateAuthChallengeRequest, CognitoCreateAuthChallengeResponse;
    CognitoVerifyAuthChallenge
    /// An answer is to be judged. Occasion: `VerifyAuthChallengeResponse_Authentication`.
    CognitoVerifyAuthChallengeEvent = CognitoVerifyAuthChallengeRequest, CognitoVerifyAuthChallengeResponse;
}

/// The challenges so far.
///
/// Source: Amazon Cognito developer guide, "Define Auth challenge Lambda trigger".
#[model]
pub struct CognitoDefineAuthChallengeRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// The challenges so far; empty at first.
    #[key = "session"]
    pub session: Vec<CognitoChallengeResult>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
    /// Whether the pool has no such user; with `PreventUserExistenceErrors` only.
    #[key = "userNotFound"]
    pub user_not_found: Option<bool>,
}

/// How a challenge went.
///
/// Source: Amazon Cognito developer guide, "Define Auth challenge Lambda trigger".
#[model]
pub struct CognitoChallengeResult {
    /// `CUSTOM_CHALLENGE`, `SRP_A`, `PASSWORD_VERIFIER`, `SMS_MFA`, `EMAIL_OTP`,
    /// `SOFTWARE_TOKEN_MFA`, `DEVICE_SRP_AUTH`, `DEVICE_PASSWORD_VERIFIER`, `ADMIN_NO_SRP_AUTH`.
    #[key = "challengeName"]
    pub challenge_name: Option<String>,
    /// Whether it was met.
    #[key = "challengeResult"]
    pub challenge_result: Option<bool>,
    /// What the function called it.
    #[key = "challengeMetadata"]
    pub challenge_metadata: Option<String>,
}

/// Which challenge comes next, or whether the user is in; null when it comes.
///
/// Source: Amazon Cognito developer guide, "Define Auth challenge Lambda trigger".
#[model]
pub struct CognitoDefineAuthChallengeResponse {
    /// The next challenge.
    #[key = "challengeName"]
    pub challenge_name: Option<String>,
    /// Whether the user is in.
    #[key = "issueTokens"]
    pub issue_tokens: Option<bool>,
    /// Whether the user stays out.
    #[key = "failAuthentication"]
    pub fail_authentication: Option<bool>,
}

/// The challenge that is to be made.
///
/// Source: Amazon Cognito developer guide, "Create Auth challenge Lambda trigger".
#[model]
pub struct CognitoCreateAuthChallengeRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// Its name.
    #[key = "challengeName"]
    pub challenge_name: Option<String>,
    /// The challenges so far.
    #[key = "session"]
    pub session: Vec<CognitoChallengeResult>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
    /// Whether the pool has no such user; with `PreventUserExistenceErrors` only.
    #[key = "userNotFound"]
    pub user_not_found: Option<bool>,
}

/// A challenge; null when it comes.
///
/// Source: Amazon Cognito developer guide, "Create Auth challenge Lambda trigger".
#[model]
pub struct CognitoCreateAuthChallengeResponse {
    /// What the user is shown.
    #[key = "publicChallengeParameters"]
    pub public_challenge_parameters: StringMap,
    /// What only the function that judges it sees.
    #[key = "privateChallengeParameters"]
    pub private_challenge_parameters: StringMap,
    /// What it is called in later sessions.
    #[key = "challengeMetadata"]
    pub challenge_metadata: Option<String>,
}

/// An answer to a challenge.
///
/// Source: Amazon Cognito developer guide, "Verify Auth challenge response Lambda trigger".
#[model]
pub struct CognitoVerifyAuthChallengeRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// What the function that made it kept.
    #[key = "privateChallengeParameters"]
    pub private_challenge_parameters: StringMap,
    /// The answer of the user.
    #[key = "challengeAnswer"]
    pub challenge_answer: Option<String>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
    /// Whether the pool has no such user; with `PreventUserExistenceErrors` only.
    #[key = "userNotFound"]
    pub user_not_found: Option<bool>,
}

/// Whether an answer is right; null when it comes.
///
/// Source: Amazon Cognito developer guide, "Verify Auth challenge response Lambda trigger".
#[model]
pub struct CognitoVerifyAuthChallengeResponse {
    /// Whether it is right.
    #[key = "answerCorrect"]
    pub answer_correct: Option<bool>,
}
