//! Which records are written.

use ::tracing::{Metadata, Subscriber, subscriber::Interest};
use lambda_core::rt::current;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::{Context, Filter},
};

use super::settings::{Settings, info, targets};

/// The levels of the process, or those of the environment that a record is made in.
pub(super) struct Levels {
    fixed: Option<Targets>,
}

impl Levels {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { fixed: settings.fixed.as_ref().map(|fixed| fixed.targets.clone()) }
    }

    fn interest(&self, metadata: &Metadata<'_>) -> Interest {
        match &self.fixed {
            None => Interest::sometimes(),
            Some(targets) if enables(targets, metadata) => Interest::always(),
            Some(_) => Interest::never(),
        }
    }

    fn enables(&self, metadata: &Metadata<'_>) -> bool {
        match &self.fixed {
            Some(targets) => enables(targets, metadata),
            None => {
                let targets = targets(current().variables()).unwrap_or_else(|_| info());
                enables(&targets, metadata)
            }
        }
    }

    fn least(&self) -> Option<LevelFilter> {
        let targets = self.fixed.as_ref()?;
        // The least severe of all targets; the one without a name is among them.
        let named = targets.iter().map(|(_, level)| level);
        named.chain(targets.default_level()).max()
    }
}

fn enables(targets: &Targets, metadata: &Metadata<'_>) -> bool {
    targets.would_enable(metadata.target(), metadata.level())
}

impl<S: Subscriber> Layer<S> for Levels {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.interest(metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.enables(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.least()
    }
}

impl<S> Filter<S> for Levels {
    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.interest(metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.enables(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.least()
    }
}
