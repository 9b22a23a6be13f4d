//! An ARN that is taken is kept to the letter, and its parts put together are the ARN.
#![no_main]

use lambda_core::FunctionArn;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(arn) = text.parse::<FunctionArn>() {
        assert_eq!(arn.to_string(), text);
        let qualifier = arn.qualifier().map(|qualifier| format!(":{qualifier}"));
        let parts = format!(
            "arn:{}:lambda:{}:{}:function:{}{}",
            arn.partition(),
            arn.region(),
            arn.account(),
            arn.name(),
            qualifier.unwrap_or_default(),
        );
        assert_eq!(parts, text);
    }
    let mut parts = text.split('\n');
    let (Some(region), Some(account), Some(name)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let qualifier = parts.next();
    if let Ok(arn) = FunctionArn::new(region, account, name, qualifier) {
        let seen = (arn.partition(), arn.region(), arn.account(), arn.name(), arn.qualifier());
        assert_eq!(seen, ("aws", region, account, name, qualifier));
        assert_eq!(arn.as_str().parse(), Ok(arn.clone()));
    }
});
