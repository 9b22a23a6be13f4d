//! What an event shows of itself in one pass: which keys it has, and a few values.

use std::borrow::Cow;

use crate::codec::{Reader, error::Read};

/// The keys that tell triggers apart.
const KEYS: &[&str] = &[
    "Records",
    "records",
    "awslogs",
    "alarmData",
    "DurableExecutionArn",
    "methodArn",
    "routeArn",
    "httpMethod",
    "path",
    "resource",
    "messageVersion",
    "deliveryStreamArn",
    "applicationArn",
    "detail-type",
    "invocationSchemaVersion",
    "tasks",
    "RequestType",
    "LogicalResourceId",
    "serverId",
    "username",
    "protocol",
    "configRuleName",
    "invokingEvent",
    "connection-id",
    "endpoint-id",
    "DeploymentId",
    "LifecycleEventHookExecutionId",
    "SecretId",
    "Step",
    "source",
    "window",
    "isFinalInvokeForWindow",
    "elb",
    "serviceNetworkArn",
    "connectionId",
    "eventType",
    "http",
    "cf",
    "s3",
    "Sns",
    "ses",
    "codecommit",
    "kinesis",
    "dynamodb",
    "receiptHandle",
    "userPoolId",
    "datasetName",
    "identityPoolId",
    "raw_path",
    "method",
    "authorizationToken",
    "apiId",
    "typeName",
    "fieldName",
    "arguments",
    "signatureVerified",
    "protocols",
    "claimCertificateId",
    "templateArn",
    "serialNumber",
    "clickType",
    "deviceEvent",
    "fragment",
    "transformId",
    "hookTypeName",
    "clientRequestToken",
    "CodePipeline.job",
    "widgetContext",
    "external_function",
    "agent",
    "inputFiles",
    "bucketName",
    "node",
    "bot",
    "sessionState",
    "currentIntent",
    "Details",
    "InvocationMetadata",
    "Items",
    "session",
    "context",
    "directive",
    "header",
    "payload",
    "CallDetails",
    "InvocationEventType",
    "labelingJobArn",
    "flowDirection",
    "envelope",
    "Endpoints",
    "ApplicationId",
    "xAmzRequestId",
    "userRequest",
    "streamArn",
    "requestPayload",
    "condition",
    "channel",
    "parentTypeName",
    "scopes",
    "Name",
    "type",
    "dataObject",
    "claimsAndScopeOverrideDetails",
    "intent",
    "ContactData",
    "namespace",
    "eventSource",
    "EventSource",
    "requestContext",
    "triggerSource",
    "rmqMessagesByQueue",
];

/// A set of them.
#[derive(Clone, Copy, Default)]
pub(super) struct Keys(u128);

impl Keys {
    pub(super) const fn has(self, bit: u128) -> bool {
        self.0 & bit != 0
    }

    fn add(&mut self, key: &str) {
        if let Some(place) = KEYS.iter().position(|known| *known == key) {
            self.0 |= 1 << place;
        }
    }
}

/// The bit of a key; one that is not listed does not compile where it is asked for in a constant.
pub(super) const fn bit(key: &str) -> u128 {
    let mut place = 0;
    while place < KEYS.len() {
        let (known, key) = (KEYS[place].as_bytes(), key.as_bytes());
        let mut at = 0;
        while at < key.len() && at < known.len() && known[at] == key[at] {
            at += 1;
        }
        if at == key.len() && at == known.len() {
            return 1 << place;
        }
        place += 1;
    }
    // In a constant, as all who call it are: what is not listed does not compile.
    panic!("this key is not listed")
}

