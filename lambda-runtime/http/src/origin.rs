//! The event that a request came in, as an extension of the request.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use lambda_runtime::Context;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::FrontEnd;

/// The event that a request came in: an extension of each request, outside of Lambda absent.
///
/// ```
/// use lambda_http::{Body, Error, Request, RequestExt};
///
/// async fn handler(request: Request) -> Result<String, Error> {
///     let event = request.lambda_event().ok_or("not on Lambda")?;
///     let user = event.authorizer().and_then(|authorizer| authorizer.text("sub").map(str::to_owned));
///     Ok(user.unwrap_or_else(|| "nobody".to_owned()))
/// }
/// # lambda_http::handler(handler);
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) payload: Bytes,
    pub(crate) front_end: FrontEnd,
    /// Shared with the handler, which names the invocation in the log.
    pub(crate) context: Arc<Context>,
    pub(crate) client_ip: Option<IpAddr>,
}

impl Event {
    /// Returns the event as Lambda sent it.
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }

    /// Returns what stands between the client and the function.
    pub fn front_end(&self) -> FrontEnd {
        self.front_end
    }

    /// Returns what is known of the invocation: its deadline, its request id and the like.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Returns the address of the client. Absent where the front end states none, as in the tests of its console.
    ///
    /// Behind a load balancer and behind VPC Lattice it is the last one of `x-forwarded-for`, which is the one that the
    /// front end added itself.
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.client_ip
    }

    /// Reads the event as one of the types of `lambda-events`, or as one of your own.
    ///
    /// ```
    /// use lambda_events::api_gateway::ApiGatewayHttpRequest;
    /// use lambda_http::{Error, Request, RequestExt};
    ///
    /// async fn handler(request: Request) -> Result<String, Error> {
    ///     let event = request.lambda_event().ok_or("not on Lambda")?;
    ///     let event: ApiGatewayHttpRequest = event.read()?;
    ///     Ok(event.request_context.route_key.unwrap_or_default())
    /// }
    /// # lambda_http::handler(handler);
    /// ```
    ///
    /// # Errors
    ///
    /// The event does not fit the type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.payload)
    }

    /// Returns what an authorizer knows of the client. Absent where the route has none.
    pub fn authorizer(&self) -> Option<Authorizer> {
        Authorizer::of(&self.payload)
    }

    /// Returns the parameters of the route: `{"id": "7"}` for `/orders/{id}`; empty without any.
    pub fn path_parameters(&self) -> Map<String, Value> {
        self.parameters().path_parameters.unwrap_or_default()
    }

    /// Returns the variables of the stage; empty without any.
    pub fn stage_variables(&self) -> Map<String, Value> {
        self.parameters().stage_variables.unwrap_or_default()
    }

    fn parameters(&self) -> Parameters {
        self.read().unwrap_or_default()
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    path_parameters: Option<Map<String, Value>>,
    stage_variables: Option<Map<String, Value>>,
}

/// What an authorizer knows of the client, in one form for all front ends.
///
/// | authorizer | claims | fields |
/// |---|---|---|
/// | JWT of an HTTP API | those of the token | |
/// | Cognito of a REST API | those of the token | |
/// | Lambda | | its context |
/// | IAM | | account, caller, user and the like |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorizer {
    claims: Map<String, Value>,
    fields: Map<String, Value>,
    scopes: Vec<String>,
}

impl Authorizer {
    fn of(payload: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Outer {
            request_context: Inner,
        }

        #[derive(Deserialize)]
        struct Inner {
            authorizer: Option<Map<String, Value>>,
        }

        let outer: Outer = serde_json::from_slice(payload).ok()?;
        let mut fields = outer.request_context.authorizer?;
        let mut it = Self::default();
        if let Some(mut jwt) = take(&mut fields, "jwt") {
            it.claims = take(&mut jwt, "claims").unwrap_or_default();
            let scopes = jwt.remove("scopes").unwrap_or_default();
            it.scopes = serde_json::from_value(scopes).unwrap_or_default();
        }
        if let Some(claims) = take(&mut fields, "claims") {
            it.claims = claims;
        }
        for inner in ["lambda", "iam"] {
            if let Some(of_it) = take(&mut fields, inner) {
                fields.extend(of_it);
            }
        }
        it.fields = fields;
        Some(it)
    }

    /// Returns the claims of the token; empty where there was none.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// Returns what the authorizer itself states; empty where it states nothing.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// Returns the scopes of the token that the route asks for.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns a claim, or else a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.claims.get(name).or_else(|| self.fields.get(name))
    }

    /// Returns a claim, or else a field, that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }
}

/// Takes an object out of another one. A text of that name, as in the context of a Lambda authorizer, stays.
fn take(fields: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match fields.remove(name)? {
        Value::Object(object) => Some(object),
        other => {
            fields.insert(name.to_owned(), other);
            None
        }
    }
}
