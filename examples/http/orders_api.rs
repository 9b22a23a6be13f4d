//! An API of orders with axum: create, read, change, delete. Users come from the authorizer in `orders_authorizer.rs`; outside
//! of Lambda, where none stands before it, the user is `local`.
//!
//! Run it here by `cargo run -p examples-http --example orders_api` and a browser, or behind an HTTP API:
//!
//!     lambda-test invoke --example orders_api --payload-file examples/events/http.json

use std::{
    collections::BTreeMap,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use lambda_http::Authorizer;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Order {
    article: String,
    quantity: u32,
}

/// Where orders are kept: a table of a database, or memory.
trait Orders: Send + Sync {
    fn of(&self, user: &str) -> BTreeMap<u64, Order>;
    fn add(&self, user: &str, order: Order) -> u64;
    fn put(&self, user: &str, id: u64, order: Order) -> bool;
    fn remove(&self, user: &str, id: u64) -> bool;
}

/// Orders in memory: gone with the execution environment.
#[derive(Default)]
struct InMemory(Mutex<BTreeMap<String, BTreeMap<u64, Order>>>);

impl InMemory {
    fn with<T>(&self, user: &str, change: impl FnOnce(&mut BTreeMap<u64, Order>) -> T) -> T {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(users.entry(user.to_owned()).or_default())
    }
}

impl Orders for InMemory {
    fn of(&self, user: &str) -> BTreeMap<u64, Order> {
        self.with(user, |orders| orders.clone())
    }

    fn add(&self, user: &str, order: Order) -> u64 {
        self.with(user, |orders| {
            let id = orders.keys().next_back().map_or(1, |last| last + 1);
            orders.insert(id, order);
            id
        })
    }

    fn put(&self, user: &str, id: u64, order: Order) -> bool {
        self.with(user, |orders| orders.get_mut(&id).map(|kept| *kept = order).is_some())
    }

    fn remove(&self, user: &str, id: u64) -> bool {
        self.with(user, |orders| orders.remove(&id).is_some())
    }
}

type Store = State<Arc<dyn Orders>>;

fn user(authorizer: Option<Authorizer>) -> String {
    let user = authorizer.and_then(|authorizer| authorizer.text("user").map(str::to_owned));
    user.unwrap_or_else(|| "local".to_owned())
}

fn status(found: bool) -> StatusCode {
    if found { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn list(State(orders): Store, by: Option<Authorizer>) -> Json<BTreeMap<u64, Order>> {
    Json(orders.of(&user(by)))
}

async fn create(
    State(orders): Store,
    by: Option<Authorizer>,
    Json(order): Json<Order>,
) -> (StatusCode, String) {
    (StatusCode::CREATED, orders.add(&user(by), order).to_string())
}

async fn read(
    State(orders): Store,
    by: Option<Authorizer>,
    Path(id): Path<u64>,
) -> Result<Json<Order>, StatusCode> {
    orders.of(&user(by)).remove(&id).map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn change(
    State(orders): Store,
    by: Option<Authorizer>,
    Path(id): Path<u64>,
    Json(order): Json<Order>,
) -> StatusCode {
    status(orders.put(&user(by), id, order))
}

async fn remove(State(orders): Store, by: Option<Authorizer>, Path(id): Path<u64>) -> StatusCode {
    status(orders.remove(&user(by), id))
}

fn app() -> Router {
    let orders: Arc<dyn Orders> = Arc::new(InMemory::default());
    Router::new()
        .route("/orders", get(list).post(create))
        .route("/orders/{id}", get(read).put(change).delete(remove))
        .with_state(orders)
}

fn main() -> ExitCode {
    lambda_http::serve(app())
}

#[cfg(test)]
mod tests {
    use http::{Method, Request};
    use lambda_test::{HttpApi, Lambda};

    use super::*;

    async fn send(api: &HttpApi, method: Method, path: &str, body: &str) -> (u16, String) {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json").body(body.to_owned());
        let response = api.send(request.expect("a request")).await;
        (response.status().as_u16(), response.into_body().text().await.expect("it is whole"))
    }

    #[lambda_test::test]
    async fn an_order_lives_until_it_is_deleted() {
        let function = Lambda::new().function("orders", lambda_http::handler(app())).create();
        let api = function.http_api();
        let tea = r#"{"article":"tea","quantity":2}"#;
        let more = r#"{"article":"tea","quantity":3}"#;
        for (method, path, sent, status, received) in [
            (Method::GET, "/orders", "", 200, "{}"),
            (Method::POST, "/orders", tea, 201, "1"),
            (Method::GET, "/orders/1", "", 200, tea),
            (Method::PUT, "/orders/1", more, 204, ""),
            (Method::GET, "/orders/1", "", 200, more),
            (Method::PUT, "/orders/2", more, 404, ""),
            (Method::DELETE, "/orders/1", "", 204, ""),
            (Method::DELETE, "/orders/1", "", 404, ""),
        ] {
            let response = send(&api, method.clone(), path, sent).await;
            assert_eq!(response, (status, received.to_owned()), "{method} {path}");
        }
    }

    #[lambda_test::test]
    async fn the_user_is_the_one_of_the_authorizer() {
        let function = Lambda::new().function("orders", lambda_http::handler(app())).create();
        let mut event: serde_json::Value =
            serde_json::from_str(include_str!("../events/http.json"))?;
        let body = |event: &serde_json::Value| {
            let outcome = function.invoke(event);
            async move { outcome.await.json::<serde_json::Value>() }
        };
        assert_eq!(body(&event).await?["statusCode"], 201);
        event["requestContext"]["http"]["method"] = "GET".into();
        assert_eq!(body(&event).await?["body"], r#"{"1":{"article":"tea","quantity":2}}"#);
        event["requestContext"]["authorizer"]["lambda"]["user"] = "another".into();
        assert_eq!(body(&event).await?["body"], "{}");
    }
}
