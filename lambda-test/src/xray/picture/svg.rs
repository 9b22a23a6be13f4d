//! Parts of an SVG.

use std::fmt::{Display, Write as _};

use crate::xray::Segment;

/// The text of an SVG that is being written.
pub(super) struct Svg {
    text: String,
}

/// How a call ended, as X-Ray colours it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    Error,
    Throttle,
    Fault,
}

/// What stays free around a picture.
pub(super) const MARGIN: f64 = 20.0;

/// How much wider bold text is.
pub(super) const BOLD: f64 = 1.15;

/// About how wide a character of 12 pixels is.
const CHARACTER: f64 = 6.6;

impl Status {
    pub(super) fn of(segment: &Segment) -> Self {
        if segment.fault {
            Self::Fault
        } else if segment.throttle {
            Self::Throttle
        } else if segment.error {
            Self::Error
        } else {
            Self::Ok
        }
    }

    pub(super) fn colour(self) -> &'static str {
        match self {
            Self::Ok => "#2e9e62",
            Self::Error => "#e8912d",
            Self::Throttle => "#8456ce",
            Self::Fault => "#d13f45",
        }
    }
}

impl Svg {
    /// Begins a picture of this size, with what it shows as its title.
    pub(super) fn new(width: f64, height: f64, title: &str) -> Self {
        let mut svg = Self { text: String::new() };
        svg.add(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" role=\"img\" font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', \
             sans-serif\" font-size=\"12\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" \
             fill=\"#ffffff\"/>",
            escaped(title)
        ));
        svg
    }

    /// Adds an element, on a line of its own.
    pub(super) fn add(&mut self, element: impl Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{element}");
    }

    /// Adds text whose baseline begins here; `attributes` may move it.
    pub(super) fn text(&mut self, x: f64, y: f64, attributes: &str, text: &str) {
        self.add(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{}</text>",
            escaped(text)
        ));
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }
}

/// Text as XML has it: what XML cannot have is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Text that is shortened to about this width.
pub(super) fn fitted(text: &str, width: f64) -> String {
    let most = (width / CHARACTER).max(2.0);
    let mut count = 0.0;
    for (at, character) in text.char_indices() {
        // Characters of East Asia are about twice as wide.
        count += if character as u32 >= 0x2e80 { 2.0 } else { 1.0 };
        if most < count {
            let kept = text[..at].trim_end();
            let last = kept.char_indices().last().map_or(0, |(at, _)| at);
            return format!("{}…", &kept[..last]);
        }
    }
    text.to_owned()
}

/// About how wide text is.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(|it| if it as u32 >= 0x2e80 { 2.0 } else { 1.0 }).sum::<f64>() * CHARACTER
}

/// A time in seconds, as a person reads it: `0 ms`, `40 µs`, `5.2 ms`, `340 ms`, `2.5 s`, `3 min 5 s`, `2 h 10 min`.
pub(super) fn time(seconds: f64) -> String {
    let short = |value: f64, unit: &str| {
        let text = if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
        format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
    };
    let parts = |value: f64, of: f64, units: [&str; 2]| {
        let (whole, rest) = ((value / of).floor(), (value % of).floor());
        if rest == 0.0 {
            format!("{whole} {}", units[0])
        } else {
            format!("{whole} {} {rest} {}", units[0], units[1])
        }
    };
    match seconds {
        _ if seconds < 0.000_001 => "0 ms".to_owned(),
        _ if seconds < 0.000_999_5 => short(seconds * 1e6, "µs"),
        _ if seconds < 0.9995 => short(seconds * 1000.0, "ms"),
        _ if seconds < 60.0 => short(seconds, "s"),
        _ if seconds < 3600.0 => parts(seconds, 60.0, ["min", "s"]),
        _ => parts(seconds / 60.0, 60.0, ["h", "min"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_by_persons() {
        for (seconds, expected) in [
            (0.0, "0 ms"),
            (0.000_04, "40 µs"),
            (0.0052, "5.2 ms"),
            (0.34, "340 ms"),
            (0.9999, "1 s"),
            (2.5, "2.5 s"),
            (59.9, "60 s"),
            (185.0, "3 min 5 s"),
            (120.0, "2 min"),
            (7800.0, "2 h 10 min"),
        ] {
            assert_eq!(time(seconds), expected);
        }
    }

    #[test]
    fn text_is_fit_for_xml_and_for_its_place() {
        assert_eq!(escaped("a<b> & \"c\"\u{1b}\u{ffff}"), "a&lt;b&gt; &amp; &quot;c&quot; ");
        assert_eq!(fitted("orders", 100.0), "orders");
        assert_eq!(fitted("a-very-long-name", 66.0), "a-very-lo…");
        assert_eq!(fitted("注文の処理をする関数", 66.0), "注文の処…");
    }
}
