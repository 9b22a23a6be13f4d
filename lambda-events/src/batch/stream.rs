//! What the streams of Kinesis and DynamoDB have in common.

/// Of both events of a stream, with and without a window.
macro_rules! stream {
    ($event:ident, $record:ident, $identifier:expr, $queue:expr) => {
        impl crate::BatchEvent for $event {
            type Record = $record;
            type Identifier = String;
            type Response = crate::BatchResponse;

            const ORDER: crate::BatchOrder = crate::BatchOrder::Checkpoint;

            fn into_records(self) -> Vec<$record> {
                self.records
            }

            fn identifier(record: &$record) -> String {
                let identifier: fn(&$record) -> &String = $identifier;
                identifier(record).clone()
            }

            fn order_key(record: &$record) -> Option<String> {
                let queue: fn(&$record) -> String = $queue;
                Some(queue(record))
            }

            fn name(identifier: &String) -> String {
                format!("record {identifier}")
            }
        }
    };
}

pub(super) use stream;
