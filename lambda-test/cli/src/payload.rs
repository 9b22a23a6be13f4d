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
    /// Reads the event. It must be JSON, since that is what Lambda accepts.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the text is no JSON.
    pub(crate) fn read(&self) -> Result<Vec<u8>, String> {
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
        match is_json(&bytes) {
            Ok(()) => Ok(bytes),
            Err(reason) => Err(format!("{from} is no JSON: {}", self.explained(&bytes, reason))),
        }
    }

    /// The reason, or what was meant where that can be told.
    fn explained(&self, bytes: &[u8], reason: String) -> String {
        let file = match self {
            Self::Text(text) => text.strip_prefix("file://").or_else(|| text.strip_prefix('@')),
            Self::File(_) | Self::Empty => None,
        };
        match (file, bytes) {
            (Some(file), _) => {
                format!("it looks like the name of a file, which is --payload-file {file}")
            }
            (None, [0xef, 0xbb, 0xbf, ..]) => {
                "it begins with a byte order mark (EF BB BF); save it as UTF-8 without one"
                    .to_owned()
            }
            (None, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]) => {
                "it is UTF-16; save it as UTF-8".to_owned()
            }
            _ => reason,
        }
    }
}

/// As the service looks at it: every byte is text, and the text is JSON.
fn is_json(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("byte {} is no UTF-8", error.valid_up_to() + 1))?;
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}
