//! Why a payload is not JSON, in the words of the service's parser, as far as they were recorded.

use serde::de::IgnoredAny;

/// What the service's parser expects where a value begins.
const VALUE: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// Returns why these bytes are not JSON; nothing where they are.
pub(super) fn reason(payload: &[u8]) -> Option<String> {
    let parsed = serde_json::from_slice::<IgnoredAny>(payload).err();
    // What is skipped was not looked at for UTF-8.
    let invalid = std::str::from_utf8(payload).err().map(|error| error.valid_up_to());
    let wrong = parsed.as_ref().map(|error| offset(payload, error));
    let (at, words) = match (parsed, wrong, invalid) {
        (Some(error), Some(at), invalid) if invalid.is_none_or(|invalid| at <= invalid) => {
            described(payload, at, &error)
        }
        (_, _, Some(at)) => (at, format!("Invalid UTF-8 start byte 0x{:02x}", payload[at])),
        _ => return None,
    };
    let before = &payload[..at.min(payload.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    Some(format!(
        "{words}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); \
         line: {line}, column: {column}]"
    ))
}

/// Where the parser stopped.
fn offset(payload: &[u8], error: &serde_json::Error) -> usize {
    let lines = payload.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let line: usize = lines.map(<[u8]>::len).sum();
    (line + error.column().saturating_sub(1)).min(payload.len())
}

fn described(payload: &[u8], at: usize, error: &serde_json::Error) -> (usize, String) {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let byte = payload.get(at).copied();
    match byte {
        _ if error.is_eof() => (payload.len(), "Unexpected end-of-input".to_owned()),
        Some(byte) if word(&byte) && !byte.is_ascii_digit() => {
            let start = at - payload[..at].iter().rev().take_while(|byte| word(byte)).count();
            let length = payload[start..].iter().take_while(|byte| word(byte)).count();
            let token = String::from_utf8_lossy(&payload[start..start + length]).into_owned();
            (start + length, format!("Unrecognized token '{token}': was expecting {VALUE}"))
        }
        Some(byte) if error.to_string().starts_with("expected value") => {
            let name = match byte {
                0..=31 | 127..=159 => format!("(CTRL-CHAR, code {byte})"),
                _ => format!("'{}' (code {byte})", char::from(byte)),
            };
            (at, format!("Unexpected character ({name}): expected a valid value {VALUE}"))
        }
        _ => {
            let words = error.to_string();
            (at, words.split(" at line ").next().unwrap_or_default().to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(payload: &[u8], first_line: &str, place: &str) {
        let reason = reason(payload).expect("it is not JSON");
        let (first, rest) = reason.split_once('\n').expect("two lines");
        assert_eq!(first, first_line);
        assert!(rest.ends_with(&format!("disabled); {place}]")), "{rest}");
    }

    #[test]
    fn the_first_fault_is_described() {
        check(
            b"\x99\xeb,",
            &format!(
                "Unexpected character ((CTRL-CHAR, code 153)): expected a valid value {VALUE}"
            ),
            "line: 1, column: 1",
        );
        check(
            b"{\n \"a\": ]}",
            &format!("Unexpected character (']' (code 93)): expected a valid value {VALUE}"),
            "line: 2, column: 7",
        );
        check(
            b"not json",
            &format!("Unrecognized token 'not': was expecting {VALUE}"),
            "line: 1, column: 4",
        );
        check(b"{\"a\":\"\xff\"}", "Invalid UTF-8 start byte 0xff", "line: 1, column: 7");
        check(b"{\"a\":", "Unexpected end-of-input", "line: 1, column: 6");
        check(b"1 2", "trailing characters", "line: 1, column: 3");
        assert_eq!(reason("{\"ä\": [1, null, true]}".as_bytes()), None);
    }
}
