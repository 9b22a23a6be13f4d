//! The one list of fields without which an event is refused, each with AWS's sentence.

/// Folder, the field as a path with `*` for every element, and where AWS says that it comes.
pub(crate) const PROMISED: &[(&str, &str, &str)] = &[
    (
        "sqs",
        "/Records",
        "Lambda polls the queue and invokes your function with an event that contains queue messages",
    ),
    ("sqs", "/Records/*/messageId", "each failed message is identified by its messageId"),
];

/// Whether a value of an event may not be missing, null, or of another kind. An element of a
/// promised list is promised with it.
pub(crate) fn is_promised(folder: &str, pointer: &str) -> bool {
    let steps = pointer.split('/').map(|step| match step.parse::<usize>() {
        Ok(_) => "*",
        Err(_) => step,
    });
    let path = steps.collect::<Vec<_>>().join("/");
    let path = path.strip_suffix("/*").unwrap_or(&path);
    PROMISED.iter().any(|(of, promised, _)| *of == folder && *promised == path)
}

/// Each is asked for: an event without it is refused, and the error says where.
#[test]
fn what_is_promised_is_asked_for() {
    use lambda_events::sqs::SqsEvent;

    #[track_caller]
    fn check(text: &str, message: &str) {
        let error = serde_json::from_str::<SqsEvent>(text).expect_err(text);
        assert_eq!(error.to_string(), message);
    }
    check("{}", "missing field `Records`");
    check(r#"{"Records":null}"#, "missing field `Records`");
    check(
        r#"{"Records":[{"messageId":"1"},{"body":"a"}]}"#,
        "missing field `messageId` at `Records[1]`",
    );
    check(
        r#"{"Records":[{"messageId":"1"},7]}"#,
        "invalid element, expected SqsMessage at `Records[1]`",
    );
    check(
        r#"{"Records":[{"messageId":{}}]}"#,
        "invalid type: object, expected text at `Records[0].messageId`",
    );
    check(r#"[7]"#, "invalid type: list, expected SqsEvent");
}
