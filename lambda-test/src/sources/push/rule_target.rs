//! Targets of rules: what they get, and what becomes of what they do not take.

use std::{collections::BTreeMap, fmt, rc::Rc, sync::Arc, time::Duration};

use serde::Serialize;

use super::{
    Delivery, Rule,
    delivery::{Deliveries, Undelivered},
    input::{Input, Occurrence, Template},
    json_path::JsonPath,
    retry_policy::RetryPolicy,
    target::{AnyTarget, To},
};
use crate::{
    kernel::Clock,
    service::{Message, Queue, ServiceError},
};

/// How many targets a rule may have. Source: Amazon EventBridge user guide, "Amazon EventBridge quotas".
const MOST: usize = 5;

/// A target of a [`Rule`].
#[derive(Clone)]
pub struct RuleTarget {
    inner: Rc<TargetInner>,
    rule: Rule,
}

/// A target that is about to be added to a [`Rule`]: its options.
#[must_use = "a target receives once it is created"]
pub struct RuleTargetBuilder {
    rule: Rule,
    to: To,
    id: Option<String>,
    constant: Option<String>,
    path: Option<String>,
    template: Option<(BTreeMap<String, String>, String)>,
    policy: RetryPolicy,
}

pub(super) struct TargetInner {
    id: String,
    rule_arn: Arc<str>,
    input: Input,
    policy: RetryPolicy,
    deliveries: Rc<Deliveries>,
    clock: Clock,
}

impl RuleTargetBuilder {
    pub(super) fn new(rule: Rule, target: AnyTarget) -> Self {
        Self {
            rule,
            to: target.0,
            id: None,
            constant: None,
            path: None,
            template: None,
            policy: RetryPolicy::default(),
        }
    }

    /// Sets its id, `target-1` and so on unless set. A target replaces one that has its id.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sends this JSON in place of the event: `Input`.
    ///
    /// # Panics
    ///
    /// Panics if the value has no form in JSON.
    #[track_caller]
    pub fn input(mut self, input: &impl Serialize) -> Self {
        let text = serde_json::to_string(input).expect("an input of a test has a form in JSON");
        self.constant = Some(text);
        self
    }

    /// Sends a part of the event, such as `$.detail`: `InputPath`.
    pub fn input_path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sends a text with values of the event: `InputTransformer`, with its paths and its template.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let (bus, texts) = (lambda.event_bus("shop"), lambda.queue("texts"));
    /// let rule = bus.rule("paid").pattern(&json!({"source": ["orders"]})).create();
    /// let paths = [("id", "$.detail.id")];
    /// rule.target(&texts).input_transformer(paths, r#"{"order": <id>, "rule": "<aws.events.rule-name>"}"#).create();
    /// bus.put("orders", "Order paid", &json!({"id": 7}));
    /// lambda.until_idle().await;
    /// assert_eq!(texts.messages()[0].body, r#"{"order": 7, "rule": "paid"}"#);
    /// # });
    /// ```
    pub fn input_transformer<N: Into<String>, P: Into<String>>(
        mut self,
        paths: impl IntoIterator<Item = (N, P)>,
        template: impl Into<String>,
    ) -> Self {
        let paths = paths.into_iter().map(|(name, path)| (name.into(), path.into())).collect();
        self.template = Some((paths, template.into()));
        self
    }

    /// Sets how often a delivery is tried again at most, 185 times unless set, 0 to 185.
    pub fn maximum_retry_attempts(mut self, retries: u32) -> Self {
        self.policy.retries = retries;
        self
    }

    /// Sets how old an event may be, 24 hours unless set, 60 s to 24 hours.
    pub fn maximum_event_age(mut self, age: Duration) -> Self {
        self.policy.age = age;
        self
    }

    /// Sends what cannot be delivered to this queue, with why as attributes.
    pub fn dead_letter(mut self, queue: &Queue) -> Self {
        self.policy.dead_letters = Some(queue.inner.clone());
        self
    }

