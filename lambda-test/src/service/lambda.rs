//! The service itself: seed, time, functions.

use std::{
    marker::PhantomData,
    rc::Rc,
    time::{Duration, SystemTime},
};

use serde::Serialize;

use super::{FunctionBuilder, IntoCode, Invoke, registry::Registry};
use crate::kernel::{
    Clock, Real, Record, ServiceOwner, SimContext, TestScope, Time, Timeline, Virtual, is_paused,
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
    registry: Rc<Registry>,
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

    /// Lets the clock move on; what falls due meanwhile happens.
    pub async fn advance(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
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
        Self { registry: Rc::new(Registry::new(owner)), time: PhantomData }
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
        FunctionBuilder::new(self.registry.clone(), name.into(), code.into_code())
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
        Invoke::new(self.registry.target(function, None), payload, false)
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
        Self { registry: self.registry.clone(), time: PhantomData }
    }
}

impl<T: Time> std::fmt::Debug for Lambda<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lambda").field("elapsed", &self.elapsed()).finish_non_exhaustive()
    }
}
