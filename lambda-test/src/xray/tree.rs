//! The segments and subsegments of a trace by what called them, with those that X-Ray infers.
//!
//! Source: AWS X-Ray developer guide, "X-Ray concepts", "inferred segments".

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use serde_json::{Value, json};

use super::{Segment, Trace};

/// A trace, each node behind the one that it hangs below.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// Whose segments they are that state none.
    account: &'a str,
}

/// A segment or subsegment. What stands in it is a node of its own.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) segment: Cow<'a, Segment>,
    /// What it hangs below.
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    pub(super) depth: usize,
    /// The segment whose part it is; its own where it is one.
    pub(super) holder: usize,
    /// Whether X-Ray makes it of a subsegment that calls what sends no segment.
    pub(super) is_inferred: bool,
}

/// A service, as a map and filter expressions know it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ServiceId {
    pub(super) name: String,
    /// Absent where the segment has no origin.
    pub(super) kind: Option<String>,
    pub(super) account: Option<String>,
}

/// What is to be added to a tree.
enum Item<'a> {
    /// A document, by its place in the trace.
    Document(usize),
    /// A subsegment that stands in its segment.
    Nested(&'a Segment),
    /// What a subsegment calls.
    Inferred(Box<Segment>),
}

impl<'a> Tree<'a> {
    pub(super) fn of(trace: &'a Trace) -> Self {
        Self::of_segments(&trace.segments, &trace.account)
    }

    pub(super) fn of_segments(documents: &'a [Segment], account: &'a str) -> Self {
        let mut ids: HashSet<&str> = HashSet::new();
        let mut below: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, segment) in documents.iter().enumerate() {
            segment.each(&mut |inner| {
                ids.insert(&inner.id);
            });
            below.entry(segment.parent_id.as_deref().unwrap_or_default()).or_default().push(place);
        }
        let mut tree = Self { account, ..Self::default() };
        let mut taken = vec![false; documents.len()];
        let has_parent =
            |it: &Segment| it.parent_id.as_deref().is_some_and(|parent| ids.contains(parent));
        let roots = (0..documents.len()).filter(|it| !has_parent(&documents[*it]));
        // Documents from anywhere may go in a circle: one of each hangs below nothing.
        for first in roots.chain(0..documents.len()) {
            let mut stack = vec![(Item::Document(first), None)];
            while let Some((item, parent)) = stack.pop() {
                let (segment, is_part) = match item {
                    Item::Inferred(segment) => {
                        tree.push(Cow::Owned(*segment), parent, false, true);
                        continue;
                    }
                    Item::Nested(segment) => (segment, true),
                    Item::Document(place) => {
                        if std::mem::replace(&mut taken[place], true) {
                            continue;
                        }
                        (&documents[place], documents[place].is_subsegment())
                    }
                };
                let place = tree.push(Cow::Borrowed(segment), parent, is_part, false);
                let called = below.get(segment.id.as_str()).map_or(&[][..], Vec::as_slice);
                let has_segment = called.iter().any(|it| !documents[*it].is_subsegment());
                if is_part && segment.namespace.is_some() && !has_segment {
                    stack.push((Item::Inferred(Box::new(segment.inferred())), Some(place)));
                }
                // The last one is taken first.
                let called = called.iter().rev().map(|it| (Item::Document(*it), Some(place)));
                stack.extend(called);
                let nested = segment.subsegments.iter().rev();
                stack.extend(nested.map(|it| (Item::Nested(it), Some(place))));
            }
        }
        tree
    }

    fn push(
        &mut self,
        segment: Cow<'a, Segment>,
        parent: Option<usize>,
        is_part: bool,
        is_inferred: bool,
    ) -> usize {
        let place = self.nodes.len();
        let above = parent.map(|it| &self.nodes[it]);
        let depth = above.map_or(0, |it| it.depth + 1);
        let holder = above.filter(|_| is_part).map_or(place, |it| it.holder);
        if let Some(parent) = parent {
            self.nodes[parent].children.push(place);
        }
        let children = Vec::new();
        self.nodes.push(Node { segment, parent, children, depth, holder, is_inferred });
        place
    }

    /// Returns the segment with which the trace begins.
    pub(super) fn root(&self) -> Option<usize> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// Returns the segments, those that are inferred among them.
    pub(super) fn segments(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|it| self.nodes[*it].holder == *it)
    }

    /// Returns the segment that a segment was called by.
    pub(super) fn caller(&self, segment: usize) -> Option<usize> {
        self.nodes[segment].parent.map(|parent| self.nodes[parent].holder)
    }

    /// Returns the service whose part a node is.
    pub(super) fn service(&self, node: usize) -> ServiceId {
        let segment = &self.nodes[self.nodes[node].holder].segment;
        ServiceId {
            name: segment.name.clone(),
            kind: segment.origin.clone(),
            account: match segment.origin.as_deref() {
                Some("remote") => None,
                _ => Some(segment.account().unwrap_or(self.account).to_owned()),
            },
        }
    }
}

