//! The reader beside `serde_json`, which it must agree with to the byte.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::Reader;

/// The text of the one value that this is, if it is JSON.
fn whole(text: &str) -> Option<&str> {
    let mut reader = Reader::new(text);
    let value = reader.skip().ok()?;
    reader.end().ok()?;
    Some(value)
}

fn reference(text: &str) -> Option<&str> {
    serde_json::from_str::<&RawValue>(text).ok().map(RawValue::get)
}

#[track_caller]
fn check(text: &str) {
    assert_eq!(whole(text), reference(text), "{text:?}");
}

#[test]
fn every_text_of_four_bytes_is_taken_or_refused_alike() {
    let bytes: Vec<char> = "{}[]\":,\\ u-+.0129eEtrufalsn\u{1}\u{fc}".chars().collect();
    for a in &bytes {
        for b in &bytes {
            for c in &bytes {
                for d in &bytes {
                    check(&String::from_iter([a, b, c, d]));
                }
            }
        }
    }
}

#[test]
fn a_text_ends_anywhere() {
    let text = r#" {"a\u00fc\n":[1,-2.50e+7,"\ud83d\ude00",null,true,false,{}],"b":{"c":[[]]}} "#;
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        check(&text[..end]);
        for start in 0..end {
            check(&text[start..end]);
        }
    }
}

#[test]
fn depth_is_bounded_without_recursion() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        assert!(whole(&nested(127)).is_some());
        assert!(whole(&nested(128)).is_none());
        assert!(whole(&open.repeat(1_000_000)).is_none());
    }
}

proptest! {
    #[test]
    fn a_damaged_text_is_taken_or_refused_alike(
        at in 0usize..200, byte in "[ -~]|\u{fc}|\u{1}", cut in 0usize..3
    ) {
        let text = r#"{"Records":[{"messageId":"19dd","body":"a\"\u0041\\","n":[-1.5e3,0,10],"t":true,"m":{"x":null}}]}"#;
        let at = at.min(text.len());
        let end = (at + cut).min(text.len());
        check(&format!("{}{byte}{}", &text[..at], &text[end..]));
    }

    #[test]
    fn a_string_is_the_same_text_and_written_the_same(text in "\\PC*[\u{0}-\u{7f}]*\"*\\\\*") {
        let json = serde_json::to_string(&text).expect("a text has a form");
        let mut reader = Reader::new(&json);
        reader.peek().expect("a quote");
        let read = reader.string().expect("a string").expect("whole");
        prop_assert_eq!(&*read, &*text);
        let mut writer = crate::codec::Writer::default();
        writer.string(&text);
        prop_assert_eq!(writer.as_str(), json);
    }

    #[test]
    fn escapes_are_read_alike(text in r#"(\\(u[0-9a-f]{4}|u[dD][89a-f][0-9A-F]{2}|[bfnrt"/\\])|[a-z\u{fc}\u{1F600}]){0,6}"#) {
        let json = format!("\"{text}\"");
        let mut reader = Reader::new(&json);
        reader.peek().expect("a quote");
        let read = reader.string().expect("a string").map(String::from);
        prop_assert_eq!(read, serde_json::from_str::<String>(&json).ok());
    }
}
