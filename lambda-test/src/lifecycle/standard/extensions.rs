//! What extensions call.

use std::sync::Arc;

use super::{Engine, Phase};
use crate::{
    kernel::{
        ApiCall, ExtensionEvent, ExtensionStatus, ProcessRole, RecordKind, RegisterRequest,
        SubscribeRequest,
    },
    lifecycle::{CallId, Effect, Extension, ExtensionState, Reply},
};

/// "Extension limit (10) reached."
pub(super) const MOST: usize = 10;

impl Engine {
    /// Who makes a call: an extension may be a part of the runtime's process.
    pub(crate) fn caller(&self, process: &ProcessRole, call: &ApiCall) -> ProcessRole {
        match call {
            ApiCall::Register(registration) => match &registration.name {
                Some(name) => ProcessRole::Extension(name.clone()),
                None => process.clone(),
            },
            ApiCall::Subscribe(subscribing) => self.registered_or(&subscribing.identifier, process),
            ApiCall::NextEvent { identifier }
            | ApiCall::ExtensionInitError { identifier, .. }
            | ApiCall::ExtensionExitError { identifier, .. } => {
                self.registered_or(identifier, process)
            }
            _ => process.clone(),
        }
    }

    fn registered_or(&self, identifier: &Option<Arc<str>>, process: &ProcessRole) -> ProcessRole {
        let mut extensions = self.extensions.iter();
        extensions
            .find(|extension| identifier.is_some() && extension.identifier == *identifier)
            .map_or_else(|| process.clone(), Extension::role)
    }

    /// A call of the Extensions API.
    pub(super) fn extension_call(&mut self, id: CallId, call: ApiCall) {
        let reply = match call {
            ApiCall::Register(registration) => Some(self.register(&registration)),
            ApiCall::NextEvent { identifier } => {
                let unknown = |id: &str| format!("Unknown extension {id}");
                match self.registered(identifier.as_ref(), unknown) {
                    Ok(at) => self.next_event(id, at),
                    Err(refusal) => Some(refusal),
                }
            }
            ApiCall::Subscribe(subscribing) => {
                let known = self.registered(subscribing.identifier.as_ref(), unknown);
                Some(known.map_or_else(|refusal| refusal, |at| self.subscribe(at, *subscribing)))
            }
            ApiCall::ExtensionInitError { identifier, error_type } => {
                let known = self.registered(identifier.as_ref(), unknown);
                Some(known.map_or_else(|refusal| refusal, |at| self.init_failed_of(at, error_type)))
            }
            ApiCall::ExtensionExitError { identifier, error_type } => {
                let known = self.registered(identifier.as_ref(), unknown);
                Some(known.map_or_else(|refusal| refusal, |at| self.exit_failed_of(at, error_type)))
            }
            _ => None,
        };
        if let Some(reply) = reply {
            self.push(Effect::Reply(id, reply));
        }
        self.settle();
    }

    fn register(&mut self, registration: &RegisterRequest) -> Reply {
        let RegisterRequest { name, events, account_id, identifier } = registration;
        let Some(name) = name.as_ref().filter(|name| !name.is_empty()) else {
            return refused("Extension.InvalidExtensionName", "Empty extension name");
        };
        let events = match events {
            Ok(events) => events,
            Err(error) => return refused("InvalidRequestFormat", error),
        };
        let at = self.extensions.iter().position(|extension| extension.name == *name);
        let is_external = at.is_some_and(|at| self.extensions[at].external);
        if !is_external {
            self.note_unexpected_name(name);
            if self.registration_closed {
                let message = "Extension registration closed already";
                return refused("Extension.RegistrationClosed", message);
            }
            if at.is_some() {
                let message = "Extension with this name already registered";
                return refused("Extension.InvalidExtensionState", message);
            }
            if self.extensions.len() == MOST {
                return refused("Extension.TooManyExtensions", "Extension limit (10) reached");
            }
        }
        for event in events {
            let wrong = match &**event {
                "INVOKE" => continue,
                "SHUTDOWN" if is_external => continue,
                "SHUTDOWN" => "ShutdownEventNotSupportedForInternalExtension",
                _ => "ErrorInvalidEventType",
            };
            return refused("Extension.InvalidEventType", &format!("{event}: {wrong}"));
        }
        let at = at.unwrap_or_else(|| {
            self.extensions.push(Extension::internal(name.clone()));
            self.extensions.len() - 1
        });
        let extension = &mut self.extensions[at];
        if extension.state != ExtensionState::Started {
            return extension.refuse("Registered");
        }
        extension.state = ExtensionState::Registered;
        extension.identifier = Some(identifier.clone());
        extension.invoke = events.iter().any(|event| &**event == "INVOKE");
        extension.shutdown = events.iter().any(|event| &**event == "SHUTDOWN");
        Reply::Registered { identifier: identifier.clone(), account_id: *account_id }
    }

    /// No internal extension registers before all external ones have: the function has not started yet.
    fn note_unexpected_name(&mut self, name: &Arc<str>) {
        let missing = self.extensions.iter().filter(|it| it.state == ExtensionState::Started);
        let expected: Vec<Arc<str>> = missing.map(|extension| extension.name.clone()).collect();
        if !expected.is_empty() {
            let role = ProcessRole::Extension(name.clone());
            let kind = RecordKind::UnexpectedName { registered: name.clone(), expected };
            self.push(Effect::Record(Some(role), None, kind));
        }
    }

