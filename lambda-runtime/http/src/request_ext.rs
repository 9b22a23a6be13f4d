//! What a request has beyond the methods of `http`.

use lambda_events::private::decode_form;
use lambda_runtime::Context;

use crate::Event;

/// What a request has beyond the methods of `http`: the values of its query, and on Lambda the event that it came in. For
/// `http::Request` and its parts.
///
/// ```
/// use lambda_http::{Error, Request, RequestExt};
///
/// async fn handler(request: Request) -> Result<String, Error> {
///     let name = request.query("name").ok_or("whom shall it greet?")?;
///     let id = request.lambda_context().map_or("-", |context| &context.request_id);
///     Ok(format!("hello, {name} ({id})"))
/// }
/// # lambda_http::handler(handler);
/// ```
pub trait RequestExt {
    /// Returns the URI.
    #[doc(hidden)]
    fn its_uri(&self) -> &http::Uri;

    /// Returns the event that the request came in. Absent outside of Lambda.
    fn lambda_event(&self) -> Option<&Event>;

    /// Returns what is known of the invocation. Absent outside of Lambda.
    fn lambda_context(&self) -> Option<&Context> {
        self.lambda_event().map(Event::context)
    }

    /// Returns the first value of a name in the query, decoded. Absent where the query does not have the name.
    fn query(&self, name: &str) -> Option<String> {
        pairs(self.its_uri()).find(|(of, _)| of == name).map(|(_, value)| value)
    }

    /// Returns all values of a name in the query, decoded, in their order.
    fn query_all(&self, name: &str) -> Vec<String> {
        pairs(self.its_uri()).filter(|(of, _)| of == name).map(|(_, value)| value).collect()
    }
}

impl RequestExt for http::request::Parts {
    fn its_uri(&self) -> &http::Uri {
        &self.uri
    }

    fn lambda_event(&self) -> Option<&Event> {
        self.extensions.get()
    }
}

impl<B> RequestExt for http::Request<B> {
    fn its_uri(&self) -> &http::Uri {
        self.uri()
    }

    fn lambda_event(&self) -> Option<&Event> {
        self.extensions().get()
    }
}

/// The names and values of a query, decoded.
fn pairs(uri: &http::Uri) -> impl Iterator<Item = (String, String)> {
    let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode_form(name).into_owned(), decode_form(value).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_query_has_its_values_decoded() {
        let request = http::Request::get("/?a=1+2&a=%2B%C3%BC&%61b=x&e=&f&&g=%&h=%+1&i=%FF&j=a=b");
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        for (name, values) in [
            ("a", vec!["1 2", "+ü"]),
            ("ab", vec!["x"]),
            ("e", vec![""]),
            ("f", vec![""]),
            ("g", vec!["%"]),
            ("h", vec!["% 1"]),
            ("i", vec!["%FF"]),
            ("j", vec!["a=b"]),
            ("z", vec![]),
        ] {
            assert_eq!(parts.query_all(name), values, "{name}");
            assert_eq!(parts.query(name).as_deref(), values.first().copied(), "{name}");
        }
        let request = http::Request::new(());
        assert_eq!((request.query("a"), request.lambda_context()), (None, None));
    }
}
