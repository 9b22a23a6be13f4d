//! What X-Ray keeps: documents of segments, up to a limit.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeMap, HashMap, VecDeque},
};

use super::{Segment, UnprocessedSegment, daemon::Daemon, lambda_segments::LambdaSegments};

/// How much the documents of all traces may have, in JSON. The oldest go first.
const LIMIT: usize = 16 * 1024 * 1024;

/// How much is kept of what was not taken.
const REFUSED: usize = 1000;

/// "A segment document can be up to 64 KB."
pub(super) const LARGEST: usize = 64 * 1024;

/// The documents of all traces.
#[derive(Default)]
pub(crate) struct Store {
    documents: RefCell<Documents>,
    limit: Cell<Option<usize>>,
    /// Filter expressions of groups, by their names.
    pub(super) groups: RefCell<BTreeMap<String, super::FilterExpression>>,
    pub(super) of_lambda: LambdaSegments,
    /// Where functions send documents.
    pub(super) daemon: OnceCell<Daemon>,
    /// What was sent and not taken, the last of it.
    refused: RefCell<VecDeque<UnprocessedSegment>>,
    #[cfg(feature = "otlp")]
    pub(super) inbox: std::sync::Arc<super::otlp::Inbox>,
    #[cfg(feature = "otlp")]
    pub(super) otlp_address: RefCell<Option<String>>,
    pub(super) is_listening: Cell<bool>,
}

/// Documents in the order in which they came, and their bytes.
#[derive(Default)]
struct Documents {
    by_number: BTreeMap<u64, (Segment, usize)>,
    /// Their numbers, by trace and id.
    numbers: HashMap<(String, String), u64>,
    next: u64,
    bytes: usize,
}

fn key(segment: &Segment) -> (String, String) {
    (segment.trace_id.clone().unwrap_or_default(), segment.id.clone())
}

impl Store {
    pub(super) fn set_limit(&self, bytes: usize) {
        self.limit.set(Some(bytes));
        self.evict();
    }

    /// Takes what functions have sent until now.
    pub(super) fn receive(&self) {
        for document in self.daemon.get().map(Daemon::receive).unwrap_or_default() {
            let refused = match document {
                Ok(document) => self.put_document(&document),
                Err(error_code) => Some(UnprocessedSegment { id: None, error_code }),
            };
            refused.into_iter().for_each(|it| self.refuse(it));
        }
        #[cfg(feature = "otlp")]
        self.put_spans(self.inbox.take()).into_iter().for_each(|it| self.refuse(it));
    }

    /// Keeps what was sent and not taken.
    fn refuse(&self, refused: UnprocessedSegment) {
        let mut all = self.refused.borrow_mut();
        if all.len() == REFUSED {
            all.pop_front();
        }
        all.push_back(refused);
    }

    pub(super) fn refused(&self) -> Vec<UnprocessedSegment> {
        self.refused.borrow().iter().cloned().collect()
    }

    /// Takes a document, or states why not.
    pub(super) fn put_document(&self, document: &str) -> Option<UnprocessedSegment> {
        if LARGEST < document.len() {
            return Some(UnprocessedSegment { id: None, error_code: "SegmentTooLarge" });
        }
        let Ok(segment) = serde_json::from_str::<Segment>(document) else {
            let value: serde_json::Value = serde_json::from_str(document).unwrap_or_default();
            let id = value["id"].as_str().map(str::to_owned);
            return Some(UnprocessedSegment { id, error_code: "ParseError" });
        };
        if let Some(error_code) = segment.refusal() {
            return Some(UnprocessedSegment { id: Some(segment.id), error_code });
        }
        self.put(segment);
        None
    }

    pub(super) fn all(&self) -> Vec<Segment> {
        let documents = self.documents.borrow();
        documents.by_number.values().map(|(segment, _)| segment.clone()).collect()
    }

    /// Keeps a document, in place of one with its id.
    pub(super) fn put(&self, segment: Segment) {
        let bytes = serde_json::to_vec(&segment).map_or(0, |text| text.len());
        let mut documents = self.documents.borrow_mut();
        let number = documents.next;
        documents.next += 1;
        if let Some(before) = documents.numbers.insert(key(&segment), number) {
            documents.remove(before);
        }
        documents.by_number.insert(number, (segment, bytes));
        documents.bytes += bytes;
        drop(documents);
        self.evict();
    }

    fn evict(&self) {
        let (limit, mut documents) =
            (self.limit.get().unwrap_or(LIMIT), self.documents.borrow_mut());
        while limit < documents.bytes {
            let Some((&oldest, _)) = documents.by_number.first_key_value() else { break };
            if let Some(segment) = documents.remove(oldest) {
                documents.numbers.remove(&key(&segment));
            }
        }
    }
}

impl Documents {
    fn remove(&mut self, number: u64) -> Option<Segment> {
        let (segment, bytes) = self.by_number.remove(&number)?;
        self.bytes -= bytes;
        Some(segment)
    }
}
