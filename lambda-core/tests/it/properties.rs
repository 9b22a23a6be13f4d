//! What holds for every text: what is written is read again as the same.

use lambda_core::{ClientContext, CognitoIdentity, FunctionArn, FunctionError, TraceHeader};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any JSON, with the names that callers use among its keys.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let key =
        prop_oneof!["client|custom|env|environment|app_title|appTitle|cognitoIdentityId", ".*"];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..6)
                .prop_map(|parts| Value::from(parts.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn an_arn_of_allowed_parts_is_taken_and_kept(
        region in "[a-z0-9-]{1,12}",
        account in "[0-9]{1,12}",
        name in "[A-Za-z0-9_-]{1,64}",
        qualifier in prop::option::of("[A-Za-z0-9_$.-]{1,32}"),
    ) {
        let arn = FunctionArn::new(&region, &account, &name, qualifier.as_deref());
        let arn = arn.expect("its parts are allowed");
        let seen = (arn.region(), arn.account(), arn.name(), arn.qualifier());
        prop_assert_eq!(seen, (&*region, &*account, &*name, qualifier.as_deref()));
        prop_assert_eq!(arn.to_string().parse::<FunctionArn>(), Ok(arn.clone()));
    }

    #[test]
    fn an_arn_of_any_parts_is_refused_or_has_these_parts(
        parts in prop::collection::vec("[a-z:$ ]{0,5}", 3),
        qualifier in prop::option::of("[a-z:]{0,3}"),
    ) {
        let [region, account, name] = &parts[..] else { unreachable!("three parts") };
        let Ok(arn) = FunctionArn::new(region, account, name, qualifier.as_deref()) else {
            return Ok(());
        };
        let seen = (arn.region(), arn.account(), arn.name(), arn.qualifier());
        prop_assert_eq!(seen, (&**region, &**account, &**name, qualifier.as_deref()));
    }

    #[test]
    fn a_trace_header_is_written_as_it_is_read(
        parts in prop::collection::vec(
            prop_oneof![
                "Root=1-[0-9a-f]{8}-[0-9a-f]{24}",
                "Parent=[0-9a-f]{16}",
                "Sampled=[01?x]",
                "Lineage=[0-9a-f:|]{1,9}",
                "[A-Za-z= \u{a0}]{0,9}",
                ".{0,9}",
            ],
            0..8,
        ),
    ) {
        let Ok(header) = parts.join(";").parse::<TraceHeader>();
        let written = header.to_string();
        let Ok(again) = written.parse::<TraceHeader>();
        prop_assert_eq!(&again, &header);
        prop_assert_eq!(again.to_string(), written);
    }

    #[test]
    fn no_caller_fails_an_invocation(value in json()) {
        let text = value.to_string();
        let context = serde_json::from_str::<ClientContext>(&text);
        prop_assert_eq!(context.is_ok(), value.is_object(), "{}", text);
        if let Ok(context) = context {
            let written = serde_json::to_string(&context).expect("text is written");
            prop_assert_eq!(serde_json::from_str::<ClientContext>(&written).ok(), Some(context));
        }
        let identity = serde_json::from_str::<CognitoIdentity>(&text);
        prop_assert_eq!(identity.is_ok(), value.is_object(), "{}", text);
    }

    /// "If the header value contains a match of `(Runtime|Function)\.[A-Z][a-zA-Z]+`, the whole
    /// value is kept."
    #[test]
    fn the_service_keeps_every_error_type_that_is_sent(
        error_type in prop_oneof!["(Runtime|Function)\\..{0,9}", "[A-Za-z_. ]{0,9}", ".*"],
    ) {
        let error = FunctionError::new(error_type, "");
        let header = error.header_type();
        prop_assert!(header.bytes().all(|byte| byte.is_ascii_graphic()), "{}", header);
        let reason = ["Runtime.", "Function."].iter().find_map(|it| header.strip_prefix(it));
        let mut letters = reason.unwrap_or_default().bytes();
        prop_assert!(letters.next().is_some_and(|first| first.is_ascii_uppercase()), "{}", header);
        prop_assert!(letters.next().is_some_and(|second| second.is_ascii_alphabetic()), "{}", header);
    }
}
