//! The service itself: seed, time, functions.

use std::{
    collections::BTreeSet,
    marker::PhantomData,
    rc::Rc,
    time::{Duration, SystemTime},
};

use lambda_core::FunctionError;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Bucket, Chance, EventBus, Function, FunctionBuilder, IntoCode, Invoke, Metrics, Occasion,
    Queue, Stub, Topic,
    account::Account,
    code::markers::Cloned,
    defaults::{ACCOUNT, REGION},
    faults::{Explored, FiredFault, at_random},
    registry::Registry,
};
use crate::kernel::{
    Clock, Fault, Real, Record, ServiceOwner, SimContext, TestScope, Time, Timeline, Virtual,
    is_paused,
};

/// 2026-01-01T00:00:00Z: what the wall clock of a service in virtual time shows first.
const FIRST_INSTANT: Duration = Duration::from_secs(1_767_225_600);

/// AWS Lambda, simulated for one test: functions are created in it and invoked.
///
/// [`Lambda::new`] runs applications of this process in virtual time, [`Lambda::in_real_time`] runs
/// programs as child processes. Everything lives on the thread of the test. Clones are the same service: they
/// share its clock, its functions and its timeline, and it ends with the last of them and of its functions.
///
/// ```
/// use std::time::Duration;
///
/// use lambda_core::{Bootstrap, BoxError, Environment};
/// use lambda_test::Lambda;
///
/// /// A program that never asks for an event.
/// struct Idle;
///
/// impl Bootstrap for Idle {
///     type Error = BoxError;
///
///     async fn start(self, _: Environment) -> Result<(), BoxError> {
///         std::future::pending().await
///     }
/// }
///
/// # lambda_test::block_on(async {
/// let lambda = Lambda::new();
/// let idle = lambda.function("idle", || Idle).timeout(Duration::from_secs(900)).create();
/// let outcome = idle.invoke(()).await;
/// assert!(outcome.is_timeout());
/// // 10 s of init, then the init phase within the invocation, until the function's timeout.
/// assert_eq!(lambda.elapsed(), Duration::from_secs(910));
/// # });
/// ```
pub struct Lambda<T: Time = Virtual> {
    pub(crate) registry: Rc<Registry>,
    /// Who creates functions and invokes them, and where.
    pub(crate) caller: Rc<Account>,
    time: PhantomData<T>,
}

impl Lambda<Virtual> {
    /// A service in virtual time, for applications of this process.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, outside of its local one, or where its clock runs. `#[lambda_test::test]` makes the right
    /// one, and so does `#[tokio::test(flavor = "local", start_paused = true)]`.
    #[expect(clippy::new_without_default, reason = "it depends on the runtime around it")]
    pub fn new() -> Self {
        const HOW: &str = "write `#[lambda_test::test]` above the test, or \
                           `#[tokio::test(flavor = \"local\", start_paused = true)]`";
        assert!(
            tokio::runtime::Handle::try_current().is_ok(),
            "`Lambda::new` needs a tokio runtime: {HOW}"
        );
        assert!(is_paused(), "`Lambda::new` needs a paused clock, and this one runs: {HOW}");
        assert!(is_local(), "`Lambda::new` needs tokio's local runtime: {HOW}");
        Self::with(Clock::starting_at(SystemTime::UNIX_EPOCH + FIRST_INSTANT))
    }

    /// Lets the clock move on; what falls due meanwhile happens: retries, and that environments are reclaimed which
    /// have waited for long enough.
    pub async fn advance(&self, duration: Duration) {
        let clock = self.registry.owner.clock;
        let end = clock.elapsed() + duration;
        while let Some(due) = self.registry.next_reclaim().filter(|due| *due <= end) {
            tokio::time::sleep_until(clock.instant(due)).await;
            self.registry.reclaim().await;
        }
        tokio::time::sleep_until(clock.instant(end)).await;
    }
}

impl Lambda<Real> {
    /// A service in real time, for programs as child processes, and for applications of this process
    /// that are to be reached over a socket.
    ///
    /// It needs tokio's local runtime, as `#[tokio::test(flavor = "local")]` makes it.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, outside of its local one, or where its clock is paused: sockets take
    /// real time, and timers would not.
    pub fn in_real_time() -> Self {
        const HOW: &str = "write `#[lambda_test::test(real_time)]` above the test, or \
                           `#[tokio::test(flavor = \"local\")]`";
        assert!(
            tokio::runtime::Handle::try_current().is_ok(),
            "`Lambda::in_real_time` needs a tokio runtime: {HOW}"
        );
        assert!(
            !is_paused(),
            "`Lambda::in_real_time` needs a running clock: take `start_paused` away"
        );
        assert!(is_local(), "`Lambda::in_real_time` needs tokio's local runtime: {HOW}");
        Self::with(Clock::real())
    }
}

