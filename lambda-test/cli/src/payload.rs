//! The events of an invocation, from the command line, files or stdin.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

/// Where an event comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// `--payload JSON`.
    Text(String),
    /// `--payload-file FILE`; `-` is stdin.
    File(PathBuf),
    /// Nothing given: an empty object.
    Empty,
}

impl Payload {
    /// Reads the event. Whether it is JSON is the service's affair.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn read(&self) -> Result<Event, String> {
        let (bytes, from) = match self {
            Self::Text(text) => (text.clone().into_bytes(), "--payload".to_owned()),
            Self::Empty => (b"{}".to_vec(), String::new()),
            Self::File(path) if path == Path::new("-") => {
                let mut bytes = Vec::new();
                std::io::stdin()
                    .read_to_end(&mut bytes)
                    .map_err(|error| format!("stdin cannot be read: {error}"))?;
                (bytes, "stdin".to_owned())
            }
            Self::File(path) => {
                let name = path.display().to_string();
                let bytes = std::fs::read(path)
                    .map_err(|error| format!("payload file `{name}` cannot be read: {error}"))?;
                (bytes, format!("payload file `{name}`"))
            }
        };
        // The service takes an empty body for `{}`.
        let reason = if bytes.is_empty() { None } else { self.explained(&bytes) };
        let hint = reason.map(|reason| format!("{from} is not JSON: {reason}"));
        Ok(Event { bytes, hint })
    }

    /// Why it is not JSON, or what was meant where that can be told.
    fn explained(&self, bytes: &[u8]) -> Option<String> {
        let reason = why_not_json(bytes)?;
        let file = match self {
            Self::Text(text) => text.strip_prefix("file://").or_else(|| text.strip_prefix('@')),
            Self::File(_) | Self::Empty => None,
        };
        Some(match file {
            Some(file) => {
                format!("it looks like the name of a file, which is --payload-file {file}")
            }
            None => reason,
        })
    }
}

/// An event as it is sent.
pub(crate) struct Event {
    pub(crate) bytes: Vec<u8>,
    /// Why it is not JSON, for people.
    pub(crate) hint: Option<String>,
}

/// Why these bytes are not JSON, in words that state what to do; nothing where they are.
pub(crate) fn why_not_json(bytes: &[u8]) -> Option<String> {
    let reason = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str::<serde::de::IgnoredAny>(text).err()?.to_string(),
        Err(error) => format!("byte {} is not UTF-8", error.valid_up_to() + 1),
    };
    Some(match bytes {
        [] => "it is empty".to_owned(),
        [0xef, 0xbb, 0xbf, ..] => {
            "it begins with a byte order mark (EF BB BF); save it as UTF-8 without one".to_owned()
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => {
            "it is UTF-16; save it as UTF-8".to_owned()
        }
        _ => reason,
    })
}
