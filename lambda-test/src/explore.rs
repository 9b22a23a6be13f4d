//! A property of functions, tried with many seeds: what goes wrong by chance is found, replayed and shrunk.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    fmt,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, Once, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    Lambda, Timeline,
    kernel::{TestScope, cells, clear_cells},
    service::{Explored, FiredFault},
    test_run::Harness,
};

/// How long a service may have something to do after its faults have stopped, in virtual time: longer than the oldest
/// event is kept.
const LIVENESS: Duration = Duration::from_secs(48 * 60 * 60);

/// How many runs the search for the faults that are needed takes at most.
const SHRINKING: usize = 300;

/// What an exploration has seen: see [`explore`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Exploration {
    /// How many seeds were tried.
    pub seeds: u64,
    /// How many faults happened in all of them.
    pub faults: u64,
    /// How many pairs of a state of an environment and what may happen in it were reached.
    pub cells: u32,
    /// How long it took, in real time.
    pub took: Duration,
}

impl fmt::Display for Exploration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seeds, faults, cells, took } = self;
        let rate = *seeds as f64 / took.as_secs_f64();
        write!(
            f,
            "{seeds} seeds, {rate:.0} per second, {faults} faults, {cells} states with inputs"
        )
    }
}

/// Runs a property with each of these seeds, on as many threads as the machine has cores: a scenario with a
/// [`Lambda`] of that seed, which creates functions, lets things [go wrong](Lambda::fail_at_random), and states what must
/// hold all the same, by assertions or an error.
///
/// When the property holds, faults stop, and the service must have nothing left to do within 48 hours of its time. The
/// first seed is run twice, and both runs must be the same. Panics of the property are not printed as they happen; the
/// message at the end has that of the seed that fails.
///
/// ```
/// use lambda_runtime::{Error, Runtime};
/// use lambda_test::{Fault, explore};
///
/// let explored = explore(1..20, async |lambda| {
///     let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
///     let function = lambda.function("double", double).create();
///     lambda.fail_at_random(0.1, Fault::Throttle);
///     let done = lambda.queue("done");
///     function.put_event_invoke_config("$LATEST", lambda_test::EventInvokeConfig::new().on_success(&done))?;
///     function.invoke(7).event().await.assert_ok();
///     lambda.until_idle().await;
///     assert_eq!(done.messages().len(), 1, "an event that is throttled runs later");
///     Ok::<_, lambda_test::TestError>(())
/// });
/// assert_eq!(explored.seeds, 19);
/// ```
///
/// # Panics
///
/// Panics if the property does not hold for a seed: so a test fails. The message has the seed, the command that replays it,
/// and those of its faults that are needed: the others were left out, one at a time, and it still failed. With the variable
/// `LAMBDA_TEST_SEED` that seed alone is run.
///
/// It panics too if the two runs of the first seed are not the same, with the first line that differs, and if the range has
/// no seeds.
pub fn explore<P, F, E>(seeds: Range<u64>, property: P) -> Exploration
where
    P: Fn(Lambda) -> F + Sync,
    F: Future<Output = Result<(), E>>,
    E: fmt::Debug,
{
    assert!(!seeds.is_empty(), "the seeds are {seeds:?}: expected at least one, as in 1..1000");
    quiet_panics();
    let replayed = TestScope::seed_of_variable();
    let seeds = replayed.map_or(seeds, |seed| seed..seed.saturating_add(1));
    let began = Instant::now();
    let explorer = Explorer { property: &property };
    explorer.compare_twice(seeds.start);
    let (next, failed) = (AtomicU64::new(seeds.start), AtomicU64::new(u64::MAX));
    let seen = Mutex::new((0_u64, 0_u64, 0_u128));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        clear_cells();
        let (mut count, mut faults) = (0, 0);
        loop {
            let seed = next.fetch_add(1, Relaxed);
            if seeds.end <= seed || failed.load(Relaxed) < seed {
                break;
            }
            let run = explorer.run(seed, &BTreeSet::new());
            (count, faults) = (count + 1, faults + run.fired.len() as u64);
            if run.failure.is_some() {
                failed.fetch_min(seed, Relaxed);
            }
        }
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = (seen.0 + count, seen.1 + faults, seen.2 | cells());
    };
    thread::scope(|scope| {
        // One seed needs no thread of its own.
        let threads = threads.min(usize::try_from(seeds.end - seeds.start).unwrap_or(usize::MAX));
        (1..threads).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    let (count, faults, reached) = *seen.lock().unwrap_or_else(PoisonError::into_inner);
    match failed.into_inner() {
        u64::MAX => {}
        seed => explorer.report(seed, count),
    }
    Exploration { seeds: count, faults, cells: reached.count_ones(), took: began.elapsed() }
}

struct Explorer<'a, P> {
    property: &'a P,
}