/// Whether tasks can be spawned that stay on their thread. tokio tells it by a panic alone, whose
/// message stands above ours then.
fn is_local() -> bool {
    std::panic::catch_unwind(|| tokio::task::spawn_local(async {}).abort()).is_ok()
}

impl<T: Time> Lambda<T> {
    fn with(clock: Clock) -> Self {
        let overtakes = !T::SOCKETS && TestScope::external_io().is_none();
        let owner = ServiceOwner::new(SimContext::new(clock, TestScope::seed(), overtakes));
        TestScope::watch(&owner);
        let registry = Rc::new(Registry::new(owner));
        Self { caller: registry.account(ACCOUNT, REGION), registry, time: PhantomData }
    }

    /// Returns the same service, in which functions are created and invoked in this region, such as `eu-west-1`, in
    /// place of `us-east-1`.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let europe = lambda.in_region("eu-west-1");
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let function = europe.function("double", double).create();
    ///
    /// assert_eq!(function.arn().as_str(), "arn:aws:lambda:eu-west-1:123456789012:function:double");
    /// europe.invoke("double", 7).await.assert_ok();
    /// lambda.invoke("double", 7).await.assert_service_error(404);
    /// # });
    /// ```
    pub fn in_region(&self, region: &str) -> Self {
        let caller = self.registry.account(&self.caller.id, region);
        Self { caller, ..self.clone() }
    }

    /// Returns the same service, in which functions are created and invoked by this account, twelve digits, in place
    /// of `123456789012`. A function of another account is invoked by its ARN; who may do so is not looked at.
    ///
    /// # Panics
    ///
    /// Panics if the account is not twelve digits.
    #[track_caller]
    pub fn in_account(&self, account: &str) -> Self {
        let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        assert!(digits, "the account is `{account}`: expected twelve digits");
        let caller = self.registry.account(account, &self.caller.region);
        Self { caller, ..self.clone() }
    }

    /// Sets how many invocations the account may have in flight in this region, 1,000 unless set: those of functions that
    /// [reserve](FunctionBuilder::reserved_concurrency) concurrency, and of all others. Those over it are throttled.
    /// Source: AWS Lambda developer guide, "Understanding Lambda function scaling".
    pub fn account_concurrency(self, invocations: usize) -> Self {
        self.caller.set_concurrency(invocations);
        self
    }

    /// Sets how many environments of a function are made within 10 s at most, 1,000 unless set; a further invocation is
    /// throttled. Source: AWS Lambda developer guide, "Understanding Lambda function scaling".
    pub fn scaling_rate(self, environments: usize) -> Self {
        self.registry.burst.set(environments);
        self
    }

    /// Throttles synchronous invocations of which more come each second than ten times the concurrency: that of the account, or
    /// what the function reserves. Without this call none is: in virtual time any number of them fits into a moment.
    /// Source: AWS Lambda developer guide, "Lambda quotas".
    pub fn limit_request_rate(self) -> Self {
        self.registry.limits_requests.set(true);
        self
    }

    /// Sets how long it takes until a function that is created is active, and until an update is over; no time unless
    /// set. Until then another update, and for a function that is created an invocation, is refused with 409.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new().state_changes_take(Duration::from_secs(5));
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let function = lambda.function("double", double).create();
    /// function.invoke(7).await.assert_service_error(409);
    /// lambda.advance(Duration::from_secs(5)).await;
    /// function.invoke(7).await.assert_ok();
    /// # });
    /// ```
    pub fn state_changes_take(self, duration: Duration) -> Self {
        self.registry.state_changes.set(duration);
        self
    }

    /// Sets how long an environment waits for an invocation until the service reclaims it, 10 minutes unless set; AWS
    /// states no time. It is looked at when time is [advanced](Lambda::advance), and when the function is invoked.
    pub fn reclaim_after(self, idle: Duration) -> Self {
        self.registry.idle.set(idle);
        self
    }

    /// Sets the seed of everything random: ids, and what an application asks of its environment's
    /// randomness. It is to be set before functions are created.
    ///
    /// This call comes before the variable `LAMBDA_TEST_SEED`, and that before `#[lambda_test::test(seed = 7)]`;
    /// without any of them the seed is 0. Each function, environment and process has random numbers of its
    /// own, so that one more of them changes nothing for the others.
    pub fn seed(self, seed: u64) -> Self {
        self.registry.owner.seed().set(seed);
        self
    }

