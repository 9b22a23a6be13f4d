//! The ARN of a function: what is accepted is kept as it was, and is made of its parts.
#![no_main]

use lambda_core::FunctionArn;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(arn) = text.parse::<FunctionArn>() else { return };
    assert_eq!(arn.as_str(), text);
    if arn.partition() == "aws" {
        let made = FunctionArn::new(arn.region(), arn.account(), arn.name(), arn.qualifier());
        assert_eq!(made.as_ref(), Ok(&arn));
    }
});
