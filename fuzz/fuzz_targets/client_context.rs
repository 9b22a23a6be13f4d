//! Whatever a caller says about itself is taken as long as it is a JSON object, and is the same
//! after it was written and read again.
#![no_main]

use lambda_core::{ClientContext, CognitoIdentity};
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

fn check<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(json: &[u8]) {
    let object = serde_json::from_slice::<Map<String, Value>>(json);
    let taken = serde_json::from_slice::<T>(json);
    // Half of a surrogate pair is no text for serde_json; here it is kept as it was written.
    assert!(taken.is_ok() || object.is_err(), "{taken:?}, {object:?}");
    if let Ok(taken) = taken {
        let written = serde_json::to_string(&taken).expect("text is written");
        let again: T = serde_json::from_str(&written).expect("what was written is read");
        assert_eq!(again, taken, "{written}");
    }
}

fuzz_target!(|json: &[u8]| {
    check::<ClientContext>(json);
    check::<CognitoIdentity>(json);
});
