//! A deserializer that lends the whole text of a payload to a type that asks for it: the models of
//! lambda-events check it themselves, so that it is gone over once. Any other type is read by
//! `serde_json`.

use serde::{
    Deserializer,
    de::{DeserializeOwned, Visitor},
};
use serde_json::{Error, de::SliceRead};

/// The name by which a type asks; a test pins that lambda-events asks by it.
pub(super) const WHOLE: &str = "$lambda_events::Whole";

/// Reads a whole payload.
#[inline]
pub(super) fn read<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_slice(payload);
    let mut lent = false;
    let value = T::deserialize(Whole { payload, lent: &mut lent, json: &mut json })?;
    if !lent {
        json.end()?;
    }
    Ok(value)
}

struct Whole<'a, 'de> {
    payload: &'de [u8],
    lent: &'a mut bool,
    json: &'a mut serde_json::Deserializer<SliceRead<'de>>,
}

macro_rules! forward {
    ($($method:ident ($($name:ident: $type:ty),*);)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(
            self,
            $($name: $type,)*
            visitor: V,
        ) -> Result<V::Value, Error> {
            self.json.$method($($name,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Whole<'_, 'de> {
    type Error = Error;

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == WHOLE {
            // What is no text is left to `serde_json`, which says where.
            if let Ok(text) = std::str::from_utf8(self.payload) {
                *self.lent = true;
                return visitor.visit_borrowed_str(text);
            }
        }
        self.json.deserialize_newtype_struct(name, visitor)
    }

    forward! {
        deserialize_any(); deserialize_bool(); deserialize_i8(); deserialize_i16();
        deserialize_i32(); deserialize_i64(); deserialize_i128(); deserialize_u8();
        deserialize_u16(); deserialize_u32(); deserialize_u64(); deserialize_u128();
        deserialize_f32(); deserialize_f64(); deserialize_char(); deserialize_str();
        deserialize_string(); deserialize_bytes(); deserialize_byte_buf(); deserialize_option();
        deserialize_unit(); deserialize_seq(); deserialize_map(); deserialize_identifier();
        deserialize_ignored_any(); deserialize_unit_struct(name: &'static str);
        deserialize_tuple(len: usize); deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn lambda_events_asks_by_the_same_name() {
        assert_eq!(super::WHOLE, lambda_events::private::WHOLE);
    }
}
