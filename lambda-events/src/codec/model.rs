//! The macro behind every type that models an object.

/// Writes a type that models an object, its reading and its writing.
///
/// Each field says its Rust name, its type, the key in JSON, and `promised` when AWS promises it:
/// an object without it is refused. An `Option` is absent when the key is; any other type has its
/// default then. Null reads as absent. Whatever else the object holds is kept in `extra`, and the
/// object is written back as it came.
macro_rules! model {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $( $(#[$field_attribute:meta])* $field:ident: $type:ty = $key:literal $($promised:ident)?, )*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $( $(#[$field_attribute])* pub $field: $type, )*
            /// What the object holds besides, kept as it came.
            pub extra: $crate::Extra,
        }

        const _: () = {
            use $crate::codec::{Came, Field, Key, Keys, Plain, bit, holds};

            const KEYS: &[&str] = &[$($key),*];

            #[allow(non_camel_case_types, reason = "named as the fields are")]
            enum Place { $($field),* }

            /// The fields that must come.
            const PROMISED: u64 = 0 $( $( | { let _ = stringify!($promised); bit(Place::$field as usize) } )? )*;

            /// The fields that are written even when they are empty.
            const WRITTEN: u64 = 0 $( | if <$type as Field>::OPTIONAL { 0 } else { bit(Place::$field as usize) } )*;

            struct Visitor;

            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = $name;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(stringify!($name))
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                    let mut model = $name::default();
                    let mut seen = 0;
                    while let Some(key) = map.next_key_seed(Keys(KEYS))? {
                        let place = match key {
                            Key::Known(place) => place,
                            Key::Unknown(key) => {
                                model.extra.push(key, map.next_value()?);
                                continue;
                            }
                        };
                        let came = match place {
                            $( place if place == Place::$field as usize => {
                                Field::read(&mut model.$field, &mut map)?
                            } )*
                            _ => continue,
                        };
                        // A promise is not kept by null.
                        if !holds(PROMISED, place) || matches!(came, Came::Plain | Came::Unquoted) {
                            seen |= bit(place);
                        }
                        model.extra.came(place, came);
                    }
                    let missing = PROMISED & !seen;
                    if missing != 0 {
                        let place = missing.trailing_zeros() as usize;
                        return Err(serde::de::Error::missing_field(KEYS[place]));
                    }
                    model.extra.were_absent(WRITTEN & !seen);
                    Ok(model)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(Visitor)
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap as _;
                    let mut map = serializer.serialize_map(None)?;
                    $(
                        let place = Place::$field as usize;
                        let empty = Field::is_empty(&self.$field);
                        if empty && self.extra.was_null(place) {
                            map.serialize_entry($key, &())?;
                        } else if !empty || !<$type as Field>::OPTIONAL && !self.extra.was_absent(place) {
                            Field::write(&self.$field, $key, self.extra.was_unquoted(place), &mut map)?;
                        }
                    )*
                    self.extra.write(&mut map)?;
                    map.end()
                }
            }

            impl Plain for $name {}
            impl $crate::codec::NotText for $name {}
        };
    };
}
