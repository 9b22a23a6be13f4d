//! Words of the Telemetry API: lists that the service may add to.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$docs:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A word that this version does not know.
            Other(String),
        }

        impl $name {
            /// The word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match &*word {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word),
                }
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                word.as_str().to_owned()
            }
        }
    };
}

words! {
    /// How an environment came to be.
    InitializationType {
        /// For an invocation.
        OnDemand "on-demand",
        /// Before invocations, by provisioned concurrency.
        ProvisionedConcurrency "provisioned-concurrency",
        /// From a snapshot.
        SnapStart "snap-start",
        /// On a managed instance.
        ManagedInstances "lambda-managed-instances",
    }
}

words! {
    /// In which phase the init phase ran.
    Phase {
        /// In one of its own.
        Init "init",
        /// Within an invocation, since it had failed before.
        Invoke "invoke",
        /// When the snapshot was made.
        SnapStart "snap-start",
    }
}

words! {
    /// How something ended.
    Status {
        /// Well.
        Success "success",
        /// The environment was lost.
        Failure "failure",
        /// The runtime, the handler or an extension failed.
        Error "error",
        /// The time was up.
        Timeout "timeout",
    }
}
