//! The mappings of a service.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use super::{
    broker::BrokerInner,
    log::LogInner,
    mapping::{Mapping, MappingTarget},
    source::Source,
    table::TableInner,
};
use crate::{
    kernel::Time,
    service::{Lambda, Registry, ServiceError},
};

/// The mappings of a service, in the order in which they were created.
#[derive(Default)]
pub(super) struct Registered {
    mappings: RefCell<Vec<Rc<Mapping>>>,
}

/// Returns the mappings of a service.
pub(super) fn registered(registry: &Registry) -> Rc<Registered> {
    registry.kept()
}

impl Registered {
    pub(super) fn add(&self, mapping: Rc<Mapping>) {
        self.mappings.borrow_mut().push(mapping);
    }

    pub(super) fn remove(&self, mapping: &Rc<Mapping>) {
        self.mappings.borrow_mut().retain(|other| !Rc::ptr_eq(other, mapping));
    }

    pub(super) fn all(&self) -> Vec<Rc<Mapping>> {
        self.mappings.borrow().clone()
    }

    /// # Errors
    ///
    /// Another mapping has the same source and function.
    pub(super) fn check_duplicate(
        &self,
        source: &Source,
        target: &MappingTarget,
        except: Option<&Rc<Mapping>>,
    ) -> Result<(), ServiceError> {
        let mappings = self.mappings.borrow();
        let others = mappings.iter().filter(|it| except.is_none_or(|one| !Rc::ptr_eq(it, one)));
        let mut same =
            others.filter(|it| it.source.is(source) && it.target.borrow().arn == target.arn);
        let Some(same) = same.next() else { return Ok(()) };
        let (arn, name, uuid) = (source.arn(), &target.name, &same.uuid);
        let function = &target.arn;
        let update = format!("Please update or delete the existing mapping with UUID {uuid}");
        // The blanks are the service's.
        Err(ServiceError::conflict(match source {
            Source::Log(log) if log.topic().is_some() => format!(
                "An event source mapping with event source (\"{arn}\"), function (\"{function}\"), topics (\"{}\") \
                 already exists. {update}",
                log.topic().unwrap_or_default()
            ),
            Source::Queue(_) => format!(
                "An event source mapping with SQS arn (\" {arn} \") and function (\" {name} \") already exists. {update}"
            ),
            _ => format!(
                "The event source arn (\" {arn} \") and function (\" {name} \") provided mapping already exists. {update}"
            ),
        }))
    }
}

/// The streams, tables and topics of a service, by their names.
#[derive(Default)]
pub(super) struct Resources {
    logs: RefCell<BTreeMap<Arc<str>, Rc<LogInner>>>,
    tables: RefCell<BTreeMap<Arc<str>, Rc<TableInner>>>,
    brokers: RefCell<BTreeMap<Arc<str>, Rc<BrokerInner>>>,
}

impl Resources {
    /// Returns the log with this name, which is made if there is none.
    pub(super) fn log(&self, name: &str, make: impl FnOnce() -> Rc<LogInner>) -> Rc<LogInner> {
        let mut logs = self.logs.borrow_mut();
        logs.entry(name.into()).or_insert_with(make).clone()
    }

    /// Returns the log with this name, if there is one.
    pub(super) fn find(&self, name: &str) -> Option<Rc<LogInner>> {
        if let Some(log) = self.logs.borrow().get(name) {
            return Some(log.clone());
        }
        let tables = self.tables.borrow();
        tables.values().find(|table| *table.log.arn == *name).map(|table| table.log.clone())
    }

    /// Returns the topic of the cluster with this ARN, if there is one.
    pub(super) fn topic(&self, arn: &str, topic: &str) -> Option<Rc<LogInner>> {
        let logs = self.logs.borrow();
        logs.values().find(|log| *log.arn == *arn && log.topic() == Some(topic)).cloned()
    }

    /// Returns the broker or cluster with this ARN, if there is one.
    pub(super) fn find_broker(&self, arn: &str) -> Option<Rc<BrokerInner>> {
        self.brokers.borrow().get(arn).cloned()
    }

    /// Returns the table with this ARN, which is made if there is none.
    pub(super) fn table(&self, arn: &str, make: impl FnOnce() -> Rc<TableInner>) -> Rc<TableInner> {
        let mut tables = self.tables.borrow_mut();
        tables.entry(arn.into()).or_insert_with(make).clone()
    }

    /// Returns the broker or cluster with this ARN, which is made if there is none.
    pub(super) fn broker(
        &self,
        arn: &str,
        make: impl FnOnce() -> Rc<BrokerInner>,
    ) -> Rc<BrokerInner> {
        let mut brokers = self.brokers.borrow_mut();
        brokers.entry(arn.into()).or_insert_with(make).clone()
    }
}

/// Returns the streams, tables and topics of a service.
pub(super) fn resources<T: Time>(lambda: &Lambda<T>) -> Rc<Resources> {
    lambda.registry.kept()
}
