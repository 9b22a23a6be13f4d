//! Whether a filter expression selects a trace.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    FilterExpression,
    expression::{Cause, Element, Expression, Flag, NumberKeyword, Selector, Test, TextKeyword},
};
use crate::xray::{
    Segment, Trace,
    root_cause::{self, RootCause, RootCauseException},
    summary::{AnnotationValue, HttpSummary},
    tree::{ServiceId, Tree},
};

/// A trace with what is asked of it.
pub(super) struct View<'a> {
    trace: &'a Trace,
    tree: &'a Tree<'a>,
    groups: &'a BTreeMap<String, FilterExpression>,
}

/// What keywords are about.
#[derive(Clone, Copy)]
enum Scope<'a> {
    Trace,
    /// A segment, by its place in the tree.
    Segment(usize),
    /// A service, an entity or an exception of a root cause.
    Listed(&'a Listed),
}

/// An element of a root cause.
struct Listed {
    index: usize,
    is_last: bool,
    name: String,
    kind: Option<String>,
    message: Option<String>,
    coverage: Option<f64>,
    is_inferred: bool,
    is_remote: bool,
}

impl<'a> View<'a> {
    pub(super) fn new(
        trace: &'a Trace,
        tree: &'a Tree<'a>,
        groups: &'a BTreeMap<String, FilterExpression>,
    ) -> Self {
        Self { trace, tree, groups }
    }

    pub(super) fn selects(&self, expression: &Expression) -> bool {
        self.holds(expression, Scope::Trace)
    }

