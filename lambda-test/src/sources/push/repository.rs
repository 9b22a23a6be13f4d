//! Repositories of AWS CodeCommit, and their triggers.
//!
//! Source: AWS CodeCommit user guide, "Manage triggers for a repository".

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::Rc,
    sync::Arc,
};

use lambda_events::{codecommit::CodeCommitEvent, samples};

use super::{Delivery, PushTarget, delivery::Deliveries, kept::kept, retry::Retry};
use crate::{
    kernel::{Random, SimContext, Time},
    service::{Lambda, Message},
};

/// A repository of AWS CodeCommit: its triggers invoke functions asynchronously, or publish to topics.
///
/// [`Lambda::repository`] makes it. Clones are the same repository.
#[derive(Clone)]
pub struct Repository {
    inner: Rc<Inner>,
}

/// A trigger of a [`Repository`].
#[derive(Clone)]
pub struct RepositoryTrigger {
    inner: Rc<TriggerInner>,
}

struct Inner {
    name: String,
    arn: String,
    region: Arc<str>,
    context: Rc<SimContext>,
    random: RefCell<Random>,
    triggers: RefCell<Vec<Rc<TriggerInner>>>,
    pushes: Cell<u64>,
}

struct TriggerInner {
    name: String,
    branches: RefCell<Vec<String>>,
    custom_data: RefCell<Option<String>>,
    deliveries: Rc<Deliveries>,
}

impl<T: Time> Lambda<T> {
    /// Returns the repository of AWS CodeCommit of this name; the first call makes it.
    pub fn repository(&self, name: &str) -> Repository {
        let [account, region] = self.place();
        let arn = format!("arn:aws:codecommit:{region}:{account}:{name}");
        let context = self.registry.owner.context();
        let inner = kept(&self.registry, &arn, || {
            Rc::new(Inner {
                name: name.to_owned(),
                random: RefCell::new(context.random(&arn)),
                arn: arn.clone(),
                region,
                context,
                triggers: RefCell::default(),
                pushes: Cell::default(),
            })
        });
        Repository { inner }
    }
}

impl Repository {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Adds a trigger for every branch and every change.
    ///
    /// ```
    /// use lambda_events::codecommit::CodeCommitEvent;
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let build = async |event: CodeCommitEvent| Ok::<_, Error>(event.records.len());
    /// let function = lambda.function("build", Runtime::new(build)).create();
    /// let repository = lambda.repository("shop");
    /// let trigger = repository.trigger("build", &function).branches(["main"]);
    /// repository.push("main");
    /// repository.push("another");
    /// lambda.until_idle().await;
    /// assert_eq!(trigger.deliveries().len(), 1);
    /// # });
    /// ```
    pub fn trigger(&self, name: &str, target: &impl PushTarget) -> RepositoryTrigger {
        let label = format!("{}/{name}", self.inner.arn);
        let inner = Rc::new(TriggerInner {
            name: name.to_owned(),
            branches: RefCell::default(),
            custom_data: RefCell::default(),
            deliveries: Deliveries::new(
                self.inner.context.clone(),
                &label,
                target.push_target().0,
                Retry::Plain,
            ),
        });
        self.inner.triggers.borrow_mut().push(inner.clone());
        RepositoryTrigger { inner }
    }

    /// Pushes a commit to a branch: `ReferenceChanges`.
    pub fn push(&self, branch: &str) {
        self.inner
            .changed(branch, samples::codecommit::push(&self.inner.name, branch).into_event());
    }

    /// Creates a branch.
    pub fn create_branch(&self, branch: &str) {
        let event = samples::codecommit::push(&self.inner.name, branch).created();
        self.inner.changed(branch, event.into_event());
    }

    /// Deletes a branch.
    pub fn delete_branch(&self, branch: &str) {
        let event = samples::codecommit::push(&self.inner.name, branch).deleted();
        self.inner.changed(branch, event.into_event());
    }
}

impl RepositoryTrigger {
    /// Invokes for these branches only.
    pub fn branches<B: Into<String>>(self, branches: impl IntoIterator<Item = B>) -> Self {
        self.inner.branches.replace(branches.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the custom data, which stand in each event.
    pub fn custom_data(self, data: impl Into<String>) -> Self {
        self.inner.custom_data.replace(Some(data.into()));
        self
    }

    /// Returns its deliveries, the oldest first: the last 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inner.deliveries.all()
    }
}

impl Inner {
    fn changed(&self, branch: &str, mut event: CodeCommitEvent) {
        let clock = self.context.clock;
        let number = self.pushes.get() + 1;
        self.pushes.set(number);
        for record in &mut event.records {
            record.event_id = Some(self.random.borrow_mut().uuid());
            record.aws_region = Some(self.region.to_string());
            record.event_source_arn = Some(self.arn.clone());
            record.event_time = Some(clock.iso_at(clock.elapsed()).replace('Z', "+0000"));
            for reference in &mut record.codecommit.references {
                let mut random = self.random.borrow_mut();
                let ids = [random.uuid(), random.uuid()].concat();
                reference.commit = Some(ids.replace('-', "")[..40].to_owned());
            }
        }
        for trigger in self.triggers.borrow().iter() {
            let branches = trigger.branches.borrow();
            if !branches.is_empty() && !branches.iter().any(|it| it == branch) {
                continue;
            }
            let mut event = event.clone();
            for record in &mut event.records {
                record.event_trigger_name = Some(trigger.name.clone());
                record.custom_data.clone_from(&trigger.custom_data.borrow());
            }
            let body = serde_json::to_vec(&event).unwrap_or_default();
            let message = Message::new(clock.elapsed(), body);
            trigger.deliveries.deliver(number.to_string(), message);
        }
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository").field("arn", &self.arn()).finish_non_exhaustive()
    }
}

impl fmt::Debug for RepositoryTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RepositoryTrigger").field("name", &self.inner.name).finish_non_exhaustive()
    }
}
