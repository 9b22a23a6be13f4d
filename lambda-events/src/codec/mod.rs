//! How an event is read and written without losing or altering anything.

mod extra;
mod field;
mod json;
mod keys;
mod map;
#[macro_use]
mod model;

pub use extra::Extra;
pub(crate) use extra::{bit, holds};
pub(crate) use field::{Came, Field, NotText, Plain};
pub use json::Json;
pub(crate) use keys::{Key, Keys};
pub use map::Map;
