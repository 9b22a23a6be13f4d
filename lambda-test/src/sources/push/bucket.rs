//! What a bucket does with its objects, and whom it notifies.
//!
//! Source: Amazon S3 user guide, "Amazon S3 Event Notifications".

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use lambda_events::{s3::S3Event, samples};

use super::{
    bucket_notification::{NotificationBuilder, NotificationInner},
    kept::attached,
    s3_event,
    target::PushTarget,
};
use crate::service::{Bucket, Destination, Inbox, Message};

/// What a bucket has besides its objects.
pub(super) struct BucketState {
    pub(super) bucket: Rc<Destination>,
    pub(super) notifications: RefCell<Vec<Rc<NotificationInner>>>,
    /// The versions of its keys: of each the last one. Empty where it has no versions.
    versions: RefCell<BTreeMap<String, String>>,
    is_versioned: Cell<bool>,
    /// How what is received next was put.
    how: Cell<&'static str>,
    sequence: Cell<u64>,
}

impl Bucket {
    pub(super) fn state(&self) -> Rc<BucketState> {
        let bucket = self.inner.clone();
        let make = || BucketState {
            bucket,
            notifications: RefCell::default(),
            versions: RefCell::default(),
            is_versioned: Cell::default(),
            how: Cell::new(PUT),
            sequence: Cell::default(),
        };
        attached(&self.registry, &self.inner, make, BucketState::created)
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        self.arn().rsplit(':').next().unwrap_or_default()
    }

    /// Keeps versions: an object that is deleted without one is hidden by a delete marker.
    pub fn versioned(self) -> Self {
        self.state().is_versioned.set(true);
        self
    }

    /// Describes an event notification: the target receives these events of objects, such as `s3:ObjectCreated:*`. A function
    /// is invoked asynchronously.
    ///
    /// ```
    /// use lambda_events::s3::S3Event;
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let shrink = async |event: S3Event| Ok::<_, Error>(event.records[0].key().into_owned());
    /// let function = lambda.function("shrink", Runtime::new(shrink)).create();
    /// let photos = lambda.bucket("photos");
    /// let notification = photos.notify("s3:ObjectCreated:*", &function).prefix("in/").create();
    ///
    /// photos.put("in/a cat.jpg", b"...");
    /// photos.put("out/a cat.jpg", b"...");
    /// lambda.until_idle().await;
    /// assert_eq!((photos.objects().len(), notification.deliveries().len()), (2, 1));
    /// # });
    /// ```
    pub fn notify(
        &self,
        events: impl Into<String>,
        target: &impl PushTarget,
    ) -> NotificationBuilder {
        NotificationBuilder::new(self.state(), events.into(), Ok(target.push_target().0))
    }

    /// Describes an event notification to what has this ARN: a function, a queue or a topic.
    pub fn notify_arn(
        &self,
        events: impl Into<String>,
        arn: impl Into<String>,
    ) -> NotificationBuilder {
        NotificationBuilder::new(self.state(), events.into(), Err(arn.into()))
    }

    /// Puts an object, in place of one with its key: `s3:ObjectCreated:Put`.
    ///
    /// # Panics
    ///
    /// Panics if the key is empty or has more than 1,024 bytes.
    #[track_caller]
    pub fn put(&self, key: &str, object: impl Into<Vec<u8>>) {
        self.state().put(key, object.into(), PUT);
    }

    /// Puts an object by a form of a browser: `s3:ObjectCreated:Post`.
    ///
    /// # Panics
    ///
    /// Panics as [`put`](Self::put) does.
    #[track_caller]
    pub fn post(&self, key: &str, object: impl Into<Vec<u8>>) {
        self.state().put(key, object.into(), "ObjectCreated:Post");
    }

    /// Copies an object within the bucket: `s3:ObjectCreated:Copy`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such object, or as [`put`](Self::put) does.
    #[track_caller]
    pub fn copy(&self, from: &str, to: &str) {
        let object = self.get(from);
        let object = object.unwrap_or_else(|| panic!("there is no object `{from}` in {self}"));
        self.state().put(to, object, "ObjectCreated:Copy");
    }

    /// Puts an object that came in parts: `s3:ObjectCreated:CompleteMultipartUpload`.
    ///
    /// # Panics
    ///
    /// Panics as [`put`](Self::put) does.
    #[track_caller]
    pub fn complete_multipart_upload(&self, key: &str, object: impl Into<Vec<u8>>) {
        self.state().put(key, object.into(), "ObjectCreated:CompleteMultipartUpload");
    }

