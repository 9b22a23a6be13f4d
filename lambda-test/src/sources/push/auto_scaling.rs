//! Groups of EC2 Auto Scaling: their instances, and the lifecycle hooks that hold them.
//!
//! Source: Amazon EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling lifecycle hooks".

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt,
    rc::Rc,
    time::Duration,
};

use lambda_events::{
    autoscaling::AutoScalingLifecycleAction,
    ec2::Ec2State,
    eventbridge::EventBridgeEvent,
    samples::{self, Sample},
};
use serde::Serialize;
use tokio::sync::Notify;

use super::{bus::BusState, kept::kept};
use crate::{
    kernel::Time,
    service::{EventBus, Lambda, ServiceError},
};

/// A group of EC2 Auto Scaling: its instances start and end, their changes are events on the bus `default`, and a lifecycle hook
/// holds an instance until its action is completed.
///
/// [`Lambda::auto_scaling_group`] makes it. Clones are the same group.
#[derive(Clone)]
pub struct AutoScalingGroup {
    inner: Rc<Inner>,
    bus: EventBus,
}

struct Inner {
    name: String,
    hook: RefCell<Option<Hook>>,
    instances: RefCell<BTreeMap<String, InstanceState>>,
    waiting: RefCell<BTreeMap<String, Waiting>>,
    count: Cell<u64>,
}

#[derive(Clone)]
struct Hook {
    name: String,
    heartbeat_timeout: Duration,
    continues: bool,
}

/// An instance that a hook holds.
struct Waiting {
    token: String,
    changed: Rc<Notify>,
    result: Rc<Cell<Option<bool>>>,
}

/// Where an instance of a group stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstanceState {
    /// It starts, and a hook holds it.
    PendingWait,
    /// It is in service.
    InService,
    /// It ends, and a hook holds it.
    TerminatingWait,
}

impl<T: Time> Lambda<T> {
    /// Returns the group of EC2 Auto Scaling of this name, without instances; the first call makes it.
    pub fn auto_scaling_group(&self, name: &str) -> AutoScalingGroup {
        let key = self.place().map(|part| part.to_string()).join("/") + "/" + name;
        let inner = kept(&self.registry, &key, || {
            Rc::new(Inner {
                name: name.to_owned(),
                hook: RefCell::default(),
                instances: RefCell::default(),
                waiting: RefCell::default(),
                count: Cell::default(),
            })
        });
        AutoScalingGroup { inner, bus: self.event_bus("default") }
    }
}

impl AutoScalingGroup {
    /// Adds a lifecycle hook for instances that start and that end: each waits until its action is completed, or so long. The
    /// default result is `ABANDON` unless [`continue_by_default`](Self::continue_by_default) is called.
    pub fn lifecycle_hook(self, name: &str, heartbeat_timeout: Duration) -> Self {
        let hook = Hook { name: name.to_owned(), heartbeat_timeout, continues: false };
        self.inner.hook.replace(Some(hook));
        self
    }

    /// Lets an instance continue whose action is not completed in time.
    pub fn continue_by_default(self) -> Self {
        if let Some(hook) = &mut *self.inner.hook.borrow_mut() {
            hook.continues = true;
        }
        self
    }

    /// Starts an instance, and returns its id: `EC2 Instance-launch Lifecycle Action` where there is a hook.
    pub fn launch(&self) -> String {
        let number = self.inner.count.get() + 1;
        self.inner.count.set(number);
        let id = format!("i-{number:017x}");
        let state = self.bus.state();
        put(&state, &samples::ec2::state_change(&id, Ec2State::Pending));
        self.transition(&id, samples::autoscaling::launching(&self.inner.name), true);
        id
    }

    /// Ends an instance: `EC2 Instance-terminate Lifecycle Action` where there is a hook.
    ///
    /// # Panics
    ///
    /// Panics if the group has no instance with this id.
    #[track_caller]
    pub fn terminate(&self, id: &str) {
        let name = &self.inner.name;
        assert!(self.state_of(id).is_some(), "the group `{name}` has no instance `{id}`");
        let state = self.bus.state();
        put(&state, &samples::ec2::state_change(id, Ec2State::ShuttingDown));
        self.transition(id, samples::autoscaling::terminating(&self.inner.name), false);
    }

