//! What is read of an event, in one pass: the rest is read when somebody asks for it.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The parts of an event that become a request. Texts without escapes are slices of the event.
#[derive(Debug, Default)]
pub(crate) struct RawEvent<'a> {
    pub(crate) version: Text<'a>,
    /// `httpMethod`, or `method` of VPC Lattice.
    pub(crate) method: Text<'a>,
    pub(crate) path: Text<'a>,
    /// `rawPath`, or `raw_path` of VPC Lattice, which has the query in it.
    pub(crate) raw_path: Text<'a>,
    pub(crate) raw_query: Text<'a>,
    pub(crate) query: Option<&'a RawValue>,
    pub(crate) multi_query: Option<&'a RawValue>,
    pub(crate) headers: Option<&'a RawValue>,
    pub(crate) multi_headers: Option<&'a RawValue>,
    pub(crate) cookies: Option<&'a RawValue>,
    pub(crate) body: Option<&'a RawValue>,
    pub(crate) is_base64: bool,
    pub(crate) context: RawContext<'a>,
    pub(crate) keys: Keys,
}

/// A text; absent where the event has none.
pub(crate) type Text<'a> = Option<Cow<'a, str>>;

/// Keys by which the front ends differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    /// `httpMethod`.
    pub(crate) http_method: bool,
    /// `raw_path`, with an underscore.
    pub(crate) snake_path: bool,
    /// `methodArn` or `routeArn`: somebody asks for an authorization.
    pub(crate) authorizes: bool,
    /// `messageVersion`: of an agent of Bedrock.
    pub(crate) agent: bool,
}

/// The parts of `requestContext` that are looked at.
#[derive(Debug, Default)]
pub(crate) struct RawContext<'a> {
    pub(crate) elb: bool,
    pub(crate) lattice: bool,
    pub(crate) http: Option<RawHttp<'a>>,
    pub(crate) connection: bool,
    /// What a WebSocket does: `CONNECT`, `MESSAGE`, `DISCONNECT`.
    pub(crate) event_type: Text<'a>,
    pub(crate) route_key: Text<'a>,
    pub(crate) stage: Text<'a>,
    pub(crate) path: Text<'a>,
    pub(crate) domain: Text<'a>,
    pub(crate) source_ip: Text<'a>,
}

/// `requestContext.http`.
#[derive(Debug, Default)]
pub(crate) struct RawHttp<'a> {
    pub(crate) method: Text<'a>,
    pub(crate) source_ip: Text<'a>,
}

/// A text that stays a slice where it has no escapes, which serde's own `Option<Cow>` never does.
struct Borrowed<'a>(Text<'a>);

impl<'de> Deserialize<'de> for Borrowed<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = Borrowed<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or null")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Borrowed(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Borrowed(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Borrowed(None))
            }
        }

        deserializer.deserialize_any(Texts)
    }
}

/// Implements `Deserialize` for a struct of which each key is an arm. Keys of no arm are passed over; of those that stand
/// twice the last one counts.
macro_rules! keys {
    ($type:ident, $($key:literal => |$it:ident, $map:ident| $read:expr),+ $(,)?) => {
        impl<'de> Deserialize<'de> for $type<'de> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;

                impl<'de> Visitor<'de> for Fields {
                    type Value = $type<'de>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_unit<E>(self) -> Result<Self::Value, E> {
                        Ok($type::default())
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let mut it = $type::default();
                        while let Some(Borrowed(key)) = map.next_key()? {
                            match key.as_deref().unwrap_or_default() {
                                $($key => { let ($it, $map) = (&mut it, &mut map); $read })+
                                _ => { map.next_value::<IgnoredAny>()?; }
                            }
                        }
                        Ok(it)
                    }
                }

                // Where something else stands, as in the events of other triggers, it has no keys.
                deserializer.deserialize_any(Fields)
            }
        }
    };
}

fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Text<'de>, A::Error> {
    map.next_value::<Borrowed<'de>>().map(|Borrowed(text)| text)
}

/// Whether the value of a key is there.
fn is_some<'de, A: MapAccess<'de>>(map: &mut A) -> Result<bool, A::Error> {
    map.next_value::<Option<IgnoredAny>>().map(|value| value.is_some())
}

keys!(RawEvent,
    "version" => |it, map| it.version = text(map)?,
    "httpMethod" => |it, map| { it.method = text(map)?; it.keys.http_method = true },
    "method" => |it, map| it.method = text(map)?,
    "path" => |it, map| it.path = text(map)?,
    "rawPath" => |it, map| it.raw_path = text(map)?,
    "raw_path" => |it, map| { it.raw_path = text(map)?; it.keys.snake_path = true },
    "rawQueryString" => |it, map| it.raw_query = text(map)?,
    "queryStringParameters" => |it, map| it.query = map.next_value()?,
    "multiValueQueryStringParameters" => |it, map| it.multi_query = map.next_value()?,
    "headers" => |it, map| it.headers = map.next_value()?,
    "multiValueHeaders" => |it, map| it.multi_headers = map.next_value()?,
    "cookies" => |it, map| it.cookies = map.next_value()?,
    "body" => |it, map| it.body = map.next_value()?,
    "isBase64Encoded" => |it, map| it.is_base64 = map.next_value::<Option<bool>>()?.unwrap_or_default(),
    "is_base64_encoded" => |it, map| it.is_base64 = map.next_value::<Option<bool>>()?.unwrap_or_default(),
    "requestContext" => |it, map| it.context = map.next_value()?,
    "methodArn" => |it, map| it.keys.authorizes = is_some(map)?,
    "routeArn" => |it, map| it.keys.authorizes = is_some(map)?,
    "messageVersion" => |it, map| it.keys.agent = is_some(map)?,
);

keys!(RawContext,
    "elb" => |it, map| it.elb = is_some(map)?,
    "serviceNetworkArn" => |it, map| it.lattice = is_some(map)?,
    "http" => |it, map| it.http = map.next_value()?,
    "connectionId" => |it, map| it.connection = is_some(map)?,
    "eventType" => |it, map| it.event_type = text(map)?,
    "routeKey" => |it, map| it.route_key = text(map)?,
    "stage" => |it, map| it.stage = text(map)?,
    "path" => |it, map| it.path = text(map)?,
    "domainName" => |it, map| it.domain = text(map)?,
    "identity" => |it, map| it.source_ip = map.next_value::<RawHttp<'de>>()?.source_ip,
);

keys!(RawHttp,
    "method" => |it, map| it.method = text(map)?,
    "sourceIp" => |it, map| it.source_ip = text(map)?,
);