/// What was seen, by where it was seen.
#[derive(Default)]
pub(super) struct Fingerprint<'a> {
    pub(super) top: Keys,
    pub(super) context: Keys,
    pub(super) info: Keys,
    pub(super) request: Keys,
    pub(super) response: Keys,
    /// Those within objects at the top by whose keys alone a trigger is not known.
    pub(super) inner: Keys,
    pub(super) request_type: Cow<'a, str>,
    /// The first element of `Records`, or of the whole where that is a list.
    pub(super) record: Keys,
    pub(super) is_list: bool,
    /// `eventSource` of that, or `EventSource`.
    pub(super) record_source: Cow<'a, str>,
    pub(super) event_source_arn: Cow<'a, str>,
    /// `eventSource` at the top.
    pub(super) source: Cow<'a, str>,
    pub(super) trigger_source: Cow<'a, str>,
    pub(super) kind: Cow<'a, str>,
    pub(super) version: Cow<'a, str>,
    pub(super) event: Cow<'a, str>,
    pub(super) domain: Cow<'a, str>,
}

impl<'a> Fingerprint<'a> {
    /// Goes over a text once; keys may come in any order.
    pub(super) fn of(text: &'a str) -> Read<Self> {
        let mut fingerprint = Self::default();
        let mut reader = Reader::new(text);
        if reader.peek()? == b'[' {
            fingerprint.is_list = true;
            fingerprint.records(&mut reader)?;
            return Ok(fingerprint);
        }
        each_key(&mut reader, &mut |key, reader| {
            fingerprint.top.add(key);
            match key {
                "Records" => fingerprint.records(reader),
                "requestContext" => fingerprint.request_context(reader),
                "info" => keys_into(&mut fingerprint.info, reader),
                "request" => fingerprint.request(reader),
                "sessionState" | "Details" | "directive" | "header" => {
                    keys_into(&mut fingerprint.inner, reader)
                }
                "response" => keys_into(&mut fingerprint.response, reader),
                "eventSource" => text_into(&mut fingerprint.source, reader),
                "triggerSource" => text_into(&mut fingerprint.trigger_source, reader),
                "type" => text_into(&mut fingerprint.kind, reader),
                "version" => text_into(&mut fingerprint.version, reader),
                "Event" => text_into(&mut fingerprint.event, reader),
                "eventSourceARN" => text_into(&mut fingerprint.event_source_arn, reader),
                _ => reader.skip().map(drop),
            }
        })?;
        Ok(fingerprint)
    }

    fn records(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        if reader.peek()? != b'[' {
            return reader.skip().map(drop);
        }
        let mut more = reader.enter(b']')?;
        let mut first = true;
        while more {
            if first {
                each_key(reader, &mut |key, reader| {
                    self.record.add(key);
                    match key {
                        "eventSource" | "EventSource" => text_into(&mut self.record_source, reader),
                        "info" => keys_into(&mut self.info, reader),
                        _ => reader.skip().map(drop),
                    }
                })?;
                first = false;
            } else {
                reader.skip()?;
            }
            more = reader.more(b']')?;
        }
        Ok(())
    }

    fn request(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        each_key(reader, &mut |key, reader| {
            self.request.add(key);
            match key {
                "type" => text_into(&mut self.request_type, reader),
                _ => reader.skip().map(drop),
            }
        })
    }

    fn request_context(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        each_key(reader, &mut |key, reader| {
            self.context.add(key);
            match key {
                "domainName" => text_into(&mut self.domain, reader),
                _ => reader.skip().map(drop),
            }
        })
    }
}

fn keys_into(keys: &mut Keys, reader: &mut Reader<'_>) -> Read<()> {
    each_key(reader, &mut |key, reader| {
        keys.add(key);
        reader.skip().map(drop)
    })
}

/// Calls for each key of an object, at its value; another value is passed over.
fn each_key<'a>(
    reader: &mut Reader<'a>,
    with: &mut dyn FnMut(&str, &mut Reader<'a>) -> Read<()>,
) -> Read<()> {
    if reader.peek()? != b'{' {
        return reader.skip().map(drop);
    }
    let mut more = reader.enter(b'}')?;
    while more {
        let key = reader.key()?;
        with(&key, reader)?;
        more = reader.more(b'}')?;
    }
    Ok(())
}

fn text_into<'a>(text: &mut Cow<'a, str>, reader: &mut Reader<'a>) -> Read<()> {
    if reader.peek()? != b'"' {
        return reader.skip().map(drop);
    }
    *text = reader.string()?.unwrap_or_default();
    Ok(())
}
