//! Types that only stand in the type parameter `Marker` of a trait, so that the compiler can tell its
//! implementations apart. They are inferred and never named by a program.

pub use crate::{
    diagnostic::ByError,
    entry::{ByApp, ByHandler, ByRuntime, LookedAt},
    handler::{ByLambdaEvent, ByService, Served},
};
