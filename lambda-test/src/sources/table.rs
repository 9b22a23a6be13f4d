//! A table of DynamoDB with its stream, as a test and what is tested use it.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use lambda_events::{
    Attribute, Map,
    dynamodb::{DynamoDbOperation, DynamoDbView},
};
use serde::Serialize;

use super::{
    EventSource,
    change::{Change, size_of_item},
    log::{LogInner, What},
    log_state::{Body, LogState},
    resources,
    source::{AnySource, Source, sealed},
};
use crate::{
    kernel::{SimContext, Time},
    service::Lambda,
};

/// "A stream keeps its records for 24 hours."
const RETENTION: Duration = Duration::from_secs(24 * 3600);

/// What a record has in an event besides its item, about.
const AROUND: usize = 700;

/// A table of Amazon DynamoDB with its stream: each change of an item is a record, which mappings read.
///
/// [`Lambda::table`] makes it. Items are written with the types of DynamoDB, as in `{"id": {"S": "7"}}`. Clones are the same
/// table.
///
/// ```
/// use lambda_events::dynamodb::DynamoDbEvent;
/// use lambda_runtime::{Error, Runtime};
/// use lambda_test::{Lambda, StartingPosition};
/// use serde_json::json;
///
/// # lambda_test::block_on(async {
/// let lambda = Lambda::new();
/// let count = async |event: DynamoDbEvent| Ok::<_, Error>(event.records.len());
/// let function = lambda.function("project", Runtime::new(count)).create();
/// let items = lambda.table("items");
/// let mapping = function.on(&items).starting_position(StartingPosition::TrimHorizon).create();
///
/// items.put(&json!({"id": {"S": "7"}, "total": {"N": "2899"}}));
/// items.delete(&json!({"id": {"S": "7"}}));
/// lambda.until_idle().await;
/// assert_eq!((items.len(), mapping.lag()), (0, 0));
/// # });
/// ```
#[derive(Clone)]
pub struct Table {
    inner: Rc<TableInner>,
    /// What its changes continue.
    trace: Option<Arc<str>>,
}

/// A table, as its handles share it.
pub(super) struct TableInner {
    pub(super) log: Rc<LogInner>,
    /// By their keys as JSON.
    items: RefCell<BTreeMap<String, Map<Attribute>>>,
    /// The names of the partition key and of the sort key.
    key: RefCell<(String, Option<String>)>,
    /// The attribute with the second in which an item expires.
    expiry: RefCell<Option<String>>,
    context: Weak<SimContext>,
}

impl<T: Time> Lambda<T> {
    /// Returns the table of DynamoDB that has this name; the first call makes it, with the partition key `id`.
    pub fn table(&self, name: &str) -> Table {
        let [account, region] = self.place();
        let arn = format!("arn:aws:dynamodb:{region}:{account}:table/{name}");
        let inner = resources(self).table(&arn, || {
            let clock = self.registry.owner.clock;
            let made = clock.iso_at(clock.elapsed()).replace('Z', "");
            let state = LogState::new(1, shard_name, RETENTION);
            let view = RefCell::new(DynamoDbView::NewAndOldImages);
            let stream = format!("{arn}/stream/{made}").into();
            let log = LogInner::new(stream, region, What::Table { view }, clock, state);
            Rc::new(TableInner {
                log,
                items: RefCell::default(),
                key: RefCell::new(("id".to_owned(), None)),
                expiry: RefCell::default(),
                context: Rc::downgrade(&self.registry.owner.context()),
            })
        });
        Table { inner, trace: None }
    }
}

fn shard_name(place: usize) -> String {
    format!("shardId-{:020}-{:08x}", 1_573_064_000_000_u64 + place as u64, 0x4d5e_0000 + place)
}

impl Table {
    /// Returns the ARN of its stream.
    pub fn stream_arn(&self) -> &str {
        &self.inner.log.arn
    }

    /// Sets the attribute that is the partition key, in place of `id`.
    pub fn partition_key(self, name: impl Into<String>) -> Self {
        self.inner.key.borrow_mut().0 = name.into();
        self
    }

    /// Sets the attribute that is the sort key; without it there is none.
    pub fn sort_key(self, name: impl Into<String>) -> Self {
        self.inner.key.borrow_mut().1 = Some(name.into());
        self
    }

    /// Sets which images a record has: both unless set.
    pub fn stream_view(self, view: DynamoDbView) -> Self {
        if let What::Table { view: kept } = &self.inner.log.what {
            kept.replace(view);
        }
        self
    }

    /// Deletes an item in the second that this attribute has, a number since the Unix epoch: its time to live. AWS does so
    /// within some days.
    pub fn time_to_live(self, attribute: impl Into<String>) -> Self {
        self.inner.expiry.replace(Some(attribute.into()));
        self
    }

    /// Returns a handle whose changes continue this trace: a function with active tracing that reads the stream is a part of it.
    /// The service begins a trace of its own there, since records of a stream have no trace header: this is for tests of a whole
    /// journey.
    pub fn trace_header(&self, header: &str) -> Self {
        Self { trace: Some(header.into()), ..self.clone() }
    }

