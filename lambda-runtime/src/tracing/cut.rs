//! Records that are longer than a log event may be.

use std::borrow::Cow;

use lambda_core::LogFormat;
use serde_json::{Map, Value};

use crate::log::LONGEST;

/// What the mark takes at most, and a cut string besides its text.
const RESERVE: usize = 64;

/// Cuts a line that is too long: the end of a text, or the longest strings of an object, which stays one.
pub(super) fn cut(line: &str, format: LogFormat) -> Cow<'_, str> {
    match format {
        _ if line.len() <= LONGEST => Cow::Borrowed(line),
        LogFormat::Text => {
            let kept = head(line, LONGEST - RESERVE);
            format!("{kept} … ({} bytes more)", line.len() - kept.len()).into()
        }
        LogFormat::Json => cut_object(line).into(),
    }
}

#[cold]
fn cut_object(line: &str) -> String {
    let mut object: Map<String, Value> = serde_json::from_str(line).unwrap_or_default();
    loop {
        let mut marked = object.clone();
        let length = serde_json::to_string(&object).map_or(0, |text| text.len());
        marked.insert("cut".to_owned(), (line.len().saturating_sub(length)).into());
        let text = Value::from(marked).to_string();
        let over = text.len().saturating_sub(LONGEST);
        if over == 0 {
            return text;
        }
        let longest = object.iter_mut().max_by_key(|(_, value)| value.to_string().len());
        match longest {
            Some((_, Value::String(text))) if RESERVE < text.len() => {
                // A byte of the text may be several of the line.
                let escaped = Value::from(text.as_str()).to_string().len();
                let bytes = (over + RESERVE).div_ceil(escaped / text.len());
                let kept = head(text, text.len().saturating_sub(bytes)).len();
                text.truncate(kept);
            }
            // Numbers, lists of causes and short texts: one field less.
            Some((name, _)) => {
                let name = name.clone();
                object.remove(&name);
            }
            None => return text,
        }
    }
}

/// As much of a text as fits.
fn head(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