    /// Limits the memory of the [`timeline`](Self::timeline) to so many bytes of records, 4 MiB unless set: the
    /// oldest are left out. With 0 none is kept, for a long test that needs none.
    pub fn timeline_limit(self, bytes: usize) -> Self {
        self.registry.owner.recorder.limit(bytes);
        self
    }

    /// Calls this with each record from now on, as it happens: for metrics, traces, or a console of your own.
    ///
    /// ```
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// use lambda_runtime::{Error, Runtime};
    /// use lambda_test::{Lambda, RecordKind};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new().timeline_limit(0);
    /// let ended = Rc::new(Cell::new(0));
    /// let counter = ended.clone();
    /// lambda.on_record(move |record| {
    ///     if let RecordKind::InvocationEnded(_) = record.kind {
    ///         counter.set(counter.get() + 1);
    ///     }
    /// });
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// lambda.function("double", double).create().invoke(7).await;
    /// assert_eq!(ended.get(), 1);
    /// # });
    /// ```
    pub fn on_record(&self, on_record: impl Fn(&Record) + 'static) {
        self.registry.owner.recorder.subscribe(on_record);
    }

    /// Describes a function of this name that runs this application, or this program; see [`FunctionBuilder`].
    /// The name may be an ARN of this account, without a version.
    pub fn function<M>(
        &self,
        name: impl Into<String>,
        code: impl IntoCode<T, M>,
    ) -> FunctionBuilder<T> {
        let (registry, caller) = (self.registry.clone(), self.caller.clone());
        FunctionBuilder::new(registry, caller, name.into(), code.into_code())
    }

    /// Replaces the code of `$LATEST`. What is in flight ends with the code that it began with; the next invocation runs
    /// in an environment that has the new one. Versions that were published keep theirs.
    ///
    /// # Panics
    ///
    /// Panics if an update is in progress, which it is where [state changes take](Self::state_changes_take) time.
    #[track_caller]
    pub fn update_code<M>(&self, function: &Function, code: impl IntoCode<T, M>) {
        let ready = function.state.check_state();
        ready.unwrap_or_else(|error| panic!("{}", error.message));
        function.state.update_code(code.into_code().0);
    }

    /// Invokes the function that has this name, as a client of the service does: by its name, by a part of its
    /// ARN or by all of it, perhaps with a qualifier. The event is sent as JSON.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let _double = lambda.function("double", double).create();
    ///
    /// assert_eq!(lambda.invoke("double", 7).await.payload(), "14");
    /// let arn = "arn:aws:lambda:us-east-1:123456789012:function:double";
    /// assert_eq!(lambda.invoke(arn, 7).qualifier("$LATEST").await.payload(), "14");
    /// lambda.invoke("triple", 7).await.assert_service_error(404);
    /// # });
    /// ```
    pub fn invoke(&self, function: &str, event: impl Serialize) -> Invoke {
        let payload = serde_json::to_vec(&event);
        let payload = payload.expect("an event of a test has a form in JSON");
        Invoke::new(self.registry.target(&self.caller, function, None), payload, false)
    }

    /// Lets something go wrong with a part of the invocations of every function, 0.0 to 1.0, by chance: from the seed of
    /// the service. See [`explore`](crate::explore()) for many seeds.
    pub fn fail_at_random(&self, probability: f64, fault: Fault) {
        self.registry.faults.add_rule(at_random(probability, fault));
    }

    /// Asks a rule of each invocation, and of each event that was accepted, whether something goes wrong with it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lambda_runtime::{Error, Runtime};
    /// use lambda_test::{Fault, Lambda};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new();
    /// // An outage of an hour, in which nine of ten requests fail.
    /// lambda.fault_rule(|occasion, chance| {
    ///     let outage = occasion.function == "orders" && occasion.at < Duration::from_secs(3600);
    ///     (outage && chance.happens(0.9)).then_some(Fault::ServiceError)
    /// });
    /// # let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// # let function = lambda.function("orders", double).create();
    /// # function.invoke(7).await.assert_service_error(500);
    /// # lambda.advance(Duration::from_secs(3600)).await;
    /// # function.invoke(7).await.assert_ok();
    /// # });
    /// ```
    pub fn fault_rule(
        &self,
        rule: impl Fn(&Occasion<'_>, &mut Chance<'_>) -> Option<Fault> + 'static,
    ) {
        self.registry.faults.add_rule(Rc::new(rule));
    }

    /// Lets nothing go wrong by order any more.
    pub fn stop_faults(&self) {
        self.registry.faults.stop();
    }

    /// Leaves out these faults, and keeps what happens.
    pub(crate) fn explored(&self, suppressed: BTreeSet<FiredFault>) -> Explored {
        let faults = self.registry.faults.clone();
        faults.suppress(suppressed);
        Explored { faults, recorder: self.registry.owner.recorder.clone() }
    }

