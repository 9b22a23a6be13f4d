//! From what a struct says of itself to its code.

use proc_macro::TokenStream;

use crate::parse::{Field, Model};

pub(crate) fn model(model: Model) -> TokenStream {
    let code = code(&model);
    let derive = "#[derive(Clone, Debug, Default, PartialEq)]";
    let mut all: TokenStream = derive.parse().unwrap_or_default();
    all.extend(model.item);
    all.extend(code.parse::<TokenStream>());
    all
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
    let required = fields
        .iter()
        .enumerate()
        .fold(0u64, |bits, (place, field)| bits | u64::from(field.required) << place);
    let fills = all(&|place, field| {
        format!("{place} => fill(&mut self.{}, {}, reader),", field.name, field.json_string)
    });
    let asks = all(&|place, field| {
        format!("{place} => ask(&self.{}, {}, question),", field.name, field.json_string)
    });
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
                ModelSchema, Ask, Fidelity, Extra, Field, Object, Reader, Writer,
                ask, serde_bridge, error::Read, fill, object,
            }};
            static SCHEMA: ModelSchema = ModelSchema {{
                name: \"{name}\",
                keys: &[{keys}],
                quoted_keys: &[{quoted_keys}],
                required: {required},
                other: {other},
            }};
            impl<{bounds}> Object for {of} {{
                fn schema(&self) -> &'static ModelSchema {{ &SCHEMA }}
                fn extra(&self) -> &Extra {{ &self.extra }}
                fn extra_mut(&mut self) -> &mut Extra {{ &mut self.extra }}
                fn fill(&mut self, place: usize, reader: Option<&mut Reader<'_>>) -> Read<Fidelity> {{
                    match place {{ {fills} _ => Ok(Fidelity::Unrepresentable) }}
                }}
                fn ask(&self, place: usize, question: Ask<'_>) -> bool {{
                    match place {{ {asks} _ => false }}
                }}
            }}
            impl<{bounds}> Field for {of} {{
                const EXPECTED: &'static str = \"{name}\";
                fn read(&mut self, reader: &mut Reader<'_>, _: bool) -> Read<Fidelity> {{
                    object::read(self, reader)
                }}
                fn write(&self, writer: &mut Writer, _: bool) {{ object::write(self, writer); }}
                fn is_empty(&self) -> bool {{ object::is_empty(self) }}
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
