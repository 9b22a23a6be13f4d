//! An event source mapping: what it reads, whom it invokes, and in which state it is.
//!
//! Source: AWS Lambda API reference, "EventSourceMappingConfiguration".

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use tokio::sync::Notify;

use super::{Lint, config::Config, filter::Matcher, kind::Kind, source::Source};
use crate::{
    kernel::{Random, RecordKind, SimContext, SourceEvent, TestScope},
    service::FunctionState,
};

/// A mapping, as everything that uses it shares it.
pub(crate) struct Mapping {
    pub(super) uuid: Arc<str>,
    /// `account` and `region` of the mapping.
    pub(super) place: [Arc<str>; 2],
    pub(super) source: Source,
    pub(super) target: RefCell<MappingTarget>,
    pub(super) config: RefCell<Config>,
    /// The filters of the configuration, read.
    pub(super) matcher: RefCell<Rc<Matcher>>,
    pub(super) allowed: RefCell<Vec<Lint>>,
    pub(super) state: Cell<MappingState>,
    /// When the change of state is over, since the service began.
    pub(super) settles: Cell<Duration>,
    pub(super) modified: Cell<Duration>,
    pub(super) last_result: Cell<&'static str>,
    /// The index of the first record of each shard that is not done with.
    pub(super) positions: RefCell<BTreeMap<Arc<str>, u64>>,
    /// Notified when the mapping was changed.
    pub(super) changed: Notify,
    pub(super) random: RefCell<Random>,
    pub(super) context: Weak<SimContext>,
}

/// The function that a mapping invokes.
#[derive(Clone)]
pub(super) struct MappingTarget {
    pub(super) function: Weak<FunctionState>,
    pub(super) name: Arc<str>,
    pub(super) qualifier: Option<Arc<str>>,
    /// The ARN as it was named, with a qualifier where there was one.
    pub(super) arn: Arc<str>,
}

/// The state of an event source mapping. `Display` writes it as the service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MappingState {
    /// It was created, and reads soon.
    Creating,
    /// It is about to read again.
    Enabling,
    /// It reads.
    Enabled,
    /// It is about to read no more.
    Disabling,
    /// It does not read.
    Disabled,
    /// It was changed, and reads as before in a moment.
    Updating,
    /// It was deleted, and is gone in a moment.
    Deleting,
}

impl MappingState {
    /// Returns it as the service writes it, such as `Enabled`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::Enabling => "Enabling",
            Self::Enabled => "Enabled",
            Self::Disabling => "Disabling",
            Self::Disabled => "Disabled",
            Self::Updating => "Updating",
            Self::Deleting => "Deleting",
        }
    }

    fn is_settled(self) -> bool {
        matches!(self, Self::Enabled | Self::Disabled)
    }
}

impl std::fmt::Display for MappingState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Mapping {
    pub(super) fn kind(&self) -> Kind {
        self.source.kind()
    }

    /// Records what happened.
    pub(super) fn note(&self, request_id: Option<&Arc<str>>, event: SourceEvent) {
        if let Some(context) = self.context.upgrade() {
            let source = self.source.name();
            let name = self.target.borrow().name.clone();
            context.note_of(name, request_id.cloned(), RecordKind::Source { source, event });
        }
    }

    /// The test fails for this, unless the mapping allows it.
    pub(super) fn lint(&self, lint: Lint, message: impl FnOnce() -> String) {
        if self.allowed.borrow().contains(&lint) {
            return;
        }
        let name = self.target.borrow().name.clone();
        let message = format!(
            "the function `{name}` and its source {}: {} (the lint `{lint}`; `.allow(Lint::{lint:?})` at the mapping \
             allows it)",
            self.source.name(),
            message()
        );
        self.note(None, SourceEvent::LintFailed { lint: lint.name(), message: message[..].into() });
        TestScope::lint_failed(message);
    }

    pub(super) fn set_state(&self, state: MappingState) {
        self.state.set(state);
        self.note(None, SourceEvent::State(state.as_str()));
    }

    /// The user changes the state; it settles after this time.
    pub(super) fn change(&self, state: MappingState, after: Duration) {
        if let Some(context) = self.context.upgrade() {
            let now = context.clock.elapsed();
            self.modified.set(now);
            self.settles.set(now + after);
        }
        self.set_state(state);
        self.changed.notify_one();
    }

    /// It reads no more, since its function is gone.
    pub(super) fn stop(&self) {
        self.config.borrow_mut().disabled = true;
        self.last_result.set("PROBLEM: Function not found");
        self.change(MappingState::Disabling, Duration::ZERO);
    }

    /// Whether it was deleted.
    pub(super) fn is_deleted(&self) -> bool {
        self.state.get() == MappingState::Deleting
    }

    /// Whether records are read.
    pub(super) fn is_enabled(&self) -> bool {
        self.state.get() == MappingState::Enabled
    }

    /// Why the state is what it is.
    pub(super) fn reason(&self) -> &'static str {
        if self.kind().is_queue() || self.kind().is_kafka() {
            "USER_INITIATED"
        } else {
            "User action"
        }
    }

    /// Reads its source until it is deleted.
    pub(super) async fn run(self: Rc<Self>, context: Rc<SimContext>) {
        loop {
            if !self.state.get().is_settled() {
                let task = context.work.begin();
                tokio::time::sleep_until(context.clock.instant(self.settles.get())).await;
                if self.is_deleted() {
                    return;
                }
                let disabled = self.config.borrow().disabled;
                if !disabled {
                    self.source.set_position(&self);
                }
                self.set_state(if disabled {
                    MappingState::Disabled
                } else {
                    MappingState::Enabled
                });
                drop(task);
            }
            match self.is_enabled() {
                true => self.source.clone().poll(&self, &context).await,
                false => self.changed.notified().await,
            }
        }
    }
}
