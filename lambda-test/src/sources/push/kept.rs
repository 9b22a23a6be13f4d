//! What a service keeps of a kind: each thing once, by its name or ARN.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use crate::service::{Destination, Message, Registry};

/// The things of one kind.
struct Kept<K>(RefCell<BTreeMap<String, Rc<K>>>);

impl<K> Default for Kept<K> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

/// Returns what a service keeps of this kind under a key, which is made if there is none.
pub(super) fn kept<K: 'static>(
    registry: &Registry,
    key: &str,
    make: impl FnOnce() -> Rc<K>,
) -> Rc<K> {
    let Kept(all) = &*registry.kept::<Kept<K>>();
    let found = all.borrow().get(key).cloned();
    found.unwrap_or_else(|| {
        let made = make();
        all.borrow_mut().insert(key.to_owned(), made.clone());
        made
    })
}

/// Returns what belongs to a topic, a bus or a bucket and sees each message. The service keeps it: what it knows may lead back
/// to where it belongs.
pub(super) fn attached<K: 'static>(
    registry: &Registry,
    destination: &Destination,
    make: impl FnOnce() -> K,
    receive: fn(&K, &Message),
) -> Rc<K> {
    kept(registry, &destination.arn, || {
        let made = Rc::new(make());
        let listening = Rc::downgrade(&made);
        destination.listen(move |message| {
            if let Some(listening) = listening.upgrade() {
                receive(&listening, message);
            }
        });
        made
    })
}
