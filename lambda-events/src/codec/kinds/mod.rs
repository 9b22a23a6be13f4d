//! The kinds of fields, a file each, and in each its four tests: the exact form, null, absent, odd
//! forms.

mod attribute;
mod base64;
mod byte_list;
mod event_list;
mod headers;
mod json;
mod list;
mod map;
mod not_json;
mod number;
mod option;
mod raw;
mod scalar;
mod string_map;
mod text;
mod time;
mod words;

pub use attribute::Attribute;
pub use base64::Base64;
#[allow(unused_imports, reason = "some features have no bodies")]
pub(crate) use base64::{decode_base64, encode_base64};
pub use byte_list::ByteList;
pub use event_list::EventList;
pub use headers::{Headers, MultiHeaders};
pub use json::Json;
pub use map::Map;
pub use not_json::NotJson;
pub use number::{NotANumber, Number};
pub use raw::RawJson;
pub use string_map::StringMap;
pub use time::{Millis, Seconds};
#[allow(unused_imports, reason = "some features have no words")]
pub(crate) use words::{read_word, words};

/// Serde for kinds that are no models, so that they stand in other types too.
macro_rules! leaf {
    ($name:ident $(<$parameter:ident>)?) => {
        impl<'de, $($parameter: $crate::codec::Field)?> serde::Deserialize<'de> for $name $(<$parameter>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::serde_bridge::deserialize_leaf(deserializer)
            }
        }

        impl $(<$parameter: $crate::codec::Field>)? serde::Serialize for $name $(<$parameter>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut writer = $crate::codec::Writer::default();
                $crate::codec::Field::write(self, &mut writer, false);
                $crate::codec::serde_bridge::write_raw(writer.as_str(), serializer)
            }
        }
    };
}
pub(crate) use leaf;

#[cfg(test)]
mod check;
