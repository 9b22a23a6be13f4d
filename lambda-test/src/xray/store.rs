//! What X-Ray keeps: documents of segments, up to a limit.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
};

use super::{Segment, lambda_segments::LambdaSegments};

/// How much the documents of all traces may have, in JSON. The oldest go first.
const LIMIT: usize = 16 * 1024 * 1024;

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
