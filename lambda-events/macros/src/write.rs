//! From what a struct says of itself to its code.

use proc_macro::TokenStream;

use crate::parse::{Field, Model};

pub(crate) fn model(model: Model) -> TokenStream {
    let code = code(&model);
    let has_defaults = model.fields.iter().any(|field| field.default.is_some());
    let derive = match has_defaults {
        true => "#[derive(Clone, Debug)]",
        false => "#[derive(Clone, Debug, Default)]",
    };
    let mut all: TokenStream = derive.parse().unwrap_or_default();
    all.extend(model.item);
    all.extend(code.parse::<TokenStream>());
    all
}

/// The bits of the fields of which this is true.
fn bits(fields: &[Field], is: impl Fn(&Field) -> bool) -> u64 {
    let places = fields.iter().enumerate().filter(|(_, field)| is(field));
    places.fold(0, |bits, (place, _)| bits | 1 << place)
}

fn code(model: &Model) -> String {
    let Model { name, parameters, fields, trigger, .. } = model;
    let bounds: String = parameters.iter().map(|name| format!("{name}: Field,")).collect();
    let of = match parameters.is_empty() {
        true => name.clone(),
        false => format!("{name}<{}>", parameters.join(", ")),
    };
    let all = |line: &dyn Fn(usize, &Field) -> String| -> String {
        fields.iter().enumerate().map(|(place, field)| line(place, field)).collect()
    };
    let keys = all(&|_, field| format!("{},", field.key));
    let quoted_keys = all(&|_, field| format!("concat!(\",\\\"\", {}, \"\\\":\"),", field.key));
    let required = bits(fields, |field| field.required);
    let defaulted = bits(fields, |field| field.default.is_some());
    let values = all(&|_, field| {
        let value = field.default.as_deref().unwrap_or("Default::default()");
        format!("{}: {value},", field.name)
    });
    let default = match defaulted {
        0 => String::new(),
        _ => format!(
            "impl Default for {of} {{
                fn default() -> Self {{ Self {{ {values} extra: Extra::default() }} }}
            }}"
        ),
    };
    let json_strings = bits(fields, |field| field.json_string);
    // The last one stands for every place beyond, so that there always is a field.
    let arm = |place: usize| match place + 1 == fields.len() {
        true => "_".to_owned(),
        false => place.to_string(),
    };
    let by_place = all(&|place, field| format!("{} => &self.{},", arm(place), field.name));
    let by_place_mut = all(&|place, field| format!("{} => &mut self.{},", arm(place), field.name));
    let same = all(&|_, field| format!("equal(&self.{0}, &other.{0}) && ", field.name));
    let comparable: String = parameters.iter().map(|name| format!("{name}: PartialEq,")).collect();
    // A generic model has several triggers, so it says by itself what is none of them.
    let hint = trigger.as_ref().and_then(|trigger| trigger.strip_prefix("other ="));
    let trigger = trigger.as_ref().filter(|_| hint.is_none());
    let event = match trigger {
        Some(trigger) => format!(
            "impl<{bounds}> crate::Event for {of} {{
                const TRIGGER: crate::Trigger = crate::Trigger::{trigger};
            }}"
        ),
        None => String::new(),
    };
    let other = match (trigger, hint) {
        (Some(trigger), _) => format!("Some(|text| crate::Trigger::{trigger}.other(text))"),
        (None, Some(function)) => format!("Some({function})"),
        (None, None) => "None".to_owned(),
    };
    format!(
        "const _: () = {{
            use crate::codec::{{
                ModelSchema, AnyField, Fidelity, Extra, Field, Object, Reader, Writer,
                equal, serde_bridge, error::Read, object,
            }};
            static SCHEMA: ModelSchema = ModelSchema {{
                name: \"{name}\",
                keys: &[{keys}],
                quoted_keys: &[{quoted_keys}],
                required: {required},
                json_strings: {json_strings},
                defaulted: {defaulted},
                other: {other},
            }};
            impl<{bounds}> Object for {of} {{
                fn schema(&self) -> &'static ModelSchema {{ &SCHEMA }}
                fn extra(&self) -> &Extra {{ &self.extra }}
                fn extra_mut(&mut self) -> &mut Extra {{ &mut self.extra }}
                fn field(&self, place: usize) -> &dyn AnyField {{
                    match place {{ {by_place} }}
                }}
                fn field_mut(&mut self, place: usize) -> &mut dyn AnyField {{
                    match place {{ {by_place_mut} }}
                }}
            }}
            {default}
            impl<{comparable}> PartialEq for {of} {{
                fn eq(&self, other: &Self) -> bool {{ {same} self.extra == other.extra }}
            }}
            impl<{bounds}> Field for {of} {{
                const EXPECTED: &'static str = \"{name}\";
                fn read(&mut self, reader: &mut Reader<'_>, _: bool) -> Read<Fidelity> {{
                    object::read(self, reader)
                }}
                fn write(&self, writer: &mut Writer, _: bool) {{ object::write(self, writer); }}
                fn is_empty(&self) -> bool {{ object::is_empty(self) }}
                // An object comes in its usual form, or is none.
                fn is_text(&self, _: &str, _: bool) -> bool {{ false }}
            }}
            impl<'de, {bounds}> serde::Deserialize<'de> for {of} {{
                fn deserialize<__D: serde::Deserializer<'de>>(
                    deserializer: __D,
                ) -> Result<Self, __D::Error> {{
                    serde_bridge::deserialize_object(deserializer)
                }}
            }}
            impl<{bounds}> serde::Serialize for {of} {{
                fn serialize<__S: serde::Serializer>(
                    &self,
                    serializer: __S,
                ) -> Result<__S::Ok, __S::Error> {{
                    serde_bridge::serialize_object(self, serializer)
                }}
            }}
            {event}
        }};"
    )
}
