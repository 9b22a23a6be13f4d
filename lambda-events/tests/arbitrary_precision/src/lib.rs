//! Events where the program has switched on `arbitrary_precision` and `preserve_order` of `serde_json`.

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use lambda_events::{dynamodb::DynamoDbEvent, kinesis::KinesisEvent, sqs::SqsEvent};
    use lambda_runtime::FromEvent;
    use serde::{Deserialize, Serialize, de::DeserializeOwned};
    use serde_json::Value;

    const NUMBERS: [&str; 6] =
        ["123456789012345678901234567890", "1.50", "1E400", "-0", "0.1e-3", "7"];

    #[derive(Deserialize, Serialize)]
    #[serde(untagged)]
    enum Any<T> {
        Event(T),
        Other(Value),
    }

    #[derive(Deserialize, Serialize)]
    struct Flat<T> {
        #[serde(flatten)]
        event: T,
    }

    #[track_caller]
    fn check<T: DeserializeOwned + Serialize>(json: &str) {
        let write = |model: &T| serde_json::to_string(model).expect("it has a form");
        let direct: T = serde_json::from_str(json).expect("it fits");
        assert_eq!(write(&direct), json);
        let function = T::from_event(Bytes::copy_from_slice(json.as_bytes())).expect("it fits");
        assert_eq!(write(&function), json);
        let reader: T = serde_json::from_reader(json.as_bytes()).expect("it fits");
        assert_eq!(write(&reader), json);
        // Here serde's buffers keep the texts of numbers, too, but for an exponent's sign.
        let same = |written: &str| {
            let value = |json: &str| serde_json::from_str::<Value>(json).expect("it is JSON");
            assert_eq!(value(written), value(json), "{written}");
        };
        let value: Value = serde_json::from_str(json).expect("it is JSON");
        same(&write(&serde_json::from_value(value).expect("it fits")));
        let Ok(Any::Event(any)) = serde_json::from_str::<Any<T>>(json) else {
            panic!("untagged: {json}")
        };
        same(&write(&any));
        let flat: Flat<T> = serde_json::from_str(json).expect("it fits");
        same(&serde_json::to_string(&flat).expect("it has a form"));
    }

    #[test]
    fn numbers_are_kept_as_written() {
        for number in NUMBERS {
            check::<SqsEvent>(&format!(
                r#"{{"Records":[{{"messageId":{number},"body":{number},"new":[{number}]}}]}}"#
            ));
            check::<KinesisEvent>(&format!(
                r#"{{"Records":[{{"kinesis":{{"sequenceNumber":"1","approximateArrivalTimestamp":{number}}}}}]}}"#
            ));
            check::<DynamoDbEvent>(&format!(
                r#"{{"Records":[{{"dynamodb":{{"NewImage":{{"a":{{"N":{number}}}}},"SizeBytes":{number}}}}}]}}"#
            ));
        }
    }

    #[test]
    fn a_misfit_is_explained_without_its_value() {
        #[derive(Debug, Deserialize)]
        struct Order {
            #[serde(rename = "price")]
            _price: u8,
        }
        let error = Order::from_event(Bytes::from_static(br#"{"price":12345678901234567890123}"#))
            .expect_err("it is too large");
        assert!(!error.error_message.contains("12345"), "{}", error.error_message);
        assert!(error.error_message.contains("`price`"), "{}", error.error_message);
    }
}
