//! What an application waits for when its time is up: virtual time passes over everything but its own timers.

use std::{
    backtrace::Backtrace,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    task::{Wake, Waker},
};

/// What waits within virtual time: timers, and the calls of the APIs of Lambda.
const WITHIN: [&str; 2] = ["tokio::time::sleep::Sleep", "tokio::io::util::mem::"];

/// What an application waited for when its time was up. Equal to any other: records
/// that say the same are the same.
#[derive(Clone)]
pub(crate) struct Waits(Arc<Inner>);

struct Inner {
    places: usize,
    last: Option<Backtrace>,
    within: OnceLock<bool>,
}

impl Waits {
    /// An application that waits for nothing.
    pub(crate) fn none() -> Self {
        Self::new(0, None)
    }

    /// Polls twice, and sees where the first waker was left and from where it was dropped for the second one.
    pub(crate) fn of(mut poll: impl FnMut(&Waker), usual: &Waker) -> Self {
        let dropped = Dropped::default();
        let left = Arc::new(Left(dropped.clone()));
        let waker = Waker::from(left.clone());
        poll(&waker);
        drop(waker);
        let places = Arc::strong_count(&left) - 1;
        drop(left);
        poll(usual);
        let last = dropped.take();
        Self::new(places, last)
    }

    fn new(places: usize, last: Option<Backtrace>) -> Self {
        Self(Arc::new(Inner { places, last, within: OnceLock::new() }))
    }

    /// Whether it waited for nothing, or for one timer or one pipe in memory and nothing else. The first such question
    /// of a process takes about 80 ms, since the symbols of the program are read.
    pub(crate) fn are_for_virtual_time(&self) -> bool {
        let Inner { places, last, within } = &*self.0;
        *within.get_or_init(|| match (places, last) {
            (0, _) => true,
            (1, Some(last)) => {
                let last = last.to_string();
                WITHIN.iter().any(|path| last.contains(path))
            }
            _ => false,
        })
    }
}

impl PartialEq for Waits {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Waits {}

impl fmt::Debug for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waits").field("places", &self.0.places).finish_non_exhaustive()
    }
}

/// From where the last clone of a waker was dropped.
#[derive(Clone, Default)]
struct Dropped(Arc<Mutex<Option<Backtrace>>>);

impl Dropped {
    fn take(&self) -> Option<Backtrace> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Its clones are left where the application waits.
struct Left(Dropped);

impl Wake for Left {
    // The application is polled again at once.
    fn wake(self: Arc<Self>) {}

    fn wake_by_ref(self: &Arc<Self>) {}
}

impl Drop for Left {
    fn drop(&mut self) {
        let Dropped(place) = &self.0;
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(Backtrace::force_capture());
    }
}
