//! What the caller of a function says about itself.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;

/// What a mobile application sends along with an invocation (`X-Amz-Client-Context`).
///
/// Nothing a caller writes here can fail an invocation as long as it is a JSON object: parts that
/// are missing or null are empty, and values that are no strings become their JSON text.
/// Source: AWS Lambda developer guide, "context object", `client_context`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientContext {
    /// The application; empty fields when the caller did not say.
    #[serde(default, deserialize_with = "null_as_default")]
    pub client: ClientApplication,
    /// What the application adds of its own.
    #[serde(default, deserialize_with = "texts")]
    pub custom: HashMap<String, String>,
    /// The device: locale, model, platform and so on. On the wire it is called `env`.
    #[serde(default, alias = "env", deserialize_with = "texts")]
    pub environment: HashMap<String, String>,
}

/// A mobile application; each field is empty when the caller did not send it.
///
/// The wire knows the names in snake case and in camel case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientApplication {
    /// The id of the installation.
    #[serde(alias = "installation_id", deserialize_with = "text")]
    pub installation_id: String,
    /// The title of the application.
    #[serde(alias = "app_title", deserialize_with = "text")]
    pub app_title: String,
    /// The version's name.
    #[serde(alias = "app_version_name", deserialize_with = "text")]
    pub app_version_name: String,
    /// The version's code.
    #[serde(alias = "app_version_code", deserialize_with = "text")]
    pub app_version_code: String,
    /// The package.
    #[serde(alias = "app_package_name", deserialize_with = "text")]
    pub app_package_name: String,
}

/// The Amazon Cognito identity that invoked the function; each field is empty when it was null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CognitoIdentity {
    /// The authenticated identity.
    #[serde(alias = "cognitoIdentityId", alias = "identity_id", deserialize_with = "text")]
    pub identity_id: String,
    /// The identity pool that authorised the invocation.
    #[serde(
        alias = "cognitoIdentityPoolId",
        alias = "identity_pool_id",
        deserialize_with = "text"
    )]
    pub identity_pool_id: String,
}

fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A string as it is, null as nothing, and anything else as its text in JSON. No tree is built of
/// it: its code would be in every function.
fn as_text(value: &RawValue) -> Result<String, serde_json::Error> {
    match value.get() {
        text if text.starts_with('"') => serde_json::from_str(text),
        "null" => Ok(String::new()),
        text => Ok(text.to_owned()),
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    as_text(&Box::<RawValue>::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HashMap<String, String>, D::Error> {
    let values: Option<HashMap<String, Box<RawValue>>> = Option::deserialize(deserializer)?;
    values
        .unwrap_or_default()
        .into_iter()
        .map(|(key, value)| as_text(&value).map(|value| (key, value)))
        .collect::<Result<_, _>>()
        .map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, installation: &str, custom: Option<&str>, environment: Option<&str>) {
        let context: ClientContext = serde_json::from_str(json).expect("accepted");
        assert_eq!(context.client.installation_id, installation);
        assert_eq!(context.custom.get("a").map(String::as_str), custom);
        assert_eq!(context.environment.get("locale").map(String::as_str), environment);
    }

    #[test]
    fn a_caller_cannot_fail_an_invocation_by_its_client_context() {
        check("{}", "", None, None);
        check(r#"{"client":null,"custom":null,"env":null}"#, "", None, None);
        check(r#"{"client":{"app_title":"x"}}"#, "", None, None);
        check(r#"{"client":{"installation_id":"i"}}"#, "i", None, None);
        check(r#"{"client":{"installationId":7}}"#, "7", None, None);
        check(r#"{"custom":{"a":1}}"#, "", Some("1"), None);
        check(r#"{"custom":{"a":{"b":[null]}}}"#, "", Some(r#"{"b":[null]}"#), None);
        check(r#"{"env":{"locale":"de"},"services":{}}"#, "", None, Some("de"));
    }

    #[test]
    fn an_identity_may_be_null() {
        let json = r#"{"cognitoIdentityId":null,"cognitoIdentityPoolId":"pool"}"#;
        let identity: CognitoIdentity = serde_json::from_str(json).expect("accepted");
        assert_eq!((&*identity.identity_id, &*identity.identity_pool_id), ("", "pool"));
    }
}