    fn holds(&self, expression: &Expression, scope: Scope<'_>) -> bool {
        let within = |inner: &Option<Box<Expression>>, scope: Scope<'_>| {
            inner.as_deref().is_none_or(|inner| self.holds(inner, scope))
        };
        match expression {
            Expression::All(parts) => parts.iter().all(|part| self.holds(part, scope)),
            Expression::Any(parts) => parts.iter().any(|part| self.holds(part, scope)),
            Expression::Not(inner) => !self.holds(inner, scope),
            Expression::Flag(flag) => self.flag(*flag, scope),
            Expression::Number(keyword, comparison, value) => {
                self.number(*keyword, scope).is_some_and(|it| comparison.holds(it, *value))
            }
            Expression::Text(keyword, operator, value) => {
                self.texts(*keyword, scope).iter().any(|it| operator.holds(it, value))
            }
            Expression::Annotation(key, test) => self.annotation(key, test.as_ref(), scope),
            Expression::Service(selector, inner) => self.tree.segments().any(|segment| {
                selector.selects(&self.tree.service(segment))
                    && within(inner, Scope::Segment(segment))
            }),
            Expression::Edge(from, to, inner) => self.tree.segments().any(|segment| {
                let caller = self.tree.caller(segment);
                let caller = caller.is_some_and(|it| from.selects(&self.tree.service(it)));
                caller
                    && to.selects(&self.tree.service(segment))
                    && within(inner, Scope::Segment(segment))
            }),
            Expression::RootCause(cause, element, inner) => {
                let causes = self.causes(*cause);
                let lists = causes.iter().map(|cause| listed(cause, *element));
                lists.flatten().any(|it| within(inner, Scope::Listed(&it)))
            }
            Expression::RootCauseJson(wanted) => {
                let all = [Cause::Fault, Cause::Error, Cause::ResponseTime];
                all.iter().flat_map(|cause| self.causes(*cause)).any(|cause| is_way(wanted, &cause))
            }
            Expression::Group(name) => {
                self.groups.get(name).is_some_and(|group| self.selects(&group.0))
            }
        }
    }

    fn causes(&self, cause: Cause) -> Vec<RootCause> {
        match cause {
            Cause::Fault => root_cause::where_it_began(self.tree, |segment| segment.fault),
            Cause::Error => root_cause::where_it_began(self.tree, |segment| segment.error),
            Cause::ResponseTime => root_cause::what_took_longest(self.tree),
        }
    }

    /// The segment that keywords about one are about.
    fn segment(&self, scope: Scope<'_>) -> Option<&Segment> {
        match scope {
            Scope::Trace => self.tree.root().map(|root| &*self.tree.nodes[root].segment),
            Scope::Segment(place) => Some(&*self.tree.nodes[place].segment),
            Scope::Listed(_) => None,
        }
    }

    /// The segments and subsegments in which keywords about all are looked for.
    fn parts(&self, scope: Scope<'_>) -> impl Iterator<Item = &Segment> {
        let nodes = self.tree.nodes.iter().filter(move |node| match scope {
            Scope::Trace => true,
            Scope::Segment(place) => node.holder == place,
            Scope::Listed(_) => false,
        });
        nodes.map(|node| &*node.segment)
    }

    fn flag(&self, flag: Flag, scope: Scope<'_>) -> bool {
        let of_segment = |wanted: fn(&Segment) -> bool| self.segment(scope).is_some_and(wanted);
        match (flag, scope) {
            (Flag::Ok, _) => of_segment(|it| !it.error && !it.fault && !it.throttle),
            (Flag::Error, _) => of_segment(|it| it.error),
            (Flag::Throttle, _) => of_segment(|it| it.throttle),
            (Flag::Fault, _) => of_segment(|it| it.fault),
            (Flag::Partial, _) => self.parts(scope).any(|it| it.in_progress == Some(true)),
            (Flag::Inferred, Scope::Trace) => self.tree.nodes.iter().any(|it| it.is_inferred),
            (Flag::Inferred, Scope::Segment(place)) => self.tree.nodes[place].is_inferred,
            (Flag::Inferred, Scope::Listed(it)) => it.is_inferred,
            (Flag::First, Scope::Listed(it)) => it.index == 0,
            (Flag::Last, Scope::Listed(it)) => it.is_last,
            (Flag::Remote, Scope::Listed(it)) => it.is_remote,
            (Flag::Remote, Scope::Segment(place)) => self.tree.nodes[place].is_inferred,
            (Flag::Root, Scope::Segment(place)) => self.tree.nodes[place].parent.is_none(),
            (Flag::First | Flag::Last | Flag::Remote | Flag::Root, _) => false,
        }
    }

    fn number(&self, keyword: NumberKeyword, scope: Scope<'_>) -> Option<f64> {
        match (keyword, scope) {
            (NumberKeyword::Duration, Scope::Trace) => Some(self.trace.duration()),
            (NumberKeyword::ResponseTime | NumberKeyword::Duration, _) => {
                self.segment(scope).map(Segment::duration)
            }
            (NumberKeyword::HttpStatus, _) => self.segment(scope)?.status().map(f64::from),
            (NumberKeyword::Index, Scope::Listed(it)) => {
                u32::try_from(it.index).ok().map(f64::from)
            }
            (NumberKeyword::Coverage, Scope::Listed(it)) => it.coverage,
            (NumberKeyword::Index | NumberKeyword::Coverage, _) => None,
        }
    }

    fn texts(&self, keyword: TextKeyword, scope: Scope<'_>) -> Vec<String> {
        let http = |part: fn(HttpSummary) -> Option<String>| {
            self.segment(scope).map(HttpSummary::of).and_then(part).into_iter().collect()
        };
        let service = || match scope {
            Scope::Trace => self.tree.root().map(|root| self.tree.service(root)),
            Scope::Segment(place) => Some(self.tree.service(place)),
            Scope::Listed(_) => None,
        };
        let all = |part: &dyn Fn(&Segment) -> Option<String>| {
            self.parts(scope).filter_map(part).collect()
        };
        match keyword {
            TextKeyword::Url => http(|it| it.url),
            TextKeyword::Method => http(|it| it.method),
            TextKeyword::UserAgent => http(|it| it.user_agent),
            TextKeyword::ClientIp => http(|it| it.client_ip),
            TextKeyword::User => all(&|it| it.text("user").map(str::to_owned)),
            TextKeyword::ResourceArn => all(&|it| it.text("resource_arn").map(str::to_owned)),
            TextKeyword::AvailabilityZone => all(&|it| of_instance(it, "availability_zone")),
            TextKeyword::InstanceId => all(&|it| of_instance(it, "instance_id")),
            TextKeyword::Name => match scope {
                Scope::Listed(it) => vec![it.name.clone()],
                _ => service().map(|it| it.name).into_iter().collect(),
            },
            TextKeyword::Type => match scope {
                Scope::Listed(it) => it.kind.clone().into_iter().collect(),
                _ => service().and_then(|it| it.kind).into_iter().collect(),
            },
            TextKeyword::Message => match scope {
                Scope::Listed(it) => it.message.clone().into_iter().collect(),
                _ => self.parts(scope).flat_map(messages).collect(),
            },
        }
    }

    fn annotation(&self, key: &str, test: Option<&Test>, scope: Scope<'_>) -> bool {
        let values = self.parts(scope).flat_map(Segment::annotations);
        let mut values = values.filter(|(name, _)| *name == key);
        values.any(|(_, value)| match (AnnotationValue::of(value), test) {
            (Some(_), None) => true,
            (Some(AnnotationValue::Number(value)), Some(Test::Number(comparison, other))) => {
                comparison.holds(value, *other)
            }
            (Some(AnnotationValue::Flag(value)), Some(Test::Flag(is_equal, other))) => {
                (value == *other) == *is_equal
            }
            (Some(AnnotationValue::Text(value)), Some(Test::Text(operator, other))) => {
                operator.holds(&value, other)
            }
            _ => false,
        })
    }
}

