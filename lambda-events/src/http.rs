//! What requests and answers of all front ends share: bodies that may be in base64.

use std::borrow::Cow;

use serde::{Serialize, de::DeserializeOwned};

use crate::codec::{
    NotJson,
    kinds::{decode_base64, encode_base64},
};

/// Why a body cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum BodyError {
    /// It says that it is base64, but it is not.
    Base64,
    /// It is no JSON of the type asked for; where there is no body, it is empty.
    Json(NotJson),
}

impl_display!(BodyError, |error, f| match error {
    BodyError::Base64 => f.write_str("the body says that it is in base64, but it is not"),
    BodyError::Json(error) => write!(f, "the body: {error}"),
});

impl_from!(BodyError::Json(NotJson));

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Base64 => None,
            Self::Json(error) => Some(error),
        }
    }
}

pub(crate) fn bytes(body: Option<&str>, in_base64: bool) -> Result<Cow<'_, [u8]>, BodyError> {
    let body = body.unwrap_or_default();
    if !in_base64 {
        return Ok(Cow::Borrowed(body.as_bytes()));
    }
    decode_base64(body).map(|(bytes, _)| Cow::Owned(bytes)).ok_or(BodyError::Base64)
}

pub(crate) fn json<T: DeserializeOwned>(
    body: Option<&str>,
    in_base64: bool,
) -> Result<T, BodyError> {
    serde_json::from_slice(&bytes(body, in_base64)?).map_err(|error| NotJson::from(error).into())
}

/// The JSON of a value, or why it has none.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(value)
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    encode_base64(bytes)
}

/// The methods of a request with a body.
macro_rules! body {
    ($request:ident) => {
        impl $request {
            /// The bytes of the body, out of base64 if it is in it; none when there is no body.
            ///
            /// # Errors
            ///
            /// It says that it is base64, but it is not.
            pub fn bytes(&self) -> Result<std::borrow::Cow<'_, [u8]>, crate::BodyError> {
                crate::http::bytes(self.body.as_deref(), self.is_base64_encoded)
            }

            /// The body, read from JSON.
            ///
            /// # Errors
            ///
            /// It does not fit the type, or is no JSON.
            pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, crate::BodyError> {
                crate::http::json(self.body.as_deref(), self.is_base64_encoded)
            }
        }
    };
}
pub(crate) use body;

/// The methods that build an answer.
macro_rules! response {
    ($response:ident) => {
        impl $response {
            /// An answer with a status, without headers or body.
            pub fn new(status: u16) -> Self {
                Self { status_code: status, ..Self::default() }
            }

            /// The same with a header, in the place of one of the same name.
            pub fn header(mut self, name: &str, value: &str) -> Self {
                self.headers.insert(name, value);
                self
            }

            /// The same with a body of text; a content type is yours to set.
            pub fn text(mut self, body: impl Into<String>) -> Self {
                self.body = Some(body.into());
                self.is_base64_encoded = false;
                self
            }

            /// The same with a body of bytes, in base64.
            pub fn bytes(mut self, body: impl AsRef<[u8]>) -> Self {
                self.body = Some(crate::http::to_base64(body.as_ref()));
                self.is_base64_encoded = true;
                self
            }

            /// The same with a value as JSON, and the content type that says so.
            ///
            /// # Errors
            ///
            /// The value has no form in JSON.
            pub fn json<T: serde::Serialize + ?Sized>(
                self,
                value: &T,
            ) -> Result<Self, serde_json::Error> {
                let body = crate::http::to_json(value)?;
                Ok(self.header("content-type", "application/json").text(body))
            }
        }
    };
}
pub(crate) use response;
