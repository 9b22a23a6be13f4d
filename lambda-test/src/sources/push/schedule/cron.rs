//! Cron expressions: six fields, of which one of the two for days is a question mark. Pure.

use jiff::civil::{Date, DateTime, Weekday};

use super::cron_field::{
    DAYS_OF_MONTH, DAYS_OF_WEEK, HOURS, MINUTES, MONTHS_OF_YEAR, Values, YEARS, number,
};

/// A cron expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cron {
    minutes: Values,
    hours: Values,
    days: Days,
    months: Values,
    years: Vec<u32>,
}

/// Which days.
#[derive(Clone, Debug, PartialEq)]
enum Days {
    OfMonth(Values),
    /// The last one of the month.
    Last,
    /// The working day nearest to this one, in its month.
    Nearest(u32),
    /// The last working day of the month.
    LastWorking,
    /// From Sunday, which is 1.
    OfWeek(Values),
    /// The last one of this day of the week in a month.
    LastOfWeek(u32),
    /// This one of this day of the week in a month.
    Nth(u32, u32),
}

impl Cron {
    /// Reads the fields between the parentheses.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let [minutes, hours, day, month, week, years] = fields[..] else { return None };
        let days = match (day, week) {
            ("?", "?") => return None,
            (day, "?") => of_month(day)?,
            ("?", week) => of_week(week)?,
            _ => return None,
        };
        Some(Self {
            minutes: MINUTES.bits(minutes)?,
            hours: HOURS.bits(hours)?,
            days,
            months: MONTHS_OF_YEAR.bits(month)?,
            years: YEARS.parse(years)?,
        })
    }

    /// Returns the next time after one, in whole minutes; nothing where there is none any more.
    pub(super) fn next(&self, after: DateTime) -> Option<DateTime> {
        let mut date = after.date();
        let mut from = Some((after.hour(), after.minute()));
        loop {
            if self.has_day(date) {
                if let Some((hour, minute)) = self.time_after(from) {
                    return Some(date.at(hour, minute, 0, 0));
                }
            }
            from = None;
            date = self.next_date(date)?;
        }
    }

    /// Returns the next date that may be one: months and years that are not are left out as a whole.
    fn next_date(&self, date: Date) -> Option<Date> {
        let year = u32::try_from(date.year()).ok()?;
        let last = *self.years.last()?;
        if last < year {
            return None;
        }
        if !self.years.contains(&year) {
            let next = self.years.iter().find(|it| year < **it)?;
            return Date::new(i16::try_from(*next).ok()?, 1, 1).ok();
        }
        if has(self.months, date.month()) {
            return date.tomorrow().ok();
        }
        date.last_of_month().tomorrow().ok()
    }

    /// Returns the first time of a day after one; any where there is none.
    fn time_after(&self, after: Option<(i8, i8)>) -> Option<(i8, i8)> {
        let Some((hour, minute)) = after else {
            return Some((first_from(self.hours, 0)?, first_from(self.minutes, 0)?));
        };
        if has(self.hours, hour) {
            if let Some(minute) = first_from(self.minutes, minute + 1) {
                return Some((hour, minute));
            }
        }
        Some((first_from(self.hours, hour + 1)?, first_from(self.minutes, 0)?))
    }

    fn has_day(&self, date: Date) -> bool {
        let year = u32::try_from(date.year()).unwrap_or_default();
        if !has(self.months, date.month()) || self.years.binary_search(&year).is_err() {
            return false;
        }
        let day = u32::try_from(date.day()).unwrap_or_default();
        let week = u32::try_from(date.weekday().to_sunday_one_offset()).unwrap_or_default();
        let is_last_week = date.days_in_month() < date.day() + 7;
        match self.days {
            Days::OfMonth(days) => has(days, date.day()),
            Days::Last => date == date.last_of_month(),
            Days::Nearest(wanted) => nearest(date, wanted) == Some(date),
            Days::LastWorking => {
                let last = date.last_of_month();
                nearest(date, u32::try_from(last.day()).unwrap_or_default()) == Some(date)
            }
            Days::OfWeek(days) => days & (1 << week) != 0,
            Days::LastOfWeek(wanted) => week == wanted && is_last_week,
            Days::Nth(wanted, number) => week == wanted && day.div_ceil(7) == number,
        }
    }
}

/// The first of the values that is not below this one.
fn first_from(values: Values, low: i8) -> Option<i8> {
    let rest = values & (Values::MAX << low);
    i8::try_from(rest.trailing_zeros()).ok().filter(|_| rest != 0)
}

fn has(values: Values, value: i8) -> bool {
    values & (1 << value) != 0
}

/// The working day nearest to this day of the month of a date, within that month.
fn nearest(date: Date, wanted: u32) -> Option<Date> {
    let wanted = i8::try_from(wanted).ok()?;
    let day = Date::new(date.year(), date.month(), wanted).ok()?;
    let moved = match day.weekday() {
        Weekday::Saturday if wanted == 1 => wanted + 2,
        Weekday::Saturday => wanted - 1,
        Weekday::Sunday if wanted == day.days_in_month() => wanted - 2,
        Weekday::Sunday => wanted + 1,
        _ => wanted,
    };
    Date::new(date.year(), date.month(), moved).ok()
}

fn of_month(text: &str) -> Option<Days> {
    match text {
        "L" => return Some(Days::Last),
        "LW" => return Some(Days::LastWorking),
        _ => {}
    }
    match text.strip_suffix('W') {
        Some(day) => DAYS_OF_MONTH.value(day).map(Days::Nearest),
        None => DAYS_OF_MONTH.bits(text).map(Days::OfMonth),
    }
}

fn of_week(text: &str) -> Option<Days> {
    if text == "L" {
        // The last day of the week.
        return Some(Days::OfWeek(1 << 7));
    }
    if let Some(day) = text.strip_suffix('L') {
        return DAYS_OF_WEEK.value(day).map(Days::LastOfWeek);
    }
    if let Some((day, number_of)) = text.split_once('#') {
        let number_of = number(number_of).filter(|it| (1..=5).contains(it))?;
        return DAYS_OF_WEEK.value(day).map(|day| Days::Nth(day, number_of));
    }
    DAYS_OF_WEEK.bits(text).map(Days::OfWeek)
}
