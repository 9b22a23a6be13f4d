//! The event of an invocation, from the command line, a file or stdin.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

/// Where the event comes from.
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
        match serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(format!("{from} is no JSON: {error}")),
        }
    }
}
