//! The headers of a request: values without escapes are slices of the event.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use lambda_runtime::Error;
use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::event::RawEvent;

/// Reads the headers of an event, and its cookies as one more.
pub(crate) fn headers(event: &RawEvent<'_>, payload: &Bytes) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::with_capacity(24);
    if let Some(json) = event.multi_headers.or(event.headers) {
        read(json, HeaderSink { headers: &mut headers, payload })?;
    }
    if let Some(json) = event.cookies {
        let cookies: Vec<Cow<'_, str>> = serde_json::from_str(json.get())?;
        if !cookies.is_empty() {
            let cookies = Bytes::from(cookies.join("; "));
            headers.insert(header::COOKIE, HeaderValue::from_maybe_shared(cookies)?);
        }
    }
    Ok(headers)
}

fn read(json: &RawValue, sink: HeaderSink<'_>) -> Result<(), serde_json::Error> {
    serde_json::Deserializer::from_str(json.get()).deserialize_map(sink)
}

/// Where headers go, each with one value or with several.
struct HeaderSink<'s> {
    headers: &'s mut HeaderMap,
    payload: &'s Bytes,
}

impl<'de> Visitor<'de> for HeaderSink<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the headers of a request")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(NameOf(name)) = map.next_key()? {
            map.next_value_seed(HeaderValues { name, sink: &mut self })?;
        }
        Ok(())
    }
}

/// The name of a header.
struct NameOf(HeaderName);

impl<'de> serde::Deserialize<'de> for NameOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl Visitor<'_> for Names {
            type Value = NameOf;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a header")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<NameOf, E> {
                let read = HeaderName::from_bytes(name.as_bytes());
                read.map(NameOf)
                    .map_err(|_| E::custom(format_args!("{name:?} cannot be the name of a header")))
            }
        }

        deserializer.deserialize_str(Names)
    }
}

struct HeaderValues<'v, 's> {
    name: HeaderName,
    sink: &'v mut HeaderSink<'s>,
}

impl HeaderValues<'_, '_> {
    fn push<E: serde::de::Error>(
        &mut self,
        value: Result<HeaderValue, http::header::InvalidHeaderValue>,
    ) -> Result<(), E> {
        let Ok(value) = value else {
            let name = &self.name;
            return Err(E::custom(format_args!(
                "the header `{name}` of the request has a control character"
            )));
        };
        self.sink.headers.append(self.name.clone(), value);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for HeaderValues<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for HeaderValues<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or a list of values")
    }

    fn visit_borrowed_str<E: serde::de::Error>(mut self, value: &'de str) -> Result<(), E> {
        let shared = self.sink.payload.slice_ref(value.as_bytes());
        self.push(HeaderValue::from_maybe_shared(shared))
    }

    fn visit_str<E: serde::de::Error>(mut self, value: &str) -> Result<(), E> {
        self.push(HeaderValue::from_bytes(value.as_bytes()))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        while let Some(()) = values
            .next_element_seed(HeaderValues { name: self.name.clone(), sink: &mut *self.sink })?
        {
        }
        Ok(())
    }
}
