//! How an event is read and written without losing or altering anything.
//!
//! ```text
//! bytes ─▶ door ─▶ text ─▶ Reader ─▶ object::read ─▶ Field::read of each kind ─▶ a model
//!                                         │ what is odd, unknown, null, absent
//!                                         ▼
//!                                       Extra
//! bytes ◀─ door ◀─ text ◀─ Writer ◀─ object::write ◀─ Field::write ◀──────────── a model
//! ```
//!
//! One rule covers every odd form. A value comes [`Fidelity::Canonical`]: writing it gives this text again,
//! and nothing is kept; [`Fidelity::NonCanonical`]: another form of a value that fits, such as a number for
//! text; or [`Fidelity::Unrepresentable`]: the type cannot hold it, and the field stays empty. Of the last two
//! the text is noted in [`Extra`], and on writing a noted text is used if reading it again gives
//! the present value. So kinds need no memory of their own, fields stay plain types, and what a
//! program changes wins.

pub(crate) mod error;
mod extra;
mod field;
pub(crate) mod kinds;
pub(crate) mod object;
mod reader;
pub(crate) mod serde_bridge;
mod writer;

pub use extra::Extra;
pub(crate) use field::{AnyField, equal};
pub use field::{Fidelity, Field, WhenEmpty};
pub use kinds::{
    Attribute, Base64, ByteList, EventList, Headers, Json, Map, Millis, MultiHeaders, NotANumber,
    NotJson, Number, RawJson, Seconds, StringMap,
};
pub(crate) use object::{ModelSchema, Object};
pub use reader::Reader;
pub use writer::Writer;