impl Segment {
    /// Whether it was sent alone, as a part of a segment.
    fn is_subsegment(&self) -> bool {
        self.kind.as_deref() == Some("subsegment")
    }

    /// The segment that X-Ray makes of a subsegment that calls what sends none.
    fn inferred(&self) -> Self {
        let id = u64::from_str_radix(&self.id, 16).unwrap_or_default();
        let origin = match self.namespace.as_deref() {
            Some("aws") => aws_type(&self.name, &self.other),
            _ => "remote".to_owned(),
        };
        let mut segment = Self {
            id: format!("{:016x}", !id),
            name: self.name.clone(),
            trace_id: self.trace_id.clone(),
            parent_id: Some(self.id.clone()),
            origin: Some(origin),
            start_time: self.start_time,
            end_time: self.end_time,
            in_progress: self.in_progress,
            error: self.error,
            throttle: self.throttle,
            fault: self.fault,
            ..Self::default()
        };
        for member in ["http", "aws", "sql"] {
            if let Some(value) = self.other.get(member) {
                segment.other.insert(member.to_owned(), value.clone());
            }
        }
        segment.other.insert("inferred".to_owned(), json!(true));
        // A resource has its own name where there is one.
        let resource = self.other.get("aws").and_then(resource_name);
        if let Some(resource) = resource {
            segment.name = resource;
        }
        segment
    }

    /// The account that it states.
    pub(super) fn account(&self) -> Option<&str> {
        let stated =
            self.other.get("aws").and_then(|aws| aws.get("account_id")).and_then(Value::as_str);
        stated.or_else(|| self.other.get("resource_arn")?.as_str()?.split(':').nth(4))
    }
}

/// The type of a resource that is called by a service of AWS.
fn aws_type(name: &str, other: &serde_json::Map<String, Value>) -> String {
    let short = name.strip_prefix("Amazon ").or(name.strip_prefix("AWS ")).unwrap_or(name);
    let short = short.strip_prefix("Amazon").unwrap_or(short);
    let has = |member: &str| other.get("aws").is_some_and(|aws| aws.get(member).is_some());
    match short.to_ascii_lowercase().as_str() {
        "dynamodb" if has("table_name") || has("table_names") => "AWS::DynamoDB::Table".to_owned(),
        "dynamodb" => "AWS::DynamoDB".to_owned(),
        "sqs" if has("queue_url") || has("queue_name") => "AWS::SQS::Queue".to_owned(),
        "s3" if has("bucket_name") => "AWS::S3::Bucket".to_owned(),
        "lambda" if has("function_name") => "AWS::Lambda".to_owned(),
        _ => format!("AWS::{short}"),
    }
}

fn resource_name(aws: &Value) -> Option<String> {
    let names = ["table_name", "queue_name", "bucket_name", "function_name"];
    let named = names.iter().find_map(|name| aws.get(name)?.as_str());
    let first = || aws.get("table_names")?.get(0)?.as_str();
    let url = || aws.get("queue_url")?.as_str()?.rsplit('/').next();
    named.or_else(first).or_else(url).map(str::to_owned)
}
