//! What X-Ray keeps: documents of segments, up to a limit.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeMap, HashMap, VecDeque},
    rc::Rc,
};

use super::{
    FilterExpression, Segment, UnprocessedSegment, daemon::Daemon, lambda_segments::LambdaSegments,
};
use crate::{
    kernel::{Clock, Record},
    service::Registry,
};

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
    pub(super) groups: RefCell<BTreeMap<String, FilterExpression>>,
    of_lambda: LambdaSegments,
    /// Where functions send documents. Absent where this machine has no port for it.
    daemon: OnceCell<Option<Daemon>>,
    /// What was sent and not taken, the last of it.
    refused: RefCell<VecDeque<UnprocessedSegment>>,
    #[cfg(feature = "otlp")]
    pub(super) inbox: std::sync::Arc<super::otlp::Inbox>,
    #[cfg(feature = "otlp")]
    pub(super) otlp_address: RefCell<Option<String>>,
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
    /// Returns the store of a service; the first call lets it see what has happened and will.
    pub(super) fn of(registry: &Registry) -> Rc<Self> {
        let (store, owner) = (registry.kept::<Self>(), &registry.owner);
        store.daemon.get_or_init(|| {
            let daemon = Daemon::bind();
            owner.daemon.replace(daemon.as_ref().and_then(Daemon::address));
            let clock = owner.clock;
            owner.recorder.all().iter().for_each(|record| store.note(clock, record));
            let listening = Rc::downgrade(&store);
            owner.recorder.subscribe(move |record| {
                if let Some(store) = listening.upgrade() {
                    store.note(clock, record);
                }
            });
            daemon
        });
        store
    }

    /// Keeps the segments that follow from what happens.
    fn note(&self, clock: Clock, record: &Record) {
        let segments = self.of_lambda.read(clock, record);
        if !segments.is_empty() {
            // Before what functions have sent fills the socket.
            self.receive();
        }
        segments.into_iter().for_each(|it| self.put(it));
    }

    pub(super) fn set_limit(&self, bytes: usize) {
        self.limit.set(Some(bytes));
        self.evict();
    }

    /// Takes what functions have sent until now.
    fn receive(&self) {
        let daemon = self.daemon.get().and_then(Option::as_ref);
        for document in daemon.map(Daemon::receive).unwrap_or_default() {
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
        self.receive();
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
        self.receive();
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
