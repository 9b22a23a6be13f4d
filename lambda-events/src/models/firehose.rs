//! Amazon Data Firehose: transformation of records on their way, also of records that come from Kinesis
//! or MSK.
//!
//! Source: Amazon Data Firehose developer guide, "Transform source data in Amazon Data Firehose", read
//! 2026-11-26. Shown by the fixtures in `fixtures/firehose`.

use lambda_events_macros::model;

use crate::{Base64, Map, Millis, RawJson, ResponseFor, codec::kinds::words};

/// A batch of records to transform. The answer is a [`FirehoseResponse`] in which each of them
/// comes once.
///
/// Source: Amazon Data Firehose developer guide, "Transform source data in Amazon Data Firehose".
#[model(Firehose)]
pub struct FirehoseEvent {
    /// The id of the transformation.
    #[key = "invocationId"]
    pub invocation_id: String,
    /// The ARN of the stream.
    #[key = "deliveryStreamArn"]
    pub delivery_stream_arn: String,
    /// The ARN of the Kinesis stream that the records come from; absent otherwise.
    #[key = "sourceKinesisStreamArn"]
    pub source_kinesis_stream_arn: Option<String>,
    /// The ARN of the MSK cluster that the records come from; absent otherwise.
    #[key = "sourceMSKArn"]
    pub source_msk_arn: Option<String>,
    /// The region of the stream.
    #[key = "region"]
    pub region: Option<String>,
    /// The records.
    #[key = "records"]
    #[required]
    pub records: Vec<FirehoseRecord>,
}

impl ResponseFor<FirehoseEvent> for FirehoseResponse {}

/// A record to transform.
///
/// Source: Amazon Data Firehose developer guide, "Transform source data in Amazon Data Firehose".
#[model]
pub struct FirehoseRecord {
    /// The id by which the answer names it.
    #[key = "recordId"]
    #[required]
    pub record_id: String,
    /// When it arrived, about.
    #[key = "approximateArrivalTimestamp"]
    pub approximate_arrival_timestamp: Option<Millis>,
    /// What its producer put in; absent for records of MSK. See [`payload`](Self::payload).
    #[key = "data"]
    pub data: Option<Base64>,
    /// The value of a record of MSK; absent for others.
    #[key = "kafkaRecordValue"]
    pub kafka_record_value: Option<Base64>,
    /// What Kinesis says of it; absent for other sources.
    #[key = "kinesisRecordMetadata"]
    pub kinesis_record_metadata: Option<FirehoseKinesisMetadata>,
    /// What MSK says of it; absent for other sources.
    #[key = "mskRecordMetadata"]
    pub msk_record_metadata: Option<FirehoseMskMetadata>,
}

impl FirehoseRecord {
    /// What the producer put in, from whichever source.
    pub fn payload(&self) -> &[u8] {
        self.data.as_ref().or(self.kafka_record_value.as_ref()).map_or(&[], |bytes| &**bytes)
    }

    /// The answer that this record is now these bytes, in the field that its source asks for.
    pub fn ok(&self, payload: impl Into<Vec<u8>>) -> FirehoseResponseRecord {
        let bytes = Some(Base64(payload.into()));
        match self.kafka_record_value {
            Some(_) => FirehoseResponseRecord {
                kafka_record_value: bytes,
                ..self.respond(FirehoseResult::Ok)
            },
            None => FirehoseResponseRecord { data: bytes, ..self.respond(FirehoseResult::Ok) },
        }
    }

    /// The answer that this record is not wanted.
    pub fn dropped(&self) -> FirehoseResponseRecord {
        self.with_its_payload(FirehoseResult::Dropped)
    }

    /// The answer that this record could not be transformed: Firehose keeps it apart.
    pub fn failed(&self) -> FirehoseResponseRecord {
        self.with_its_payload(FirehoseResult::ProcessingFailed)
    }

    fn respond(&self, result: FirehoseResult) -> FirehoseResponseRecord {
        FirehoseResponseRecord {
            record_id: self.record_id.clone(),
            result,
            ..FirehoseResponseRecord::default()
        }
    }

    /// Firehose asks for the payload of each record, whatever became of it.
    fn with_its_payload(&self, result: FirehoseResult) -> FirehoseResponseRecord {
        FirehoseResponseRecord {
            data: self.data.clone(),
            kafka_record_value: self.kafka_record_value.clone(),
            ..self.respond(result)
        }
    }
}

