//! One field of a cron expression. Pure.

/// The values of a field, each a bit.
pub(super) type Values = u64;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A field: which values it may have, and their names.
#[derive(Clone, Copy)]
pub(super) struct Field {
    low: u32,
    high: u32,
    names: &'static [&'static str],
}

pub(super) const MINUTES: Field = Field { low: 0, high: 59, names: &[] };
pub(super) const HOURS: Field = Field { low: 0, high: 23, names: &[] };
pub(super) const DAYS_OF_MONTH: Field = Field { low: 1, high: 31, names: &[] };
pub(super) const MONTHS_OF_YEAR: Field = Field { low: 1, high: 12, names: &MONTHS };
/// Sunday is the first.
pub(super) const DAYS_OF_WEEK: Field = Field { low: 1, high: 7, names: &DAYS };
pub(super) const YEARS: Field = Field { low: 1970, high: 2199, names: &[] };

impl Field {
    /// Reads values and ranges, each perhaps with a step, between commas.
    pub(super) fn parse(self, text: &str) -> Option<Vec<u32>> {
        let mut values = Vec::new();
        for item in text.split(',') {
            self.item(item, &mut values)?;
        }
        values.sort_unstable();
        values.dedup();
        Some(values)
    }

    /// As bits, for fields whose values are below 64.
    pub(super) fn bits(self, text: &str) -> Option<Values> {
        self.parse(text).map(|values| values.iter().fold(0, |bits, value| bits | 1 << value))
    }

    fn item(self, item: &str, values: &mut Vec<u32>) -> Option<()> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(number(step).filter(|step| *step != 0)?)),
            None => (item, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.low, self.high),
            Some((from, to)) => (self.value(from)?, self.value(to)?),
            None => {
                let from = self.value(range)?;
                // `5/15` is from five on.
                (from, if step.is_some() { self.high } else { from })
            }
        };
        let step = usize::try_from(step.unwrap_or(1)).unwrap_or(usize::MAX);
        if from <= to {
            values.extend((from..=to).step_by(step));
        } else {
            // `20-2` is from twenty to two.
            values.extend((from..=self.high).chain(self.low..=to).step_by(step));
        }
        Some(())
    }

    /// Reads one value, which may be a name.
    pub(super) fn value(self, text: &str) -> Option<u32> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let value = match named {
            Some(at) => self.low + u32::try_from(at).ok()?,
            None => number(text)?,
        };
        (self.low..=self.high).contains(&value).then_some(value)
    }
}

pub(super) fn number(text: &str) -> Option<u32> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten()
}
