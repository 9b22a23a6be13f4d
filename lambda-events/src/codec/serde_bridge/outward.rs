//! From text to a serializer.

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeStruct},
};

use super::raw;
use crate::codec::{Object, Writer, object};

/// `Serialize` of every model: a map of raw texts, since one raw text would break `flatten` and
/// tagged enums.
///
/// # Errors
///
/// Those of the serializer.
pub(crate) fn serialize_object<S: Serializer>(
    object: &dyn Object,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let (schema, extra) = (object.schema(), object.extra());
    let mut map = serializer.serialize_map(None)?;
    let mut writer = Writer::with_capacity(1024);
    for (place, key) in schema.keys.iter().enumerate() {
        writer.clear();
        if object::write_field(object, schema, extra, place, &mut writer) {
            // Past the key, its two quotes and its colon.
            let value = writer.as_str().get(key.len() + 3..).unwrap_or_default();
            map.serialize_entry(key, &Raw(value))?;
        }
    }
    for (key, json) in extra.unknown() {
        map.serialize_entry(key, &Raw(json.as_str()))?;
    }
    map.end()
}

/// Writes a text that is JSON.
pub(crate) fn write_raw<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = serializer.serialize_struct(raw(), 1)?;
    text.serialize_field(raw(), json)?;
    text.end()
}

struct Raw<'a>(&'a str);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_raw(self.0, serializer)
    }
}
