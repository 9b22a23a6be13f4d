//! What an error says, and what it comes from. Errors are written by hand: what derives them
//! costs as much to compile as the models of the default features.

/// An error that says this.
macro_rules! impl_display {
    ($error:ty, |$it:pat_param, $f:ident| $says:expr) => {
        impl std::fmt::Display for $error {
            fn fmt(&self, $f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let $it = self;
                $says
            }
        }
    };
}

/// Makes an error of what it comes from.
#[allow(unused_macros, reason = "only some triggers have errors")]
macro_rules! impl_from {
    ($error:ident::$variant:ident($source:ty)) => {
        impl From<$source> for $error {
            fn from(error: $source) -> Self {
                Self::$variant(error)
            }
        }
    };
}
