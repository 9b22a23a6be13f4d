//! What the runtime calls, and the bodies of its posts.

use super::{Engine, Phase};
use crate::{
    kernel::{ApiCall, RecordKind, ResponseMode},
    lifecycle::{Body, CallId, Effect, Failure, Reply, RuntimeState, failure::normalised},
};

impl Engine {
    pub(super) fn call(&mut self, id: CallId, call: ApiCall) {
        use RuntimeState as S;
        // "The id check (400) precedes the state check (403) on `response` and `error`."
        if let ApiCall::Response { request_id, .. } | ApiCall::Error { request_id, .. } = &call {
            if !self.is_current(request_id) {
                let message = "Invalid request ID".to_owned();
                self.push(Effect::Reply(id, Reply::Refused(400, "InvalidRequestID", message)));
                return;
            }
        }
        match (&call, self.runtime) {
            (ApiCall::Next, S::Started | S::Ready | S::ResponseSent) => self.next(id),
            // "200 with the same invocation again. Not an error."
            (ApiCall::Next, S::Running) => {
                if let Phase::Invoke(current) = &self.phase {
                    let event = current.event();
                    self.push(Effect::Reply(id, event));
                }
            }
            (ApiCall::Response { mode: ResponseMode::Unknown(_), .. }, S::Running) => {
                // "In standard core the runtime is then stuck until the timeout."
                self.runtime = S::InvocationResponse;
                let message = "Invalid function response mode".to_owned();
                let refusal = Reply::Refused(400, "InvalidFunctionResponseMode", message);
                self.push(Effect::Reply(id, refusal));
                self.respond(Err(Failure::invalid_mode()));
            }
            (ApiCall::Response { .. }, S::Running) => {
                self.begin_upload(id, call, S::InvocationResponse);
            }
            (ApiCall::Error { .. }, S::Running) => {
                self.begin_upload(id, call, S::InvocationErrorResponse);
            }
            (ApiCall::InitError { .. }, S::Started) => self.begin_upload(id, call, S::InitError),
            // "Standard core keeps it waiting until that upload ends, then 403."
            (ApiCall::Response { .. } | ApiCall::Error { .. }, S::InvocationResponse)
                if self.upload.is_some() =>
            {
                self.queued.push((id, call));
            }
            (_, state) => self.push(Effect::Reply(id, state.refuse(&call))),
        }
    }

    fn is_current(&self, request_id: &str) -> bool {
        let handed_out = matches!(
            self.runtime,
            RuntimeState::Running
                | RuntimeState::InvocationResponse
                | RuntimeState::InvocationErrorResponse
                | RuntimeState::ResponseSent
        );
        match &self.phase {
            Phase::Invoke(current) => handed_out && &**current.request_id() == request_id,
            _ => false,
        }
    }

    fn next(&mut self, id: CallId) {
        let before = std::mem::replace(&mut self.runtime, RuntimeState::Ready);
        self.registration_closed = true;
        if before == RuntimeState::ResponseSent && self.records_telemetry() {
            self.note_runtime_done();
        }
        self.waiting.push_back(id);
        // An init phase, also one within an invocation, is done, or the previous invocation is over. A
        // second `next` while idle hangs on beside the first.
        self.settle();
    }

    fn note_runtime_done(&mut self) {
        let Phase::Invoke(current) = &self.phase else { return };
        if let Some((responded_after, result)) = current.responded() {
            self.note(RecordKind::RuntimeDone { responded_after, result });
        }
    }

    fn begin_upload(&mut self, id: CallId, call: ApiCall, state: RuntimeState) {
        self.runtime = state;
        self.upload = Some((id, call));
        self.push(Effect::Reply(id, Reply::ReadBody));
    }

    pub(super) fn body(&mut self, id: CallId, body: Body) {
        let Some((_, call)) = self.upload.take_if(|(upload, _)| *upload == id) else {
            // Its process is gone, and with it the invocation.
            return;
        };
        let (reply, response) = match (&call, body) {
            (_, Body::Truncated) => {
                let message = "HTTP request detected as truncated".to_owned();
                let refusal = Reply::Refused(400, "TruncatedHTTPRequest", message);
                (refusal, Err(Failure::truncated()))
            }
            (_, Body::TooLarge) => {
                let message = "Exceeded maximum allowed payload size (6291556 bytes).".to_owned();
                let refusal = Reply::Refused(413, "RequestEntityTooLarge", message);
                (refusal, Err(Failure::too_large()))
            }
            (
                ApiCall::Error { error_type, .. } | ApiCall::InitError { error_type },
                Body::Whole { payload, cause, .. },
            ) => {
                let error_type = normalised(error_type.as_deref());
                (Reply::Accepted, Err(Failure::posted(error_type, payload, cause)))
            }
            (_, Body::Whole { length, .. }) => (Reply::Accepted, Ok(length)),
            (_, Body::Failed { error_type, object }) => {
                (Reply::Accepted, Err(Failure::in_trailers(error_type, object)))
            }
        };
        self.push(Effect::Reply(id, reply));
        if let ApiCall::InitError { .. } = call {
            // "The post alone does not end the init phase." In an init phase inside an invocation
            // it is the caller's answer.
            self.init_error = response.as_ref().err().cloned();
            self.respond(response);
            return;
        }
        self.runtime = RuntimeState::ResponseSent;
        self.respond(response);
        for (id, call) in std::mem::take(&mut self.queued) {
            let refusal = self.runtime.refuse(&call);
            self.push(Effect::Reply(id, refusal));
        }
    }
}
