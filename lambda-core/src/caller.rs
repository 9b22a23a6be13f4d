//! What the caller of a function says about itself.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a mobile application sends along with an invocation (`X-Amz-Client-Context`).
///
/// Nothing a caller writes here can fail an invocation as long as it is a JSON object: parts that
/// are missing, null or of another form are empty, and values that are no strings become their JSON
/// text. Of a name given twice the last counts.
/// Source: AWS Lambda developer guide, "context object", `client_context`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Object")]
pub struct ClientContext {
    /// The application; empty fields when the caller did not say.
    pub client: ClientApplication,
    /// What the application adds of its own.
    pub custom: HashMap<String, String>,
    /// The device: locale, model, platform and so on. On the wire it is called `env`.
    pub environment: HashMap<String, String>,
}

/// A mobile application; each field is empty when the caller did not send it.
///
/// The wire knows the names in snake case and in camel case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "camelCase"), from = "Object")]
pub struct ClientApplication {
    /// The id of the installation.
    pub installation_id: String,
    /// The title of the application.
    pub app_title: String,
    /// The version's name.
    pub app_version_name: String,
    /// The version's code.
    pub app_version_code: String,
    /// The package.
    pub app_package_name: String,
}

/// The Amazon Cognito identity that invoked the function; each field is empty when it was null or
/// not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "camelCase"), from = "Object")]
pub struct CognitoIdentity {
    /// The authenticated identity.
    pub identity_id: String,
    /// The identity pool that authorised the invocation.
    pub identity_pool_id: String,
}

/// A JSON object whose parts may have any form. They are kept as text: a tree of them would bring
/// its code into every function.
#[derive(Deserialize, Default)]
struct Object(HashMap<String, Box<RawValue>>);

impl From<Object> for ClientContext {
    fn from(mut object: Object) -> Self {
        Self {
            client: part(&mut object, &["client"]).into(),
            custom: texts(part(&mut object, &["custom"])),
            environment: texts(part(&mut object, &["env", "environment"])),
        }
    }
}

impl From<Object> for ClientApplication {
    fn from(mut object: Object) -> Self {
        let mut text = |names: [&str; 2]| as_text(take(&mut object, &names));
        Self {
            installation_id: text(["installation_id", "installationId"]),
            app_title: text(["app_title", "appTitle"]),
            app_version_name: text(["app_version_name", "appVersionName"]),
            app_version_code: text(["app_version_code", "appVersionCode"]),
            app_package_name: text(["app_package_name", "appPackageName"]),
        }
    }
}

impl From<Object> for CognitoIdentity {
    fn from(mut object: Object) -> Self {
        let mut text = |names: [&str; 3]| as_text(take(&mut object, &names));
        Self {
            identity_id: text(["cognitoIdentityId", "identityId", "identity_id"]),
            identity_pool_id: text(["cognitoIdentityPoolId", "identityPoolId", "identity_pool_id"]),
        }
    }
}

/// The value under the first of these names that has one.
fn take(object: &mut Object, names: &[&str]) -> Option<Box<RawValue>> {
    let mut values = names.iter().filter_map(|name| object.0.remove(*name));
    values.find(|value| value.get() != "null")
}

fn part(object: &mut Object, names: &[&str]) -> Object {
    let part = take(object, names);
    part.and_then(|part| serde_json::from_str(part.get()).ok()).unwrap_or_default()
}

/// A string as it is, nothing as nothing, and anything else as its text in JSON.
fn as_text(value: Option<Box<RawValue>>) -> String {
    let Some(value) = value else { return String::new() };
    match serde_json::from_str(value.get()) {
        Ok(text) => text,
        Err(_) => value.get().to_owned(),
    }
}

fn texts(part: Object) -> HashMap<String, String> {
    let some = |value: Box<RawValue>| Some(value).filter(|value| value.get() != "null");
    part.0.into_iter().map(|(key, value)| (key, as_text(some(value)))).collect()
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
        check(r#"{"custom":{"a":"\ud800"}}"#, "", Some(r#""\ud800""#), None);
        check(r#"{"custom":{"a":{"b":[null]}}}"#, "", Some(r#"{"b":[null]}"#), None);
        check(r#"{"env":{"locale":"de"},"services":{}}"#, "", None, Some("de"));
        check(r#"{"environment":{"locale":"de"},"env":null}"#, "", None, Some("de"));
    }

    #[test]
    fn a_part_of_another_form_is_left_out() {
        check(r#"{"client":"x","custom":[{"a":"b"}],"env":7}"#, "", None, None);
        check(r#"{"client":[],"custom":"a","env":true}"#, "", None, None);
    }

    #[test]
    fn a_name_given_twice_is_read() {
        check(r#"{"custom":{"a":"1"},"custom":{"a":"2"}}"#, "", Some("2"), None);
        check(r#"{"environment":{"locale":"fr"},"env":{"locale":"de"}}"#, "", None, Some("de"));
        check(r#"{"client":{"installationId":"j","installation_id":"i"}}"#, "i", None, None);
    }

    #[test]
    fn what_was_written_is_read_as_the_same() {
        let json = r#"{"client":{"app_title":"t"},"custom":{"a":"1"},"env":{"locale":"de"}}"#;
        let context: ClientContext = serde_json::from_str(json).expect("accepted");
        let written = serde_json::to_string(&context).expect("text is written");
        assert_eq!(
            written,
            r#"{"client":{"installationId":"","appTitle":"t","appVersionName":"","appVersionCode":"","appPackageName":""},"custom":{"a":"1"},"environment":{"locale":"de"}}"#
        );
        assert_eq!(serde_json::from_str::<ClientContext>(&written).expect("read"), context);
        for json in ["[]", "null", "7", r#""{}""#, ""] {
            assert!(serde_json::from_str::<ClientContext>(json).is_err(), "{json} is no object");
            assert!(serde_json::from_str::<CognitoIdentity>(json).is_err(), "{json} is no object");
        }
    }

    #[test]
    fn an_identity_may_be_null() {
        let json = r#"{"cognitoIdentityId":null,"cognitoIdentityPoolId":"pool"}"#;
        let identity: CognitoIdentity = serde_json::from_str(json).expect("accepted");
        assert_eq!((&*identity.identity_id, &*identity.identity_pool_id), ("", "pool"));
    }
}