    /// Adds the target.
    ///
    /// # Panics
    ///
    /// Panics as [`try_create`](Self::try_create) fails.
    #[track_caller]
    pub fn create(self) -> RuleTarget {
        self.try_create().unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Adds the target, if EventBridge takes it.
    ///
    /// # Errors
    ///
    /// In the words of EventBridge: more than one input is set, one of them is not valid, the limits of retries are not within
    /// their ranges, or the rule has too many targets.
    pub fn try_create(self) -> Result<RuleTarget, ServiceError> {
        let mut targets = self.rule.inner.targets.borrow_mut();
        let id = self.id.unwrap_or_else(|| format!("target-{}", targets.len() + 1));
        let validation = |message: String| ServiceError::of_source("ValidationException", message);
        let inputs = [self.constant.is_some(), self.path.is_some(), self.template.is_some()];
        if 1 < inputs.iter().filter(|is_set| **is_set).count() {
            return Err(validation(format!(
                "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
            )));
        }
        let input = if let Some(constant) = self.constant {
            Input::Constant(constant)
        } else if let Some(path) = self.path {
            let parsed = JsonPath::parse(&path);
            Input::Path(parsed.ok_or_else(|| {
                validation(format!("Invalid InputPath for target {id}: '{path}'."))
            })?)
        } else if let Some((paths, template)) = self.template {
            Input::Template(Template::parse(&paths, &template).map_err(|name| {
                validation(format!(
                    "InputTemplate for target {id} contains invalid placeholder {name}."
                ))
            })?)
        } else {
            Input::Whole
        };
        if let Some(why) = self.policy.refusal() {
            return Err(validation(format!(
                "Parameter RetryPolicy is not valid for target {id}: {why}."
            )));
        }
        targets.retain(|other| other.id != id);
        if MOST <= targets.len() {
            let message = "The requested resource exceeds the maximum number allowed.".to_owned();
            return Err(ServiceError::of_source("LimitExceededException", message));
        }
        let (context, label) = (&self.rule.bus.bus.context, format!("{}/{id}", self.rule.arn()));
        let retry = self.policy.retry();
        let inner = Rc::new(TargetInner {
            deliveries: Deliveries::new(context.clone(), &label, self.to, retry),
            id,
            rule_arn: self.rule.arn().into(),
            input,
            policy: self.policy,
            clock: context.clock,
        });
        targets.push(inner.clone());
        drop(targets);
        Ok(RuleTarget { inner, rule: self.rule })
    }
}

impl RuleTarget {
    /// Returns its id.
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// Returns its deliveries, the oldest first: the last 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inner.deliveries.all()
    }

    /// Removes the target from its rule. What is being delivered is delivered.
    pub fn remove(&self) {
        self.rule.inner.targets.borrow_mut().retain(|other| !Rc::ptr_eq(other, &self.inner));
    }
}

impl TargetInner {
    pub(super) fn send(self: &Rc<Self>, of: &Occurrence<'_>, trace: Option<&str>) {
        let id = of.event["id"].as_str().unwrap_or_default();
        let message = Message::new(self.clock.elapsed(), self.input.of(of));
        let message = Message { trace_header: trace.map(str::to_owned), ..message };
        let target = self.clone();
        let undelivered = move |failed: Undelivered| {
            let (rule, code) = (target.rule_arn.to_string(), code(&failed.error).to_owned());
            target.policy.dead_letter(failed, [("RULE_ARN", rule), ("ERROR_CODE", code)])
        };
        self.deliveries.deliver_or(id, move |_| message.clone(), undelivered);
    }
}

fn code(error: &ServiceError) -> &'static str {
    match error.status {
        404 => "NO_RESOURCE",
        429 => "THROTTLING",
        400 if error.error_type == "InvalidRequestContentException" => "INVALID_JSON",
        400..500 => "SDK_CLIENT_ERROR",
        _ => "ERROR_FROM_TARGET",
    }
}

impl fmt::Debug for RuleTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleTarget").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl fmt::Debug for RuleTargetBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleTargetBuilder").field("target", &self.to.arn()).finish_non_exhaustive()
    }
}
