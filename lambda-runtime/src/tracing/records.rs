//! Writes records to the log of the environment in which they were made.

use std::cell::RefCell;

use ::tracing::{
    Event, Subscriber,
    span::{Attributes, Id, Record},
};
use lambda_core::{
    Environment,
    rt::{CurrentInvocation, current, simulated},
};
use tracing_subscriber::{
    Layer,
    layer::Context,
    registry::{LookupSpan, Scope},
};

use super::{
    cut::cut,
    fields::Fields,
    invocation_span::is_invocation,
    line::{self, Line},
    settings::{Fixed, Settings},
};

/// Writes records.
pub(super) struct Records {
    fixed: Option<Fixed>,
}

/// What the span of an invocation keeps, for code that left its environment.
struct Origin {
    environment: Option<Environment>,
    invocation: Option<CurrentInvocation>,
}

/// What a line is written in, kept by each thread.
#[derive(Default)]
struct Buffers {
    fields: Fields,
    line: Vec<u8>,
    names: Vec<&'static str>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

impl Records {
    pub(super) fn new(settings: Settings) -> Self {
        Self { fixed: settings.fixed }
    }

    /// Returns the environment whose code runs.
    fn environment(&self) -> Environment {
        match &self.fixed {
            Some(fixed) => fixed.environment.clone(),
            None => current(),
        }
    }

    fn write<S>(&self, event: &Event<'_>, context: &Context<'_, S>, buffers: &mut Buffers)
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let scope = || context.event_scope(event);
        let origin = (self.fixed.is_none()).then(|| origin(scope())).flatten();
        let (environment, invocation) = match origin {
            Some(Origin { environment: Some(environment), invocation }) => {
                (environment, invocation)
            }
            _ => {
                let environment = self.environment();
                let invocation = environment.invocation();
                (environment, invocation)
            }
        };
        let format = match &self.fixed {
            Some(fixed) => fixed.format,
            None => environment.variables().log_format(),
        };
        let Buffers { fields, line, names } = buffers;
        fields.clear();
        line.clear();
        names.clear();
        event.record(fields);
        let begun = Line {
            format,
            time: environment.now(),
            metadata: event.metadata(),
            invocation: invocation.as_ref(),
            fields,
        };
        begun.begin(line);
        names.extend(fields.iter().map(|(name, _)| name));
        for span in scope().into_iter().flatten() {
            let extensions = span.extensions();
            for (name, value) in extensions.get::<Fields>().into_iter().flat_map(Fields::iter) {
                if !names.contains(&name) {
                    names.push(name);
                    line::add(format, line, name, value);
                }
            }
        }
        line::end(format, line);
        let text = String::from_utf8_lossy(line);
        environment.log(&cut(&text, format));
    }
}

/// Returns what the span of the invocation around a record knows.
fn origin<S>(scope: Option<Scope<'_, S>>) -> Option<Origin>
where
    S: for<'span> LookupSpan<'span>,
{
    scope?.find_map(|span| {
        let extensions = span.extensions();
        let Origin { environment, invocation } = extensions.get()?;
        Some(Origin { environment: environment.clone(), invocation: invocation.clone() })
    })
}

impl<S> Layer<S> for Records
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if is_invocation(attributes.metadata()) {
            // Its fields are those of the invocation, which a record has by itself.
            let environment = simulated();
            let invocation = self.environment().invocation();
            span.extensions_mut().insert(Origin { environment, invocation });
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut newer = Fields::default();
        values.record(&mut newer);
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            fields.update(newer);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        BUFFERS.with(|buffers| match buffers.try_borrow_mut() {
            Ok(mut buffers) => {
                self.write(event, &context, &mut buffers);
                buffers.line.shrink_to(KEPT);
            }
            // A field that makes a record while it is written.
            Err(_) => self.write(event, &context, &mut Buffers::default()),
        });
    }
}

/// How much of a long line's memory is kept for the next one.
const KEPT: usize = 16 * 1024;