impl Selector {
    fn selects(&self, service: &ServiceId) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| Some(wanted) == found)
        };
        is(&self.name, Some(&service.name))
            && is(&self.kind, service.kind.as_deref())
            && is(&self.account, service.account.as_deref())
    }
}

/// What a segment states of the instance that it ran on.
fn of_instance(segment: &Segment, name: &str) -> Option<String> {
    segment.other.get("aws")?.get("ec2")?.get(name)?.as_str().map(str::to_owned)
}

fn messages(segment: &Segment) -> Vec<String> {
    let all = segment.other.get("cause").and_then(|it| it.get("exceptions"));
    let all = all.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|it| it["message"].as_str().map(str::to_owned)).collect()
}

/// The elements of a root cause, in their order.
fn listed(cause: &RootCause, element: Element) -> Vec<Listed> {
    let plain = |name: &str| Listed {
        index: 0,
        is_last: false,
        name: name.to_owned(),
        kind: None,
        message: None,
        coverage: None,
        is_inferred: false,
        is_remote: false,
    };
    let mut list = Vec::new();
    for service in &cause.services {
        if element == Element::Service {
            let (kind, is_inferred) = (service.kind.clone(), service.inferred);
            list.push(Listed { kind, is_inferred, ..plain(&service.name) });
        }
        for entity in &service.entity_path {
            if element == Element::Entity {
                let (coverage, is_remote) = (entity.coverage, entity.remote);
                let is_inferred = service.inferred;
                list.push(Listed { coverage, is_remote, is_inferred, ..plain(&entity.name) });
            }
            if element == Element::Exception {
                let exception = |it: &RootCauseException| Listed {
                    message: Some(it.message.clone()),
                    is_remote: entity.remote,
                    ..plain(&it.name)
                };
                list.extend(entity.exceptions.iter().map(exception));
            }
        }
    }
    let last = list.len().saturating_sub(1);
    for (index, element) in list.iter_mut().enumerate() {
        (element.index, element.is_last) = (index, index == last);
    }
    list
}

/// Whether a root cause has this way: each service with the names of its entities, as the console copies it.
fn is_way(wanted: &Value, cause: &RootCause) -> bool {
    let wanted = match wanted {
        Value::Array(all) => match all.as_slice() {
            [only] => &only["Services"],
            _ => return false,
        },
        _ => &wanted["Services"],
    };
    let Some(wanted) = wanted.as_array() else { return false };
    let is_service = |(wanted, service): (&Value, &crate::xray::RootCauseService)| {
        let path = wanted["EntityPath"].as_array();
        let is_path = path.is_none_or(|path| {
            path.len() == service.entity_path.len()
                && path
                    .iter()
                    .zip(&service.entity_path)
                    .all(|(it, entity)| it["Name"] == *entity.name)
        });
        wanted["Name"] == *service.name && is_path
    };
    wanted.len() == cause.services.len() && wanted.iter().zip(&cause.services).all(is_service)
}
