//! Event patterns and schedule expressions from anywhere: nothing panics, and what matches is what has no reason not to.
#![no_main]

use std::time::{Duration, SystemTime};

use lambda_test::{EventPattern, ScheduleExpression};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A pattern, and on a line of its own an event.
    let (pattern, event) = text.rsplit_once('\n').unwrap_or((text, "{}"));
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    match EventPattern::parse(pattern) {
        Ok(read) => {
            assert_eq!(read.matches(&event), event.is_object() && read.why_not(&event).is_none());
            // What is read is JSON, whatever stands behind it.
            let mut values = serde_json::Deserializer::from_str(pattern).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                let again = EventPattern::parse(&value.to_string());
                // Keys that come twice are one afterwards, and may be in another order.
                if let Ok(again) = again {
                    let _ = again.matches(&event);
                }
            }
        }
        Err(error) => {
            assert_eq!(error.status, 400);
            assert!(error.message.starts_with("Event pattern is not valid. Reason: "));
        }
    }
    let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    for read in [ScheduleExpression::of_rule(text), ScheduleExpression::of_scheduler(text)] {
        if let Ok(expression) = read {
            let due: Vec<SystemTime> = expression.occurrences(begin).take(3).collect();
            assert!(due.iter().all(|at| begin < *at) && due.is_sorted());
        }
    }
});