    /// Returns where an instance stands. Absent once it has ended.
    pub fn state_of(&self, id: &str) -> Option<InstanceState> {
        self.inner.instances.borrow().get(id).copied()
    }

    /// Returns the ids of its instances.
    pub fn instances(&self) -> Vec<String> {
        self.inner.instances.borrow().keys().cloned().collect()
    }

    /// Completes the lifecycle action of an instance with the result `CONTINUE` or `ABANDON`, as `CompleteLifecycleAction`
    /// does. The token may be absent.
    ///
    /// # Errors
    ///
    /// `ValidationError`: no action is there with this instance and token, or the result is neither of the two.
    pub fn complete_lifecycle_action(
        &self,
        id: &str,
        token: Option<&str>,
        result: &str,
    ) -> Result<(), ServiceError> {
        let waiting = self.inner.waiting.borrow();
        let found = waiting.get(id).filter(|it| token.is_none_or(|token| token == it.token));
        let Some(waiting) = found else {
            let message = format!("No active Lifecycle Action found with instance ID {id}");
            return Err(ServiceError::of_source("ValidationError", message));
        };
        if !["CONTINUE", "ABANDON"].contains(&result) {
            let message =
                format!("The lifecycle action result is `{result}`: expected CONTINUE or ABANDON");
            return Err(ServiceError::of_source("ValidationError", message));
        }
        waiting.result.set(Some(result == "CONTINUE"));
        waiting.changed.notify_one();
        Ok(())
    }

    fn transition(
        &self,
        id: &str,
        action: Sample<EventBridgeEvent<AutoScalingLifecycleAction>>,
        is_launch: bool,
    ) {
        let (inner, bus) = (self.inner.clone(), self.bus.state());
        let Some(hook) = inner.hook.borrow().clone() else {
            return inner.finish(&bus, id, is_launch, true);
        };
        let token = bus.bus.uuid();
        let mut event = action.into_event();
        event.detail.lifecycle_action_token.clone_from(&token);
        event.detail.lifecycle_hook_name.clone_from(&hook.name);
        id.clone_into(&mut event.detail.ec2_instance_id);
        let state = match is_launch {
            true => InstanceState::PendingWait,
            false => InstanceState::TerminatingWait,
        };
        inner.instances.borrow_mut().insert(id.to_owned(), state);
        let (changed, result) = (Rc::new(Notify::new()), Rc::new(Cell::new(None)));
        let waiting = Waiting { token, changed: changed.clone(), result: result.clone() };
        inner.waiting.borrow_mut().insert(id.to_owned(), waiting);
        put(&bus, &event);
        let context = bus.bus.context.clone();
        let (task, id) = (context.work.begin(), id.to_owned());
        context.spawn(async move {
            let _ = tokio::time::timeout(hook.heartbeat_timeout, changed.notified()).await;
            inner.waiting.borrow_mut().remove(&id);
            inner.finish(&bus, &id, is_launch, result.get().unwrap_or(hook.continues));
            drop(task);
        });
    }
}

impl Inner {
    /// A transition is over: one that is abandoned ends the instance, and so does the end of one.
    fn finish(&self, bus: &BusState, id: &str, is_launch: bool, continues: bool) {
        let state = if is_launch && continues {
            self.instances.borrow_mut().insert(id.to_owned(), InstanceState::InService);
            Ec2State::Running
        } else {
            self.instances.borrow_mut().remove(id);
            Ec2State::Terminated
        };
        put(bus, &samples::ec2::state_change(id, state));
    }
}

/// Puts an event of a service of AWS.
fn put(bus: &BusState, event: &impl Serialize) {
    let Ok(event) = serde_json::to_value(event) else { return };
    let text = |key: &str| event[key].as_str().unwrap_or_default();
    let listed = event["resources"].as_array().into_iter().flatten();
    let resources: Vec<String> = listed.filter_map(|it| it.as_str().map(str::to_owned)).collect();
    let (head, detail) = ([text("source"), text("detail-type")], event["detail"].to_string());
    bus.send(bus.event(&bus.bus.uuid(), head, &bus.time(), &resources, &detail), None);
}

impl fmt::Debug for AutoScalingGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AutoScalingGroup").field("name", &self.inner.name).finish_non_exhaustive()
    }
}