    /// Returns an object. Absent where there is none with this key.
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        let is_it = |message: &Message| message.key.as_deref() == Some(key);
        self.inner.messages().into_iter().find(is_it).map(|message| message.body.to_vec())
    }

    /// Deletes an object: `s3:ObjectRemoved:Delete`, or `s3:ObjectRemoved:DeleteMarkerCreated` where the bucket keeps versions.
    /// A key without an object gives an event too, as at the service.
    pub fn delete(&self, key: &str) {
        let state = self.state();
        let name = match state.is_versioned.get() {
            true => "ObjectRemoved:DeleteMarkerCreated",
            false => "ObjectRemoved:Delete",
        };
        state.removed(key, name, samples::s3::object_removed(self.name(), key).into_event());
    }

    /// Deletes an object as a lifecycle rule does: `s3:LifecycleExpiration:Delete`, or
    /// `s3:LifecycleExpiration:DeleteMarkerCreated` where the bucket keeps versions.
    pub fn expire(&self, key: &str) {
        let state = self.state();
        let name = match state.is_versioned.get() {
            true => "LifecycleExpiration:DeleteMarkerCreated",
            false => "LifecycleExpiration:Delete",
        };
        state.removed(key, name, samples::s3::lifecycle_expired(self.name(), key).into_event());
    }

    /// Restores an archived object: `s3:ObjectRestore:Post` now and `s3:ObjectRestore:Completed` after so long.
    pub fn restore(&self, key: &str, takes: Duration) {
        let state = self.state();
        let restored = samples::s3::object_restored(self.name(), key).into_event();
        let mut begun = restored.clone();
        for record in &mut begun.records {
            record.glacier_event_data = None;
        }
        state.occurred(key, "ObjectRestore:Post", begun);
        let context = state.bucket.context.clone();
        let (task, key) = (context.work.begin(), key.to_owned());
        context.spawn(async move {
            tokio::time::sleep(takes).await;
            state.occurred(&key, "ObjectRestore:Completed", restored);
            drop(task);
        });
    }

    /// Loses an object of reduced redundancy: `s3:ReducedRedundancyLostObject`.
    pub fn lose(&self, key: &str) {
        let event = samples::s3::reduced_redundancy_lost(self.name(), key).into_event();
        self.state().removed(key, "ReducedRedundancyLostObject", event);
    }

    /// Fails to replicate an object: `s3:Replication:OperationFailedReplication`.
    pub fn fail_replication(&self, key: &str) {
        let event = samples::s3::replication_failed(self.name(), key).into_event();
        self.state().occurred(key, "Replication:OperationFailedReplication", event);
    }

    /// Sets the tags of an object: `s3:ObjectTagging:Put`.
    pub fn tag(&self, key: &str) {
        let event = samples::s3::object_created(self.name(), key).into_event();
        self.state().occurred(key, "ObjectTagging:Put", event);
    }
}

const PUT: &str = "ObjectCreated:Put";

impl BucketState {
    #[track_caller]
    fn put(&self, key: &str, object: Vec<u8>, how: &'static str) {
        let bytes = key.len();
        assert!(
            (1..=1024).contains(&bytes),
            "the key has {bytes} bytes: expected 1 to 1024: {key}"
        );
        self.how.set(how);
        let message = Message::new(self.bucket.context.clock.elapsed(), object);
        // A bucket takes every object.
        let _ = self.bucket.send(Message { key: Some(key.to_owned()), ..message });
        self.how.set(PUT);
    }

    /// An object is there, by whoever put it.
    fn created(&self, message: &Message) {
        let Some(key) = &message.key else { return };
        self.bucket.keep_last(key);
        self.next_version(key);
        let name = self.name();
        let mut event = samples::s3::object_created(&name, key).into_event();
        for record in &mut event.records {
            let object = &mut record.s3.object;
            object.size = i64::try_from(message.body.len()).ok().map(|size| size as _);
            object.e_tag = Some(format!("{:x}", md5::compute(&*message.body)));
        }
        self.occurred(key, self.how.get(), event);
    }

    fn removed(&self, key: &str, name: &str, event: S3Event) {
        self.bucket.remove(key);
        // That of the delete marker.
        self.next_version(key);
        self.occurred(key, name, event);
    }

    fn next_version(&self, key: &str) {
        if self.is_versioned.get() {
            let version = self.bucket.uuid().replace('-', "");
            self.versions.borrow_mut().insert(key.to_owned(), version);
        }
    }

    pub(super) fn name(&self) -> String {
        self.bucket.arn.rsplit(':').next().unwrap_or_default().to_owned()
    }

    /// Notifies of an event of an object.
    fn occurred(&self, key: &str, name: &str, mut event: S3Event) {
        let sequence = self.sequence.get() + 1;
        self.sequence.set(sequence);
        let version = self.versions.borrow().get(key).cloned();
        let at = s3_event::Occurrence { name, sequence, version };
        s3_event::complete(self, &mut event, &at);
        let notifications = self.notifications.borrow().clone();
        for notification in notifications {
            notification.receive(self, key, name, &event);
        }
    }
}
