//! When schedules are due: rates, cron expressions and single times, in a time zone.
//!
//! Source: Amazon EventBridge user guide, "Cron expressions reference" and "Rate expressions reference"; EventBridge
//! Scheduler user guide, "Schedule types in EventBridge Scheduler".

mod cron;
mod cron_field;
mod driver;
mod scheduler;

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

use self::cron::Cron;
pub(super) use self::driver::drive_rule;
pub use self::scheduler::{Schedule, ScheduleBuilder};
use crate::service::ServiceError;

/// A schedule expression: `rate(5 minutes)`, `cron(0 10 * * ? *)`, or with EventBridge Scheduler `at(2026-11-20T13:00:00)`.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use lambda_test::ScheduleExpression;
///
/// // The first of January 2026.
/// let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
/// let daily = ScheduleExpression::of_scheduler("cron(0 10 * * ? *)")?.in_time_zone("Europe/Berlin")?;
/// let first = daily.occurrences(begin).next().expect("it is due every day");
/// // Ten in Berlin is nine in UTC.
/// assert_eq!(first, begin + Duration::from_secs(9 * 3600));
/// # Ok::<(), lambda_test::ServiceError>(())
/// ```
///
/// Where clocks are put forward, a time that does not exist is left out; where they are put back, a time that comes twice is
/// due once. A rate is so many seconds, whatever clocks do.
#[derive(Clone, Debug)]
pub struct ScheduleExpression {
    when: When,
    zone: TimeZone,
    text: String,
}

#[derive(Clone, Debug)]
enum When {
    Rate(Duration),
    Cron(Box<Cron>),
    At(DateTime),
}

impl ScheduleExpression {
    /// Reads the expression of a rule, which is in UTC.
    ///
    /// # Errors
    ///
    /// `ValidationException`, in the words of EventBridge.
    pub fn of_rule(text: &str) -> Result<Self, ServiceError> {
        let when = match text.strip_prefix("rate(") {
            Some(rest) => rate(rest, true).map(When::Rate),
            None => cron(text),
        };
        Self::new(when, text, "Parameter ScheduleExpression is not valid.".to_owned())
    }

    /// Reads the expression of EventBridge Scheduler, in UTC unless [`in_time_zone`](Self::in_time_zone) is called.
    ///
    /// # Errors
    ///
    /// `ValidationException`, in the words of EventBridge Scheduler.
    pub fn of_scheduler(text: &str) -> Result<Self, ServiceError> {
        let when = if let Some(rest) = text.strip_prefix("rate(") {
            rate(rest, false).map(When::Rate)
        } else if let Some(rest) = text.strip_prefix("at(") {
            at(rest).map(When::At)
        } else {
            cron(text)
        };
        Self::new(when, text, format!("Invalid Schedule Expression {text}."))
    }

    fn new(when: Option<When>, text: &str, message: String) -> Result<Self, ServiceError> {
        match when {
            Some(when) => Ok(Self { when, zone: TimeZone::UTC, text: text.to_owned() }),
            None => Err(ServiceError::of_source("ValidationException", message)),
        }
    }

    /// Sets the time zone by its name, such as `Europe/Berlin`.
    ///
    /// # Errors
    ///
    /// `ValidationException`: there is no such time zone.
    pub fn in_time_zone(self, name: &str) -> Result<Self, ServiceError> {
        match TimeZone::get(name) {
            Ok(zone) => Ok(Self { zone, ..self }),
            Err(_) => {
                let message = format!("Invalid Schedule Expression Timezone {name}.");
                Err(ServiceError::of_source("ValidationException", message))
            }
        }
    }

    /// Returns when it is due after a moment, and after each of these again. A rate is due one period after the moment.
    pub fn occurrences(&self, after: SystemTime) -> impl Iterator<Item = SystemTime> + use<> {
        let expression = self.clone();
        let mut last = after;
        std::iter::from_fn(move || {
            last = expression.next(last)?;
            Some(last)
        })
    }

    /// Returns when it is due next after a moment; nothing where never any more.
    fn next(&self, after: SystemTime) -> Option<SystemTime> {
        match &self.when {
            When::Rate(period) => after.checked_add(*period),
            When::At(at) => self.instant(*at).filter(|at| after < *at),
            When::Cron(cron) => {
                let now = Timestamp::try_from(after).ok()?;
                let mut local = self.zone.to_datetime(now);
                loop {
                    local = cron.next(local)?;
                    // A time that does not exist is left out, and so is one that has come before.
                    if let Some(instant) = self.instant(local).filter(|it| after < *it) {
                        return Some(instant);
                    }
                }
            }
        }
    }

    /// Returns the moment of a local time, the first one of two; nothing where it does not exist.
    fn instant(&self, local: DateTime) -> Option<SystemTime> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
            return None;
        }
        ambiguous.earlier().ok().map(SystemTime::from)
    }

    /// Returns the period of a rate. Absent for other expressions.
    fn period(&self) -> Option<Duration> {
        match self.when {
            When::Rate(period) => Some(period),
            When::Cron(_) | When::At(_) => None,
        }
    }
}

impl fmt::Display for ScheduleExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn cron(text: &str) -> Option<When> {
    let fields = text.strip_prefix("cron(")?.strip_suffix(')')?;
    Cron::parse(fields).map(Box::new).map(When::Cron)
}

/// Reads a rate behind its parenthesis. `exact` is whether one is one minute and two are two minutes.
fn rate(rest: &str, exact: bool) -> Option<Duration> {
    let (value, unit) = rest.strip_suffix(')')?.split_once(' ')?;
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: u64 = value.parse().ok().filter(|value| *value != 0)?;
    let (one, is_plural) = match unit.strip_suffix('s') {
        Some(one) => (one, true),
        None => (unit, false),
    };
    let seconds = match one {
        "minute" => 60,
        "hour" => 3600,
        "day" => 24 * 3600,
        _ => return None,
    };
    if exact && is_plural == (value == 1) {
        return None;
    }
    value.checked_mul(seconds).map(Duration::from_secs)
}

/// Reads a single time behind its parenthesis: `2026-11-20T13:00:00`, without a zone.
fn at(rest: &str) -> Option<DateTime> {
    let text = rest.strip_suffix(')')?;
    let form: String = text.chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect();
    if form != "0000-00-00T00:00:00" {
        return None;
    }
    text.parse().ok()
}
