#![no_main]
//! Events that front ends send, changed in any way, and responses of any kind: nothing panics, and what is sent is JSON of
//! the form that the front end takes.

use std::{cell::RefCell, rc::Rc};

use futures_executor::block_on;
use lambda_http::{Body, Request, Response, handler};
use lambda_runtime::{Context, Handler, Invocation};
use libfuzzer_sys::fuzz_target;

/// The first byte chooses options, the next ones the response; the rest is the event.
fuzz_target!(|data: &[u8]| {
    let [options, status, length, rest @ ..] = data else { return };
    let (body, event) = rest.split_at(rest.len().min(usize::from(*length)));
    let seen = Rc::new(RefCell::new(false));
    let service = {
        let (seen, body, status) = (seen.clone(), body.to_vec(), 100 + u16::from(*status) * 3);
        async move |request: Request| {
            seen.replace(true);
            // All of it can be asked for.
            let event = lambda_http::RequestExt::lambda_event(&request).expect("it came in one");
            let _ = (event.authorizer(), event.path_parameters(), event.client_ip(), event.stage_variables());
            let mut response = Response::new(Body::from(body.clone()));
            *response.status_mut() = lambda_http::http::StatusCode::from_u16(status).expect("a status");
            for value in body.chunks(7) {
                if let Ok(value) = lambda_http::http::HeaderValue::from_bytes(value) {
                    response.headers_mut().append("set-cookie", value.clone());
                    response.headers_mut().append("x-many", value);
                }
            }
            response
        }
    };
    let mut handler = handler(service);
    if options & 1 != 0 {
        handler = handler.keep_stage();
    }
    if options & 2 != 0 {
        handler = handler.base_path("/a");
    }
    if options & 4 != 0 {
        handler = handler.response_stream();
    }
    if options & 8 != 0 {
        handler = handler.binary("*/*");
    }
    let invocation = Invocation::new(event.to_vec(), Context::default());
    match block_on(handler.handle(invocation)) {
        Ok(Ok(response)) => {
            assert!(*seen.borrow());
            if options & 4 == 0 {
                let bytes = response.as_bytes().expect("it is whole");
                let json: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
                assert!(json["statusCode"].is_u64() && json["body"].is_string());
            }
        }
        Ok(Err(_)) | Err(_) => {}
    }
});
