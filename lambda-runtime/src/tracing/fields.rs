//! Fields of a record or a span, each written as JSON once.

use std::{error::Error, fmt};

use ::tracing::field::{Field, Visit};
use lambda_core::{Chain, error_type};
use serde::{Serialize, Serializer};

/// Fields by name, in the order in which they were recorded.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Their values, one behind the other.
    values: Vec<u8>,
    /// Their names, and where their values end.
    ends: Vec<(&'static str, usize)>,
    /// The message, as it is.
    pub(super) message: String,
}

impl Fields {
    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.ends.clear();
        self.message.clear();
    }

    /// Records values again: the last one counts.
    pub(super) fn update(&mut self, mut newer: Fields) {
        for (name, value) in self.iter() {
            if !newer.ends.iter().any(|(known, _)| *known == name) {
                newer.values.extend_from_slice(value);
                newer.ends.push((name, newer.values.len()));
            }
        }
        *self = newer;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let mut begin = 0;
        self.ends.iter().map(move |(name, end)| {
            let value = &self.values[begin..*end];
            begin = *end;
            (*name, value)
        })
    }

    fn add(&mut self, name: &'static str, value: &impl Serialize) {
        // What of it was written before an error goes.
        let length = self.values.len();
        if serde_json::to_writer(&mut self.values, value).is_err() {
            self.values.truncate(length);
            self.values.extend_from_slice(br#""(not a value of JSON)""#);
        }
        self.ends.push((name, self.values.len()));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field.name(), &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field.name(), &value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.add(field.name(), &value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.add(field.name(), &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            name => self.add(name, &value),
        }
    }

    /// By the names of AWS's runtimes where it is the error of the record.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if matches!(field.name(), "error" | "err") {
            let report = error_type::report_dyn(value);
            self.add("errorType", &report.error_type);
            self.add("errorMessage", &report.error_message);
            self.add("stackTrace", &report.stack_trace);
        } else {
            self.add(field.name(), &Text(format_args!("{}", Chain(value))));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => {
                // A text takes all that is written to it.
                let _ = fmt::Write::write_fmt(&mut self.message, format_args!("{value:?}"));
            }
            name => self.add(name, &Text(format_args!("{value:?}"))),
        }
    }
}

/// A string of JSON, written without one in between.
struct Text<'a>(fmt::Arguments<'a>);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