    /// Puts an item, in place of one with the same key. One that does not change makes no record.
    ///
    /// # Panics
    ///
    /// Panics if the item is not one with the types of DynamoDB, or lacks its key.
    #[track_caller]
    pub fn put(&self, item: &impl Serialize) {
        let item = read(item);
        let (name, keys) = self.key_of(&item);
        let mut items = self.inner.items.borrow_mut();
        let old = items.insert(name.clone(), item.clone());
        drop(items);
        if old.as_ref() == Some(&item) {
            return;
        }
        let operation =
            if old.is_some() { DynamoDbOperation::Modify } else { DynamoDbOperation::Insert };
        self.inner.expire_later(name.clone(), &item);
        let change = Change { operation, keys, old, new: Some(item), is_expiry: false };
        self.inner.append(name, change, self.trace.clone());
    }

    /// Deletes the item with this key, if there is one.
    ///
    /// # Panics
    ///
    /// Panics if the key is not one with the types of DynamoDB, or not that of the table.
    #[track_caller]
    pub fn delete(&self, key: &impl Serialize) {
        let (name, _) = self.key_of(&read(key));
        self.inner.remove(name, false, self.trace.clone());
    }

    /// Returns the item with this key as JSON, with the types of DynamoDB. Absent where there is none.
    ///
    /// # Panics
    ///
    /// Panics if the key is not one with the types of DynamoDB, or not that of the table.
    #[track_caller]
    pub fn get(&self, key: &impl Serialize) -> Option<serde_json::Value> {
        let (name, _) = self.key_of(&read(key));
        let items = self.inner.items.borrow();
        items.get(&name).and_then(|item| serde_json::to_value(item).ok())
    }

    /// Returns how many items it has.
    pub fn len(&self) -> usize {
        self.inner.items.borrow().len()
    }

    /// Returns whether it has no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key of an item, and its text.
    #[track_caller]
    fn key_of(&self, item: &Map<Attribute>) -> (String, Map<Attribute>) {
        let keys = self.inner.keys(item);
        let (partition, sort) = &*self.inner.key.borrow();
        let expected = 1 + usize::from(sort.is_some());
        assert!(
            keys.len() == expected,
            "the item {} lacks its key: expected `{partition}`{}",
            text(item),
            sort.as_ref().map(|sort| format!(" and `{sort}`")).unwrap_or_default()
        );
        (text(&keys), keys)
    }
}

/// Reads an item.
#[track_caller]
fn read(item: &impl Serialize) -> Map<Attribute> {
    let value = serde_json::to_value(item).expect("an item of a test has a form in JSON");
    let read: Option<Map<Attribute>> = serde_json::from_value(value.clone()).ok();
    let is_typed = |item: &Map<Attribute>| {
        item.iter().all(|(_, attribute)| !matches!(attribute, Attribute::Other(_)))
    };
    read.filter(is_typed).unwrap_or_else(|| {
        panic!("the item is {value}: expected attributes with their types, as in {{\"id\": {{\"S\": \"7\"}}}}")
    })
}

fn text(item: &Map<Attribute>) -> String {
    serde_json::to_string(item).unwrap_or_default()
}

impl TableInner {
    fn keys(&self, item: &Map<Attribute>) -> Map<Attribute> {
        let (partition, sort) = &*self.key.borrow();
        let names = [Some(partition), sort.as_ref()].into_iter().flatten();
        names.filter_map(|name| Some((name.clone(), item.get(name)?.clone()))).collect()
    }

    fn append(&self, key: String, change: Change, trace: Option<Arc<str>>) {
        let images = [&change.new, &change.old].into_iter().flatten();
        // In JSON an attribute has its type and quotes.
        let size = AROUND + 4 * images.map(size_of_item).sum::<usize>();
        let key: Arc<str> = key.into();
        self.log.append(0, key, size, Body::Change(Box::new(change)), trace);
    }

    fn remove(&self, name: String, is_expiry: bool, trace: Option<Arc<str>>) {
        let old = self.items.borrow_mut().remove(&name);
        if let Some(old) = old {
            let (operation, keys) = (DynamoDbOperation::Remove, self.keys(&old));
            let change = Change { operation, keys, old: Some(old), new: None, is_expiry };
            self.append(name, change, trace);
        }
    }

    /// Deletes an item once it has expired, unless it was changed until then.
    fn expire_later(self: &Rc<Self>, name: String, item: &Map<Attribute>) {
        let Some(context) = self.context.upgrade() else { return };
        let attribute = self.expiry.borrow().clone();
        let Some(Attribute::N(second)) = attribute.and_then(|it| item.get(&it).cloned()) else {
            return;
        };
        let Ok(second) = second.parse::<u64>() else { return };
        let now =
            u64::try_from(context.clock.epoch_ms_at(context.clock.elapsed())).unwrap_or_default();
        let wait = Duration::from_millis((second * 1000).saturating_sub(now));
        let (table, item) = (Rc::downgrade(self), item.clone());
        context.spawn(async move {
            tokio::time::sleep(wait).await;
            if let Some(table) = table.upgrade() {
                let is_same = table.items.borrow().get(&name) == Some(&item);
                if is_same {
                    table.remove(name, true, None);
                }
            }
        });
    }
}

impl EventSource for Table {}

impl sealed::Sealed for Table {
    fn source(&self) -> AnySource {
        AnySource(Source::Log(self.inner.log.clone()))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.log.arn)
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("stream", &self.inner.log.arn).finish_non_exhaustive()
    }
}