    /// Which extension has this identifier.
    fn registered(
        &self,
        identifier: Option<&Arc<str>>,
        unknown: impl Fn(&str) -> String,
    ) -> Result<usize, Reply> {
        let Some(identifier) = identifier.filter(|identifier| !identifier.is_empty()) else {
            let message = "Missing Lambda-Extension-Identifier header";
            return Err(refused("Extension.MissingExtensionIdentifier", message));
        };
        if !is_uuid(identifier) {
            let message = "Invalid Lambda-Extension-Identifier";
            return Err(refused("Extension.InvalidExtensionIdentifier", message));
        }
        let at = self
            .extensions
            .iter()
            .position(|extension| extension.identifier.as_ref() == Some(identifier));
        at.ok_or_else(|| refused("Extension.UnknownExtensionIdentifier", &unknown(identifier)))
    }

    fn next_event(&mut self, id: CallId, at: usize) -> Option<Reply> {
        let extension = &mut self.extensions[at];
        match extension.state {
            ExtensionState::Registered | ExtensionState::Running => {}
            _ => return Some(extension.refuse("Ready")),
        }
        extension.state = ExtensionState::Ready;
        extension.waiting = Some(id);
        if let Phase::Stopping(stopping) = &self.phase {
            if stopping.runtime_is_gone && !stopping.flushing && extension.external {
                self.tell_shutdown(at);
            }
        }
        None
    }

    fn subscribe(&mut self, at: usize, subscribing: SubscribeRequest) -> Reply {
        if !self.accepts_subscriptions() {
            return refused("Telemetry.SubscriptionClosed", "Telemetry API subscription is closed");
        }
        let wanted = match subscribing.wanted {
            Ok(wanted) => wanted,
            Err(message) => {
                return Reply::Refused(400, "ValidationError", message.to_string());
            }
        };
        let extension = &mut self.extensions[at];
        if std::mem::replace(&mut extension.subscribed, true) {
            return Reply::Refused(500, "InternalServerError", "Internal Server Error".to_owned());
        }
        let role = extension.role();
        let kind = RecordKind::Subscribed(wanted.types.clone());
        self.push(Effect::Subscribe(role.clone(), wanted));
        self.push(Effect::Record(Some(role), self.in_flight().cloned(), kind));
        Reply::Subscribed
    }

    fn init_failed_of(&mut self, at: usize, error_type: Option<Arc<str>>) -> Reply {
        use ExtensionState as S;
        self.fatal(
            at,
            error_type,
            "Extension.InitError",
            S::InitError,
            &[S::Registered, S::InitError],
        )
    }

    fn exit_failed_of(&mut self, at: usize, error_type: Option<Arc<str>>) -> Reply {
        use ExtensionState as S;
        let allowed = [S::Registered, S::Ready, S::Running, S::ExitError];
        self.fatal(at, error_type, "Extension.ExitError", S::ExitError, &allowed)
    }

    /// "It records the first fatal error of the environment; the phase itself is cut short only when the
    /// extension process exits or time runs out."
    fn fatal(
        &mut self,
        at: usize,
        error_type: Option<Arc<str>>,
        reported: &'static str,
        state: ExtensionState,
        allowed: &[ExtensionState],
    ) -> Reply {
        let extension = &mut self.extensions[at];
        if error_type.is_none_or(|error_type| error_type.is_empty()) {
            let message = "Lambda-Extension-Function-Error-Type not found";
            return refused("Extension.MissingHeader", message);
        }
        if !allowed.contains(&extension.state) {
            // "The target is printed as `Exited`."
            let exits = state == ExtensionState::ExitError;
            return extension.refuse(if exits { "Exited" } else { state.name() });
        }
        extension.state = state;
        extension.reported.get_or_insert(reported);
        Reply::Accepted
    }

    /// Says where each stands at the end of an init phase.
    pub(super) fn note_extensions(&mut self) {
        for extension in &self.extensions {
            let events = [(extension.invoke, "INVOKE"), (extension.shutdown, "SHUTDOWN")];
            let told = events.iter().filter(|(told, _)| *told).map(|(_, event)| *event);
            let kind = RecordKind::ExtensionState(Box::new(ExtensionStatus {
                state: extension.state.name(),
                events: told.collect(),
                error_type: extension.reported,
            }));
            let request_id = self.in_flight().cloned();
            self.effects.push(Effect::Record(Some(extension.role()), request_id, kind));
        }
    }

    /// Tells extensions of the invocation that begins.
    pub(super) fn tell_invoke(&mut self) {
        for at in 0..self.extensions.len() {
            let extension = &mut self.extensions[at];
            if !extension.invoke {
                continue;
            }
            extension.state = ExtensionState::Running;
            let (role, waiting) = (extension.role(), extension.waiting.take());
            let Phase::Invoke(current) = &self.phase else { return };
            let event = Reply::InvokeEvent(current.dispatch.clone(), current.deadline);
            self.push(Effect::Record(
                Some(role),
                self.in_flight().cloned(),
                RecordKind::Told(ExtensionEvent::Invoke),
            ));
            self.effects.extend(waiting.map(|call| Effect::Reply(call, event)));
        }
    }
}

/// What calls other than `event/next` say.
fn unknown(_: &str) -> String {
    "Unknown Lambda-Extension-Identifier".to_owned()
}

fn refused(error_type: &'static str, message: &str) -> Reply {
    Reply::Refused(403, error_type, message.to_owned())
}

/// Five groups of hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
