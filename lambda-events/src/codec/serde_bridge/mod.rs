//! The way in from serde and out to it. Inside there is only text.
//!
//! A model asks for its whole JSON text. `serde_json` lends it as raw text; the runtime, which has
//! the whole payload anyway, lends that; serde's buffers (`untagged`, `flatten`, tagged enums) and
//! other formats hand over what they hold, and it is printed again.
//!
//! The way out is for `serde_json` alone: another format would see the name of its raw text.

mod inward;
mod outward;

pub(crate) use inward::deserialize_leaf;
pub(crate) use inward::{deserialize_object, text};
pub(crate) use outward::{serialize_object, write_raw};

use std::{fmt, sync::OnceLock};

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// The name by which a model asks whoever has the whole text for it. Others pass the question on.
pub const WHOLE: &str = "$lambda_events::Whole";

/// The name by which `serde_json` knows that its raw text is wanted. It is not written down here:
/// `RawValue` is asked for it once.
#[inline]
fn raw() -> &'static str {
    static RAW: OnceLock<&str> = OnceLock::new();
    RAW.get_or_init(|| match <&RawValue>::deserialize(Asked) {
        Err(Name(name)) => name,
        Ok(_) => "",
    })
}

/// A deserializer that has nothing, but says by which name it was asked.
struct Asked;

#[derive(Debug)]
struct Name(&'static str);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Name {}

impl de::Error for Name {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("")
    }
}

impl<'de> Deserializer<'de> for Asked {
    type Error = Name;

    fn deserialize_any<V: de::Visitor<'de>>(self, _: V) -> Result<V::Value, Name> {
        Err(Name(""))
    }

    fn deserialize_newtype_struct<V: de::Visitor<'de>>(
        self,
        name: &'static str,
        _: V,
    ) -> Result<V::Value, Name> {
        Err(Name(name))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn serde_json_is_asked_by_the_name_that_it_knows() {
        assert_eq!(super::raw(), "$serde_json::private::RawValue");
    }
}
