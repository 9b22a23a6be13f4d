//! The X-Ray trace header.

use std::{fmt, str::FromStr};

/// The trace header: `Root=1-…;Parent=…;Sampled=1;Lineage=…`.
///
/// Parsing never fails: what cannot be understood is kept among the other parts and written back.
/// Parts are separated by `;`, a part counts when it has exactly one `=`, keys are case-sensitive,
/// the order is free and the last of several wins, as in the service.
/// Source: AWS X-Ray developer guide, "Tracing header".
///
/// ```
/// use lambda_core::{Sampled, TraceHeader};
///
/// let header: TraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1".parse()?;
/// assert_eq!(header.root(), Some("1-5759e988-bd862e3fe1be46a994272793"));
/// assert_eq!(header.sampled(), Sampled::Yes);
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceHeader {
    root: Option<String>,
    parent: Option<String>,
    sampled: Sampled,
    lineage: Option<String>,
    others: Vec<String>,
}

/// Whether a trace is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sampled {
    /// `Sampled=1`.
    Yes,
    /// `Sampled=0`.
    No,
    /// `Sampled=?`: the callee decides and tells the caller in its response.
    Requested,
    /// The header does not say.
    #[default]
    Undecided,
}

impl TraceHeader {
    /// A header with these parts.
    pub fn new(root: impl Into<String>, parent: Option<String>, sampled: Sampled) -> Self {
        Self { root: Some(root.into()), parent, sampled, lineage: None, others: Vec::new() }
    }

    /// The trace: `1-` + 8 hex digits (Unix seconds) + `-` + 24 hex digits; absent when missing or
    /// not of that form.
    pub fn root(&self) -> Option<&str> {
        self.root.as_deref()
    }

    /// The calling segment: 16 hex digits; absent when missing or not of that form.
    pub fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    /// Whether the trace is recorded.
    pub fn sampled(&self) -> Sampled {
        self.sampled
    }

    /// Lambda's loop counter, opaque; to be handed on unchanged.
    pub fn lineage(&self) -> Option<&str> {
        self.lineage.as_deref()
    }

    /// The same trace below another segment.
    pub fn with_parent(mut self, parent: impl Into<String>) -> Self {
        self.parent = Some(parent.into());
        self
    }
}

fn hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_root(text: &str) -> bool {
    let mut parts = text.split('-');
    let (version, time, random) = (parts.next(), parts.next(), parts.next());
    version == Some("1")
        && time.is_some_and(|time| hex(time, 8))
        && random.is_some_and(|random| hex(random, 24))
        && parts.next().is_none()
}

/// Returns the root of a header, without taking the rest apart.
pub(crate) fn root_of(header: &str) -> Option<&str> {
    let parts = header.split(';').map(str::trim).filter_map(|part| part.split_once('='));
    let mut roots = parts.filter(|(key, _)| key.trim() == "Root").map(|(_, value)| value.trim());
    // The last of several counts.
    roots.rfind(|root| is_root(root))
}

impl FromStr for TraceHeader {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut header = Self::default();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value) = match part.split_once('=') {
                Some((key, value)) if !value.contains('=') => (key.trim(), value.trim()),
                _ => ("", part),
            };
            match key {
                "Root" if is_root(value) => header.root = Some(value.to_owned()),
                "Parent" if hex(value, 16) => header.parent = Some(value.to_owned()),
                "Sampled" if value == "1" => header.sampled = Sampled::Yes,
                "Sampled" if value == "0" => header.sampled = Sampled::No,
                "Sampled" if value == "?" => header.sampled = Sampled::Requested,
                "Lineage" if !value.is_empty() => header.lineage = Some(value.to_owned()),
                _ => header.others.push(part.to_owned()),
            }
        }
        Ok(header)
    }
}

impl fmt::Display for TraceHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sampled = match self.sampled {
            Sampled::Yes => Some("1"),
            Sampled::No => Some("0"),
            Sampled::Requested => Some("?"),
            Sampled::Undecided => None,
        };
        let parts = [
            ("Root=", self.root.as_deref()),
            ("Parent=", self.parent.as_deref()),
            ("Sampled=", sampled),
            ("Lineage=", self.lineage.as_deref()),
        ];
        let known = parts.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let others = self.others.iter().map(|other| ("", other.as_str()));
        for (index, (key, value)) in known.chain(others).enumerate() {
            let semicolon = if index == 0 { "" } else { ";" };
            write!(f, "{semicolon}{key}{value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, written: &str) {
        let Ok(header) = text.parse::<TraceHeader>();
        assert_eq!(header.to_string(), written);
        assert_eq!(root_of(text), header.root());
        let Ok(again) = written.parse::<TraceHeader>();
        assert_eq!(again, header, "a second reading sees the same");
    }

    const ROOT: &str = "Root=1-5759e988-bd862e3fe1be46a994272793";

    #[test]
    fn parts_come_in_any_order_and_nothing_is_lost() {
        check("", "");
        check(ROOT, ROOT);
        check(
            &format!("Sampled=1;{ROOT};Parent=53995c3f42cd8ad8"),
            &format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1"),
        );
        check(
            &format!("Root=1;{ROOT} ; Root = 1-5759e988-0"),
            &format!("{ROOT};Root=1;Root = 1-5759e988-0"),
        );
        check("Lineage=a87bd80c:1|68fd508a:5;Sampled=?", "Sampled=?;Lineage=a87bd80c:1|68fd508a:5");
        check("Self=1-67891234-12456789abcdef012345678", "Self=1-67891234-12456789abcdef012345678");
    }

    #[test]
    fn a_header_is_handed_on_below_another_segment() {
        let Ok(header) =
            format!("{ROOT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1").parse::<TraceHeader>();
        let header = header.with_parent("0000000000000007");
        assert_eq!(
            header.to_string(),
            format!("{ROOT};Parent=0000000000000007;Sampled=1;Lineage=a:1")
        );
    }

    #[test]
    fn what_is_not_understood_is_kept_but_not_believed() {
        check("Root=1-5759e988", "Root=1-5759e988");
        check("Parent=nothex;Sampled=yes", "Parent=nothex;Sampled=yes");
        check("root=1;;=;a=b=c; Sampled = 0 ", "Sampled=0;root=1;=;a=b=c");
        let Ok(header) = "Root=1-5759e988".parse::<TraceHeader>();
        assert_eq!((header.root(), header.sampled()), (None, Sampled::Undecided));
    }
}