/// What a run of one seed gave.
struct Run {
    failure: Option<String>,
    fired: Vec<FiredFault>,
    /// Absent where it failed before there was a service.
    explored: Option<Explored>,
}

impl Run {
    fn timeline(&self, of: impl FnOnce(&Explored) -> Timeline) -> String {
        self.explored.as_ref().map(of).unwrap_or_default().to_string()
    }
}

impl<P, F, E> Explorer<'_, P>
where
    P: Fn(Lambda) -> F,
    F: Future<Output = Result<(), E>>,
    E: fmt::Debug,
{
    /// Runs the property with this seed, without some of the faults.
    fn run(&self, seed: u64, suppressed: &BTreeSet<FiredFault>) -> Run {
        let explored: RefCell<Option<Explored>> = RefCell::default();
        let ended = QUIET.with(|quiet| {
            quiet.set(true);
            let ended = catch_unwind(AssertUnwindSafe(|| {
                Harness::new().seed(seed).block_on(async {
                    let lambda = Lambda::new();
                    explored.replace(Some(lambda.explored(suppressed.clone())));
                    (self.property)(lambda.clone()).await.map_err(|error| format!("{error:?}"))?;
                    lambda.stop_faults();
                    match tokio::time::timeout(LIVENESS, lambda.until_idle()).await {
                        Ok(()) => Ok(()),
                        Err(_) => {
                            Err("the service is not idle 48 h after its faults have stopped"
                                .to_owned())
                        }
                    }
                })
            }));
            quiet.set(false);
            ended
        });
        let failure = match ended {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(panic) => Some(text_of(&*panic)),
        };
        let explored = explored.into_inner();
        let fired = explored.as_ref().map(Explored::fired).unwrap_or_default();
        Run { failure, fired, explored }
    }

    /// Runs a seed twice. What a handler asks of the machine differs, and so may the second run.
    fn compare_twice(&self, seed: u64) {
        let run = || self.run(seed, &BTreeSet::new()).timeline(Explored::timeline);
        let [one, other] = [run(), run()];
        if one != other {
            let differs = one.lines().zip(other.lines()).find(|(one, other)| one != other);
            let (one, other) = differs.unwrap_or(("(the end)", "(the end)"));
            panic!(
                "seed {seed} is not the same twice: \n    {one}\n    {other}\nask the environment for time and \
                 chance, and iterate over ordered collections"
            );
        }
    }

    /// Leaves out each fault without which the property fails too.
    fn shrink(&self, seed: u64) -> (Run, usize) {
        let mut suppressed = BTreeSet::new();
        let mut needed = self.run(seed, &suppressed);
        let (all, mut runs) = (needed.fired.len(), 0);
        let mut at = 0;
        while at < needed.fired.len() && runs < SHRINKING {
            runs += 1;
            let fault = needed.fired[at].clone();
            suppressed.insert(fault.clone());
            let run = self.run(seed, &suppressed);
            if run.failure.is_some() {
                needed = run;
            } else {
                suppressed.remove(&fault);
                at += 1;
            }
        }
        (needed, all)
    }

    fn report(&self, seed: u64, tried: u64) {
        let (run, all) = self.shrink(seed);
        let failure = run
            .failure
            .clone()
            .unwrap_or_else(|| "it does not fail again: it is not the same twice".to_owned());
        let faults: Vec<String> = run.fired.iter().map(|fault| format!("\n    {fault}")).collect();
        let name = thread::current().name().unwrap_or_default().to_owned();
        panic!(
            "seed {seed} of {tried} fails: {failure}\n{} of {all} faults are needed:{}\nto replay: \
             LAMBDA_TEST_SEED={seed} cargo test {name}\n\n{}",
            faults.len(),
            faults.concat(),
            run.timeline(Explored::last)
        );
    }
}

fn text_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned()
}

thread_local! {
    /// Whether a panic of this thread is a result, and not to be shown.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Shows no panics of properties; every other one is shown as before.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let shown = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                shown(info);
            }
        }));
    });
}
