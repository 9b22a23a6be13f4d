//! Batches whose records say what happens to them, and what a function makes of such a batch.

use std::{cell::RefCell, fmt, rc::Rc, time::Duration};

use lambda_events::{
    Attribute, BatchEvent, Event, batch,
    dynamodb::{DynamoDbEvent, DynamoDbRecord},
    kafka::{KafkaEvent, KafkaRecord},
    kinesis::{KinesisEvent, KinesisRecord},
    samples,
    sqs::{SqsEvent, SqsMessage},
};
use lambda_runtime::{Context, Environment, Error, Runtime};
use lambda_test::Lambda;
use serde::{Serialize, de::DeserializeOwned};

/// What happens to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    Well,
    Failing,
    Panicking,
}

/// A record: `a 20 ok` is of group `a` and takes 20 ms.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) lane: String,
    pub(crate) millis: u64,
    pub(crate) ends: Ends,
}

impl Script {
    pub(crate) fn read(text: &str) -> Self {
        let words: Vec<&str> = text.split(' ').collect();
        let [lane, millis, ends] = *words else { panic!("`{text}` is no script") };
        let ends = match ends {
            "ok" => Ends::Well,
            "fails" => Ends::Failing,
            "panics" => Ends::Panicking,
            other => panic!("`{other}` is no end"),
        };
        Self { lane: lane.to_owned(), millis: millis.parse().expect("milliseconds"), ends }
    }

    async fn act(&self) -> Result<(), Error> {
        if self.millis > 0 {
            tokio::time::sleep(Duration::from_millis(self.millis)).await;
        }
        match self.ends {
            Ends::Well => Ok(()),
            Ends::Failing => Err("it fails".into()),
            Ends::Panicking => panic!("it panics"),
        }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = match self.ends {
            Ends::Well => "ok",
            Ends::Failing => "fails",
            Ends::Panicking => "panics",
        };
        write!(f, "{} {} {ends}", self.lane, self.millis)
    }
}

/// What the function has.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How a batch is gone through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) concurrency: usize,
    /// How long after its begin time is up.
    pub(crate) stop: Option<u64>,
}

/// What came of it, by the places of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observed {
    /// What the service was told.
    pub(crate) answered: Vec<usize>,
    /// Why records failed.
    pub(crate) failures: Vec<(usize, String)>,
    /// What began, in that order.
    pub(crate) began: Vec<usize>,
}

/// A source whose batches can be scripted.
pub(crate) trait Source:
    BatchEvent + Event + Serialize + DeserializeOwned + Clone + 'static
{
    /// The event of these records; each carries its place and its script.
    fn of(scripts: &[Script]) -> Self;
    /// What a record carries.
    fn script(record: &Self::Record) -> String;
}

fn texts(scripts: &[Script]) -> impl Iterator<Item = String> {
    scripts.iter().enumerate().map(|(place, script)| format!("{place} {script}"))
}

impl Source for SqsEvent {
    /// Of a FIFO queue where there are groups: a script without one has the group `-`.
    fn of(scripts: &[Script]) -> Self {
        let batch = samples::sqs::batch(texts(scripts));
        if scripts.iter().all(|script| script.lane == "-") {
            return batch.into_event();
        }
        let mut event = batch.fifo("a").into_event();
        for (message, script) in event.records.iter_mut().zip(scripts) {
            message.attributes.message_group_id = Some(script.lane.clone());
        }
        event
    }

    fn script(message: &SqsMessage) -> String {
        message.body.clone().unwrap_or_default()
    }
}

impl Source for KinesisEvent {
    fn of(scripts: &[Script]) -> Self {
        let mut event = samples::kinesis::records(texts(scripts)).into_event();
        for (record, script) in event.records.iter_mut().zip(scripts) {
            record.kinesis.partition_key = script.lane.clone();
        }
        event
    }

    fn script(record: &KinesisRecord) -> String {
        String::from_utf8_lossy(&record.kinesis.data).into_owned()
    }
}

impl Source for DynamoDbEvent {
    fn of(scripts: &[Script]) -> Self {
        let mut event = Self::default();
        for (text, script) in texts(scripts).zip(scripts) {
            let item = [("id", Attribute::S(script.lane.clone())), ("script", Attribute::S(text))];
            let mut insert = samples::dynamodb::insert(item).into_event().records.remove(0);
            insert.dynamodb.sequence_number = format!("111{:05}", event.records.len());
            event.records.push(insert);
        }
        event
    }

    fn script(record: &DynamoDbRecord) -> String {
        match record.dynamodb.new_image.as_ref().and_then(|item| item.get("script")) {
            Some(Attribute::S(script)) => script.clone(),
            other => panic!("{other:?} is no script"),
        }
    }
}

impl Source for KafkaEvent {
    /// The partitions follow each other.
    fn of(scripts: &[Script]) -> Self {
        let mut event = samples::kafka::records([""]).into_event();
        let mut partitions: Vec<(String, Vec<KafkaRecord>)> = Vec::new();
        for (offset, (text, script)) in texts(scripts).zip(scripts).enumerate() {
            let number = script.lane.bytes().map(i32::from).sum();
            let record = samples::kafka::record(number, offset as i64, text);
            let name = format!("{}-{number}", record.topic);
            match partitions.last_mut() {
                Some((last, records)) if *last == name => records.push(record),
                _ => partitions.push((name, vec![record])),
            }
        }
        event.records = partitions.into_iter().collect();
        event
    }

    fn script(record: &KafkaRecord) -> String {
        let value = record.value.as_ref().map_or(&[][..], |value| &value.0);
        String::from_utf8_lossy(value).into_owned()
    }
}

/// What comes of a batch in a function.
pub(crate) fn run<E: Source>(scripts: &[Script], way: Way) -> Observed
where
    E::Response: Serialize,
{
    let event = E::of(scripts);
    let came = Rc::new(RefCell::new(Observed::default()));
    let seen = came.clone();
    let function = move |_: Environment| {
        let seen = seen.clone();
        async move {
            Ok::<_, Error>(Runtime::new(async move |event: E, context: Context| {
                let handler = async |record: E::Record| -> Result<(), Error> {
                    let script = E::script(&record);
                    let (place, script) = script.split_once(' ').ok_or("no place")?;
                    seen.borrow_mut().began.push(place.parse()?);
                    Script::read(script).act().await
                };
                let stop = way.stop.map_or(TIMEOUT, Duration::from_millis);
                let work = batch(event, &context).concurrency(way.concurrency);
                let batched = work.margin(TIMEOUT - stop).each(handler).await;
                seen.borrow_mut().failures = batched
                    .failures()
                    .iter()
                    .map(|failure| (failure.place, failure.error.error_type.clone()))
                    .collect();
                Ok::<_, Error>(batched)
            }))
        }
    };
    let answer: serde_json::Value = lambda_test::Harness::new().block_on(async {
        let lambda = Lambda::new();
        let function = lambda.function("batch", function).timeout(TIMEOUT).create();
        let outcome = function.invoke(&event).await;
        outcome.assert_ok().json().expect("JSON")
    });
    let names: Vec<serde_json::Value> = event
        .into_records()
        .iter()
        .map(|record| {
            let one: E::Response = [E::identifier(record)].into_iter().collect();
            serde_json::to_value(one).expect("JSON")["batchItemFailures"][0].take()
        })
        .collect();
    let mut came = came.take();
    came.answered = answer["batchItemFailures"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|failure| {
            names.iter().position(|name| name == failure).expect("a record of the batch")
        })
        .collect();
    came
}
