//! What the streams of Kinesis and DynamoDB have in common.

/// Of both events of a stream, with and without a window.
macro_rules! stream {
    ($event:ident, $record:ident, $identifier:expr, $lane:expr) => {
        impl crate::BatchEvent for $event {
            type Record = $record;
            type Identifier = String;
            type Answer = crate::BatchResponse;

            const ORDER: crate::Order = crate::Order::Checkpoint;

            fn into_records(self) -> Vec<$record> {
                self.records
            }

            fn identifier(record: &$record) -> String {
                let identifier: fn(&$record) -> &String = $identifier;
                identifier(record).clone()
            }

            fn lane(record: &$record) -> Option<String> {
                let lane: fn(&$record) -> String = $lane;
                Some(lane(record))
            }

            fn name(identifier: &String) -> String {
                format!("record {identifier}")
            }
        }
    };
}

pub(super) use stream;
