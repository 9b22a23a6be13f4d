//! Changes of the collection `a-collection`.

use super::{Sample, TIME_MILLIS, some};
use crate::{
    RawJson,
    documentdb::{
        DocumentDbChange, DocumentDbEvent, DocumentDbItem, DocumentDbNamespace,
        DocumentDbOperation, DocumentDbTime, DocumentDbTimestamp, DocumentDbToken,
    },
};

/// This document is new.
///
/// # Errors
///
/// The document has no form in JSON.
pub fn insert(document: impl serde::Serialize) -> serde_json::Result<Sample<DocumentDbEvent>> {
    let mut sample = change(DocumentDbOperation::Insert);
    sample.events[0].event.full_document = Some(RawJson::new(&document)?);
    Ok(sample)
}

/// Something happened to a document.
pub fn change(operation: DocumentDbOperation) -> Sample<DocumentDbEvent> {
    let timestamp = DocumentDbTimestamp { t: TIME_MILLIS / 1000, i: 1, ..Default::default() };
    let event = DocumentDbChange {
        id: DocumentDbToken {
            data: "0163eeb6e7000000090100000009000041e1".to_owned(),
            ..Default::default()
        },
        cluster_time: Some(DocumentDbTime { timestamp, ..Default::default() }),
        document_key: Some(RawJson::of(r#"{"_id":{"$oid":"63eeb6e7d418cd98afb1c1d7"}}"#)),
        ns: Some(DocumentDbNamespace {
            db: "a-database".to_owned(),
            coll: some("a-collection"),
            ..Default::default()
        }),
        operation_type: operation,
        ..Default::default()
    };
    Sample(DocumentDbEvent {
        event_source_arn: some("arn:aws:rds:us-east-1:123456789012:cluster:a-cluster"),
        events: vec![DocumentDbItem { event, ..Default::default() }],
        event_source: "aws:docdb".to_owned(),
        ..Default::default()
    })
}
