//! Client context and identity: an object of any shape that is documented or seen is accepted.
#![no_main]

use lambda_core::{ClientContext, CognitoIdentity};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let context = serde_json::from_slice::<ClientContext>(bytes);
    if let Ok(context) = context {
        let text = serde_json::to_string(&context).expect("it has a form in JSON");
        let again: ClientContext = serde_json::from_str(&text).expect("it reads what it wrote");
        assert_eq!(again, context);
    }
    let _ = serde_json::from_slice::<CognitoIdentity>(bytes);
});
