//! A lost update, planted: it takes two faults. Orders are added to one balance under a lock; where the exchange rate is
//! not known, the lock is given back too early.

use std::{cell::RefCell, rc::Rc, time::Duration};

use lambda_runtime::{Error, Runtime};
use lambda_test::{Fault, Lambda, TestError};
use serde_json::{Value, json};
use tokio::time::sleep;

#[derive(Default)]
struct Store {
    locked: bool,
    balance: u64,
    done: Vec<u64>,
}

const STEP: Duration = Duration::from_millis(10);

/// Adds an order of 100 to the balance, once.
async fn add(lambda: Lambda, store: Rc<RefCell<Store>>, order: u64) -> Result<(), Error> {
    while store.borrow().locked {
        sleep(STEP).await;
    }
    if store.borrow().done.contains(&order) {
        return Ok(());
    }
    store.borrow_mut().locked = true;
    let balance = store.borrow().balance;
    let rate = lambda.invoke("rates", json!({"order": order})).await;
    if rate.service_error().is_some() {
        // The bug: what follows is not under the lock.
        store.borrow_mut().locked = false;
    }
    sleep(STEP).await;
    let mut store = store.borrow_mut();
    store.balance = balance + 100;
    store.done.push(order);
    store.locked = false;
    Ok(())
}

/// Five orders, one each minute: as long as a retry waits.
pub(crate) async fn orders_are_added_once(lambda: Lambda) -> Result<(), TestError> {
    lambda.fault_rule(|occasion, chance| {
        let draws = [chance.happens(0.2), chance.happens(0.2), chance.happens(0.2)];
        match (occasion.function, occasion.is_accepted) {
            ("orders", true) if draws[0] => Some(Fault::Duplicate),
            ("orders", false) if draws[1] => Some(Fault::Crash),
            ("rates" | "mails", false) if draws[2] => Some(Fault::Throttle),
            _ => None,
        }
    });
    let store = Rc::<RefCell<Store>>::default();
    let _rates = lambda.stub("rates", |_: Value| Ok(1));
    let mails = lambda.stub("mails", |_: Value| Ok(json!({"sent": true})));
    let (service, shared) = (lambda.clone(), store.clone());
    let orders = Runtime::new(move |order: u64| add(service.clone(), shared.clone(), order));
    let orders = lambda.function("orders", orders).create();
    for order in 0..5 {
        orders.invoke(order).event().await.assert_ok();
        mails.invoke(order).event().await.assert_ok();
        lambda.advance(Duration::from_secs(60)).await;
    }
    lambda.until_idle().await;
    let Store { balance, done, .. } = &*store.borrow();
    if *balance != 500 {
        return Err(format!("the balance is {balance} after {} orders of 100", done.len()).into());
    }
    Ok(())
}
