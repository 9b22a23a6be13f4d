//! The simulated service: functions, and the environments that they run in.

use std::{
    cell::{Cell, RefCell},
    marker::PhantomData,
    rc::Rc,
    time::{Duration, SystemTime},
};

use tokio::task::AbortHandle;

use crate::{
    FunctionBuilder, Real, Time, Timeline, Virtual,
    clock::{self, Clock},
    function::IntoCode,
    random::Random,
    test_run,
    timeline::Side,
};

/// The seed of a service whose test chose none.
pub(crate) const SEED: u64 = 0;

/// 2026-01-01T00:00:00Z: what the wall clock of a service in virtual time shows first.
const FIRST_INSTANT: Duration = Duration::from_secs(1_767_225_600);

/// AWS Lambda, simulated for one test: functions are created in it and invoked.
///
/// [`Lambda::new`] runs applications of this process in virtual time, [`Lambda::in_real_time`] runs
/// programs as child processes. Everything lives on the thread of the test and ends with the value.
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
    pub(crate) world: Rc<World>,
    time: PhantomData<T>,
}

impl Lambda<Virtual> {
    /// A service in virtual time, for applications of this process.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or where its clock runs. `#[lambda_test::test]` makes the right
    /// one, and so does `#[tokio::test(flavor = "local", start_paused = true)]`.
    #[expect(clippy::new_without_default, reason = "it depends on the runtime around it")]
    pub fn new() -> Self {
        const HOW: &str = "write `#[lambda_test::test]` above the test, or \
                           `#[tokio::test(flavor = \"local\", start_paused = true)]`";
        assert!(
            tokio::runtime::Handle::try_current().is_ok(),
            "`Lambda::new` needs a tokio runtime: {HOW}"
        );
        assert!(clock::is_paused(), "`Lambda::new` needs a paused clock, and this one runs: {HOW}");
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
    /// Where the clock of the runtime is paused: sockets take real time, and timers would not.
    pub fn in_real_time() -> Self {
        assert!(
            !clock::is_paused(),
            "`Lambda::in_real_time` needs a running clock: take `start_paused` away"
        );
        Self::with(Clock::real())
    }
}

impl<T: Time> Lambda<T> {
    fn with(clock: Clock) -> Self {
        let world = Rc::new(World {
            clock,
            sockets: std::any::TypeId::of::<T>() == std::any::TypeId::of::<Real>(),
            random: RefCell::new(Random::new(test_run::seed())),
            timeline: RefCell::default(),
            environments: Cell::new(0),
            tasks: RefCell::default(),
        });
        test_run::watch(&world);
        Self { world, time: PhantomData }
    }

    /// The same service with another seed for all chance: ids, and what an application asks of its
    /// environment's randomness. To be set before functions are created.
    pub fn seed(self, seed: u64) -> Self {
        *self.world.random.borrow_mut() = Random::new(seed);
        self
    }

    /// A function of this name that runs this application, or this program; see [`FunctionBuilder`].
    pub fn function<M>(
        &self,
        name: impl Into<String>,
        code: impl IntoCode<T, M>,
    ) -> FunctionBuilder {
        FunctionBuilder::new(self.world.clone(), name.into(), code.into_code())
    }

    /// How much time has passed for this service.
    pub fn elapsed(&self) -> Duration {
        self.world.clock.elapsed()
    }

    /// What its wall clock shows.
    pub fn now(&self) -> SystemTime {
        self.world.clock.wall()
    }

    /// What has happened so far.
    pub fn timeline(&self) -> Timeline {
        self.world.timeline.borrow().clone()
    }
}

impl<T: Time> std::fmt::Debug for Lambda<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lambda").field("elapsed", &self.elapsed()).finish_non_exhaustive()
    }
}

/// What every part of one simulated service shares.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) sockets: bool,
    random: RefCell<Random>,
    timeline: RefCell<Timeline>,
    environments: Cell<usize>,
    /// Ended with the service.
    tasks: RefCell<Vec<AbortHandle>>,
}

impl World {
    pub(crate) fn note(&self, environment: usize, side: Side, text: String) {
        self.timeline.borrow_mut().note(self.clock.elapsed(), environment, side, text);
    }

    pub(crate) fn number_environment(&self) -> usize {
        self.environments.set(self.environments.get() + 1);
        self.environments.get()
    }

    pub(crate) fn random<R>(&self, draw: impl FnOnce(&mut Random) -> R) -> R {
        draw(&mut self.random.borrow_mut())
    }

    /// Chance of its own for a process, so that what it draws moves nobody else's.
    pub(crate) fn fork_random(&self) -> Random {
        self.random(|random| Random::new(random.next()))
    }

    pub(crate) fn timeline(&self) -> Timeline {
        self.timeline.borrow().clone()
    }

    pub(crate) fn own(&self, task: AbortHandle) {
        self.tasks.borrow_mut().push(task);
    }

    /// Ends every environment. They hold the world, so it cannot wait for them to be dropped.
    fn end(&self) {
        for task in self.tasks.borrow_mut().drain(..) {
            task.abort();
        }
    }
}

impl<T: Time> Drop for Lambda<T> {
    fn drop(&mut self) {
        self.world.end();
    }
}
