//! Event source mappings as a test holds them.

use std::{fmt, rc::Rc, sync::Arc};

use serde::Serialize;

use super::{
    MappingBuilder, MappingState,
    create::{target, update},
    mapping::Mapping,
    registered,
    source::Source,
};
use crate::service::{Alias, Function, Registry, ServiceError, Version};

/// An event source mapping: it reads a source, and invokes a function with what it reads.
///
/// [`Function::on`] describes it. It reads on when this handle is dropped. Clones are the same mapping.
/// Source: AWS Lambda developer guide, "How Lambda processes records from stream and queue-based event sources".
#[derive(Clone)]
pub struct EventSourceMapping {
    pub(super) mapping: Rc<Mapping>,
    pub(super) registry: Rc<Registry>,
}

impl EventSourceMapping {
    /// Returns its id.
    pub fn uuid(&self) -> &str {
        &self.mapping.uuid
    }

    /// Returns its state: `Creating` until time or another task passes, then `Enabled`.
    pub fn state(&self) -> MappingState {
        self.mapping.state.get()
    }

    /// Returns how the last batch of a stream ended: `No records processed`, `OK`, or what went wrong.
    pub fn last_processing_result(&self) -> &'static str {
        self.mapping.last_result.get()
    }

    /// Returns how many records of a stream, a table or a topic are not done with: the consumer lag. 0 for a queue.
    pub fn lag(&self) -> u64 {
        let Source::Log(log) = &self.mapping.source else { return 0 };
        let (state, positions) = (log.state.borrow(), self.mapping.positions.borrow());
        let of = |shard: &super::log_state::Shard| {
            shard.end() - positions.get(&shard.id).copied().unwrap_or_default().min(shard.end())
        };
        state.shards.iter().map(of).sum()
    }

    /// Returns the sequence number of the last record of a shard that is done with, with all before it; of a partition,
    /// named `TOPIC-0` and so on, its offset. Absent where there is none, and for a queue.
    pub fn checkpoint(&self, shard_id: &str) -> Option<String> {
        let Source::Log(log) = &self.mapping.source else { return None };
        let index = *self.mapping.positions.borrow().get(shard_id)?;
        let state = log.state.borrow();
        let shard = state.shards.iter().find(|shard| *shard.id == *shard_id)?;
        let record = shard.from(index.checked_sub(1)?).next();
        record.filter(|record| record.index + 1 == index).map(|record| record.sequence.to_string())
    }

    /// Reads no more. What is in flight ends first.
    pub fn disable(&self) {
        self.mapping.config.borrow_mut().disabled = true;
        self.change(MappingState::Disabling);
    }

    /// Reads again, a stream from where it stopped.
    pub fn enable(&self) {
        self.mapping.config.borrow_mut().disabled = false;
        self.change(MappingState::Enabling);
    }

    /// Deletes the mapping. What is in flight ends first.
    pub fn delete(&self) {
        registered(&self.registry).remove(&self.mapping);
        self.change(MappingState::Deleting);
    }

    fn change(&self, state: MappingState) {
        self.mapping.change(state, self.registry.state_changes.get());
    }

    /// Changes the configuration: with what the builder is given, in place of what was.
    ///
    /// # Panics
    ///
    /// Panics as [`try_update`](Self::try_update) fails.
    #[track_caller]
    pub fn update(&self, change: impl FnOnce(MappingBuilder) -> MappingBuilder) {
        self.try_update(change).unwrap_or_else(|error| panic!("{}", error.message));
    }

    /// Changes the configuration, if the service takes it.
    ///
    /// # Errors
    ///
    /// As [`MappingBuilder::try_create`].
    pub fn try_update(
        &self,
        change: impl FnOnce(MappingBuilder) -> MappingBuilder,
    ) -> Result<(), ServiceError> {
        let target = self.mapping.target.borrow().clone();
        let Some(state) = target.function.upgrade() else {
            return Err(ServiceError::invalid("Function does not exist".to_owned()));
        };
        let builder = change(MappingBuilder {
            function: Function { state },
            qualifier: target.qualifier,
            source: self.mapping.source.clone(),
            config: self.mapping.config.borrow().clone(),
            allowed: self.mapping.allowed.borrow().clone(),
        });
        update(&self.registry, &self.mapping, None, builder.config)?;
        self.mapping.allowed.replace(builder.allowed);
        Ok(())
    }

    /// Invokes this function from now on, or this version or alias of one.
    ///
    /// # Panics
    ///
    /// Panics if the service refuses it.
    #[track_caller]
    pub fn invoke_instead(&self, function: &impl MappingTargets) {
        let (function, qualifier) = function.target();
        let target = target(&function.state, qualifier);
        let config = self.mapping.config.borrow().clone();
        let done = target.and_then(|it| update(&self.registry, &self.mapping, Some(it), config));
        done.unwrap_or_else(|error| panic!("{}", error.message));
    }

    /// Returns why a record does not pass the filters: the first key of each pattern that does not match, such as
    /// `body.total`. Nothing where it passes. The record is what the function would see of it, with its data in plain: of a
    /// queue `{"body": "…"}`, of a stream `{"data": "…"}`.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    /// use serde_json::{Value, json};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let function = lambda.function("f", Runtime::new(async |_: Value| Ok::<_, Error>(()))).create();
    /// let queue = lambda.queue("orders");
    /// let mapping = function.on(&queue).filter(&json!({"body": {"total": [{"numeric": [">", 100]}]}})).create();
    ///
    /// assert_eq!(mapping.why_not(&json!({"body": r#"{"total": 101}"#})), None);
    /// let why = mapping.why_not(&json!({"body": r#"{"total": 99}"#}));
    /// assert_eq!(why, Some(vec!["body.total".to_owned()]));
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the record is not an object in JSON.
    #[track_caller]
    pub fn why_not(&self, record: &impl Serialize) -> Option<Vec<String>> {
        let record = serde_json::to_value(record).expect("a record of a test has a form in JSON");
        let serde_json::Value::Object(record) = record else {
            panic!("the record is {record}: expected an object");
        };
        let key = self.mapping.kind().data_key();
        let data = key.and_then(|key| record.get(key)).and_then(serde_json::Value::as_str);
        self.mapping.matcher.borrow().why_not(&record, data)
    }
}

/// What a mapping can invoke: a [`Function`], a [`Version`] or an [`Alias`].
pub trait MappingTargets {
    #[doc(hidden)]
    fn target(&self) -> (Function, Option<Arc<str>>);
}

impl MappingTargets for Function {
    fn target(&self) -> (Function, Option<Arc<str>>) {
        (self.clone(), None)
    }
}

impl MappingTargets for Version {
    fn target(&self) -> (Function, Option<Arc<str>>) {
        (self.function.clone(), Some(self.number.clone()))
    }
}

impl MappingTargets for Alias {
    fn target(&self) -> (Function, Option<Arc<str>>) {
        (self.function.clone(), Some(self.name.clone()))
    }
}

impl fmt::Debug for EventSourceMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSourceMapping")
            .field("source", &self.mapping.source.name())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