/// What Kinesis says of a record.
///
/// Source: Amazon Data Firehose developer guide, "Transform source data in Amazon Data Firehose".
#[model]
pub struct FirehoseKinesisMetadata {
    /// The shard.
    #[key = "shardId"]
    pub shard_id: Option<String>,
    /// The key by which the shard was chosen.
    #[key = "partitionKey"]
    pub partition_key: Option<String>,
    /// When it arrived, about.
    #[key = "approximateArrivalTimestamp"]
    pub approximate_arrival_timestamp: Option<Millis>,
    /// Its number in the shard.
    #[key = "sequenceNumber"]
    pub sequence_number: Option<String>,
    /// Its number within a record of the Kinesis Producer Library.
    #[key = "subsequenceNumber"]
    pub subsequence_number: Option<String>,
}

/// What MSK says of a record.
///
/// Source: Amazon Data Firehose developer guide, "Transform source data in Amazon Data Firehose".
#[model]
pub struct FirehoseMskMetadata {
    /// Its offset in the partition.
    #[key = "offset"]
    pub offset: Option<String>,
    /// The partition.
    #[key = "partitionId"]
    pub partition_id: Option<String>,
    /// When it arrived, about.
    #[key = "approximateArrivalTimestamp"]
    pub approximate_arrival_timestamp: Option<Millis>,
}

/// The records, transformed: at most 6 MB, so what is more must be put again.
///
/// Source: Amazon Data Firehose developer guide, "Required parameters for data transformation".
#[model]
pub struct FirehoseResponse {
    /// Each record of the event, once.
    #[key = "records"]
    pub records: Vec<FirehoseResponseRecord>,
}

impl FromIterator<FirehoseResponseRecord> for FirehoseResponse {
    fn from_iter<I: IntoIterator<Item = FirehoseResponseRecord>>(records: I) -> Self {
        Self { records: records.into_iter().collect(), ..Self::default() }
    }
}

/// A record, transformed.
///
/// Source: Amazon Data Firehose developer guide, "Required parameters for data transformation".
#[model]
pub struct FirehoseResponseRecord {
    /// The id of the record in the event.
    #[key = "recordId"]
    pub record_id: String,
    /// What became of it.
    #[key = "result"]
    pub result: FirehoseResult,
    /// What it is now; absent for records of MSK.
    #[key = "data"]
    pub data: Option<Base64>,
    /// What it is now, for records of MSK; absent for others.
    #[key = "kafkaRecordValue"]
    pub kafka_record_value: Option<Base64>,
    /// Where it goes; absent unless the stream partitions by it.
    #[key = "metadata"]
    pub metadata: Option<FirehoseResponseMetadata>,
}

words! {
    /// What became of a record.
    ///
    /// Source: Amazon Data Firehose developer guide, "Required parameters for data transformation".
    pub enum FirehoseResult {
        /// It was transformed.
        #[word = "Ok"]
        Ok,
        /// It is not wanted.
        #[word = "Dropped"]
        Dropped,
        /// It could not be transformed.
        #[word = "ProcessingFailed"]
        ProcessingFailed,
    }
}

/// Where a record goes.
///
/// Source: Amazon Data Firehose developer guide, "Partition streaming data in Amazon Data
/// Firehose".
#[model]
pub struct FirehoseResponseMetadata {
    /// The keys by which it is partitioned; absent without dynamic partitioning.
    #[key = "partitionKeys"]
    pub partition_keys: Option<Map<RawJson>>,
    /// The table that it goes to; Apache Iceberg only.
    #[key = "otfMetadata"]
    pub otf_metadata: Option<FirehoseTableMetadata>,
}

/// The table that a record goes to.
///
/// Source: Amazon Data Firehose developer guide, "Route incoming records to a single Iceberg
/// table".
#[model]
pub struct FirehoseTableMetadata {
    /// The database.
    #[key = "destinationDatabaseName"]
    pub destination_database_name: Option<String>,
    /// The table.
    #[key = "destinationTableName"]
    pub destination_table_name: Option<String>,
    /// `insert`, `update` or `delete`.
    #[key = "operation"]
    pub operation: Option<String>,
}
