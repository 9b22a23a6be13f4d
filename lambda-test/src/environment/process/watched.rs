//! A future that can be asked what it waits for.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
};

use crate::kernel::Waits;

/// A future that is polled by its task, and by whoever asks what it waits for. Clones are one future.
#[derive(Clone)]
pub(super) struct Watched(Rc<RefCell<Inner>>);

struct Inner {
    /// None once it is done.
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    bell: Arc<Bell>,
    /// Rings it.
    waker: Waker,
}

/// Wakes the task, and knows whether it did so since the last poll.
struct Bell {
    rang: AtomicBool,
    task: Mutex<Waker>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rang.store(true, Relaxed);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).clone();
        task.wake();
    }
}

impl Watched {
    pub(super) fn new(future: impl Future<Output = ()> + 'static) -> Self {
        let task = Mutex::new(Waker::noop().clone());
        let bell = Arc::new(Bell { rang: AtomicBool::new(true), task });
        let waker = Waker::from(bell.clone());
        Self(Rc::new(RefCell::new(Inner { future: Some(Box::pin(future)), bell, waker })))
    }

    /// What it waits for; none where it is polled right now.
    pub(super) fn waits(&self) -> Option<Waits> {
        let mut inner = self.0.try_borrow_mut().ok()?;
        let Inner { future, bell, waker } = &mut *inner;
        // What is woken now was woken by its timer: virtual time came here by nothing else.
        if future.is_none() || bell.rang.load(Relaxed) {
            return Some(Waits::none());
        }
        let look = |waker: &Waker| {
            let _ = poll(future, waker);
        };
        Some(Waits::of(look, waker))
    }
}

fn poll(future: &mut Option<Pin<Box<dyn Future<Output = ()>>>>, waker: &Waker) -> Poll<()> {
    let Some(running) = future else { return Poll::Ready(()) };
    let poll = running.as_mut().poll(&mut Context::from_waker(waker));
    if poll.is_ready() {
        *future = None;
    }
    poll
}

impl Future for Watched {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.0.borrow_mut();
        let Inner { future, bell, waker } = &mut *inner;
        let mut task = bell.task.lock().unwrap_or_else(PoisonError::into_inner);
        if !task.will_wake(context.waker()) {
            task.clone_from(context.waker());
        }
        drop(task);
        bell.rang.store(false, Relaxed);
        poll(future, waker)
    }
}
