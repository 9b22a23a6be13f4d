//! Whose code runs on this thread, and in which invocation: what a log record, a metric or a span is to state.

use std::{
    borrow::Cow,
    cell::RefCell,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use crate::{
    Environment, trace,
    wire::{Header, Headers},
};

thread_local! {
    static CURRENT: RefCell<Option<Environment>> = const { RefCell::new(None) };
}

/// Returns the simulated environment whose code runs on this thread; `None` where it is the process itself.
pub fn simulated() -> Option<Environment> {
    // A destructor of a thread may ask too.
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Returns the environment whose code runs on this thread; that of the process is read once.
pub fn current() -> Environment {
    static PROCESS: OnceLock<Environment> = OnceLock::new();
    simulated().unwrap_or_else(|| PROCESS.get_or_init(Environment::from_process).clone())
}

/// Awaits a future as code of this environment.
pub async fn within<F: Future>(environment: Environment, future: F) -> F::Output {
    /// Restores who was there before, also after a panic.
    struct Restore(Option<Environment>);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.replace(self.0.take());
        }
    }
    let mut future = pin!(future);
    poll_fn(|context| {
        let _restore = Restore(CURRENT.replace(Some(environment.clone())));
        future.as_mut().poll(context)
    })
    .await
}

/// The invocation that an environment handles: the headers that came with it, which are read where they are asked for.
#[derive(Clone, Debug)]
pub struct CurrentInvocation {
    headers: Headers,
    /// Whether it is the first one of its environment.
    pub cold_start: bool,
}

impl CurrentInvocation {
    /// Keeps the headers; what was received is not copied.
    pub fn new(headers: Headers, cold_start: bool) -> Self {
        Self { headers, cold_start }
    }

    /// Its request id.
    pub fn request_id(&self) -> Cow<'_, str> {
        self.headers.text(Header::RequestId).unwrap_or_default()
    }

    /// The root of its trace, as X-Ray writes it: `1-5759e988-bd862e3fe1be46a994272793`.
    pub fn trace_id(&self) -> Option<&str> {
        trace::root_of(self.headers.visible(Header::TraceId)?)
    }

    /// The tenant that it is for.
    pub fn tenant_id(&self) -> Option<Cow<'_, str>> {
        self.headers.text(Header::TenantId)
    }
}

/// Whether anything reads the current invocation.
static TRACKING: AtomicBool = AtomicBool::new(false);

/// Makes every loop of this process note its invocations from now on.
pub fn track_invocations() {
    TRACKING.store(true, Relaxed);
}

/// Returns whether loops are to note their invocations.
#[inline]
pub fn is_tracking() -> bool {
    TRACKING.load(Relaxed)
}

/// The place of the current invocation.
#[derive(Default)]
pub(crate) struct Place(Mutex<Option<CurrentInvocation>>);

/// That of the process, of which there may be several values of [`Environment`].
pub(crate) static OF_PROCESS: Place = Place(Mutex::new(None));

impl Place {
    pub(crate) fn set(&self, invocation: Option<CurrentInvocation>) {
        *self.lock() = invocation;
    }

    pub(crate) fn get(&self) -> Option<CurrentInvocation> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<CurrentInvocation>> {
        // The value is whole at every step.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