    /// Creates a function that a closure stands for, which responds at once; see [`Stub`] for one that takes time.
    ///
    /// ```
    /// use lambda_test::Lambda;
    /// use serde_json::{Value, json};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new();
    /// let _payments = lambda.stub("payments", |order: Value| Ok(json!({"paid": order["total"]})));
    /// let outcome = lambda.invoke("payments", json!({"total": 2899})).await;
    /// assert_eq!(outcome.payload(), r#"{"paid":2899}"#);
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics as [`FunctionBuilder::create`] does.
    #[track_caller]
    pub fn stub<E: DeserializeOwned, R: Serialize>(
        &self,
        name: impl Into<String>,
        respond: impl Fn(E) -> Result<R, FunctionError> + 'static,
    ) -> Function {
        let (registry, caller) = (self.registry.clone(), self.caller.clone());
        let code = IntoCode::<T, Cloned>::into_code(Stub::new(respond));
        FunctionBuilder::<T>::new(registry, caller, name.into(), code).create()
    }

    /// Returns the queue of SQS that has this name; the first call makes it. One whose name ends in `.fifo` is a FIFO queue.
    pub fn queue(&self, name: &str) -> Queue {
        let arn = format!("arn:aws:sqs:{}:{name}", self.region_and_account());
        Queue { inner: self.registry.queue(arn, &self.caller.region) }
    }

    /// Returns the topic of SNS that has this name; the first call makes it.
    pub fn topic(&self, name: &str) -> Topic {
        let arn = format!("arn:aws:sns:{}:{name}", self.region_and_account());
        let registry = self.registry.clone();
        Topic { inner: registry.destination(arn, &self.caller), registry }
    }

    /// Returns the event bus of EventBridge that has this name; the first call makes it. The one of AWS's services, and of
    /// schedules, is `default`.
    pub fn event_bus(&self, name: &str) -> EventBus {
        let arn = format!("arn:aws:events:{}:event-bus/{name}", self.region_and_account());
        let registry = self.registry.clone();
        EventBus { inner: registry.destination(arn, &self.caller), registry }
    }

    /// Returns the bucket of S3 that has this name; the first call makes it, in this region.
    pub fn bucket(&self, name: &str) -> Bucket {
        let arn = format!("arn:aws:s3:::{name}");
        let registry = self.registry.clone();
        Bucket { inner: registry.destination(arn, &self.caller), registry }
    }

    /// Returns the account and the region.
    pub(crate) fn place(&self) -> [std::sync::Arc<str>; 2] {
        [self.caller.id.clone(), self.caller.region.clone()]
    }

    fn region_and_account(&self) -> String {
        format!("{}:{}", self.caller.region, self.caller.id)
    }

    /// Waits until the service has nothing more to do: no invocation is in flight, no event waits for an attempt or a
    /// retry, and what is made ahead is made. In virtual time, hours of retries pass at once.
    pub async fn until_idle(&self) {
        self.registry.owner.work.done().await;
    }

    /// Returns the metrics of the functions, by CloudWatch's names, counted since the first call.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// lambda.metrics();
    /// let halve = async |n: u64| if n % 2 == 0 { Ok(n / 2) } else { Err(Error::from("odd")) };
    /// let function = lambda.function("halve", Runtime::new(halve)).create();
    /// for n in 0..10 {
    ///     function.invoke(n).await;
    /// }
    /// let metrics = lambda.metrics();
    /// let halve = metrics.function("halve");
    /// assert_eq!((halve.invocations, halve.errors, halve.cold_starts), (10, 5, 1));
    /// assert!(metrics.cost() < 0.000_01);
    /// println!("{metrics}");
    /// # });
    /// ```
    pub fn metrics(&self) -> Metrics {
        self.registry.metrics()
    }

    /// Returns how much time has passed for this service.
    pub fn elapsed(&self) -> Duration {
        self.registry.owner.clock.elapsed()
    }

    /// Returns the time of its wall clock.
    pub fn now(&self) -> SystemTime {
        self.registry.owner.clock.wall()
    }

    /// Returns what has happened so far, as far as it is kept.
    pub fn timeline(&self) -> Timeline {
        self.registry.owner.recorder.all()
    }
}

impl<T: Time> Clone for Lambda<T> {
    fn clone(&self) -> Self {
        let (registry, caller) = (self.registry.clone(), self.caller.clone());
        Self { registry, caller, time: PhantomData }
    }
}

impl<T: Time> std::fmt::Debug for Lambda<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lambda").field("elapsed", &self.elapsed()).finish_non_exhaustive()
    }
}
