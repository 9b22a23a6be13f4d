//! The records of a service in their order.

use std::{
    collections::{VecDeque, vec_deque},
    fmt,
};

use super::{ProcessRole, Record, cut};

/// What happened in a simulated service, oldest first.
///
/// `Display` prints it in columns, times in milliseconds; the name of the function and the number of the environment are
/// printed before a line where there are several. For questions of your own there is [`iter`](Self::iter).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    pub(super) records: VecDeque<Record>,
    pub(super) left_out: usize,
    /// Whether virtual time overtakes I/O outside of the simulation.
    pub(super) overtakes: bool,
    /// How much of a line is printed.
    pub(super) line_limit: Option<usize>,
}

/// Printed below a timeline with a timeout.
const OVERTAKEN: &str = "(virtual time does not wait for threads and sockets of the function's own; where it waited for \
     one: #[lambda_test::test(external_io = \"30ms\")])";

impl Timeline {
    /// Returns the records, oldest first.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lambda_core::{Bootstrap, BoxError, Environment};
    /// use lambda_test::{Lambda, RecordKind};
    ///
    /// /// A program that never asks for an event.
    /// # struct Idle;
    /// # impl Bootstrap for Idle {
    /// #     type Error = BoxError;
    /// #     async fn start(self, _: Environment) -> Result<(), BoxError> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new();
    /// let idle = lambda.function("idle", || Idle).create();
    /// idle.invoke(()).await;
    /// idle.invoke(()).await;
    ///
    /// let timeline = lambda.timeline();
    /// let resets = timeline.iter().filter(|record| matches!(record.kind, RecordKind::Reset(_)));
    /// let times: Vec<Duration> = resets.map(|record| record.at).collect();
    /// assert_eq!(times, [Duration::from_secs(13), Duration::from_secs(16)]);
    /// # });
    /// ```
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> + ExactSizeIterator {
        self.records.iter()
    }

    /// Returns how many records of this timeline are not kept any more: see
    /// [`Lambda::timeline_limit`](crate::Lambda::timeline_limit).
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

impl<'a> IntoIterator for &'a Timeline {
    type Item = &'a Record;
    type IntoIter = vec_deque::Iter<'a, Record>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.iter()
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut numbers = self.records.iter().filter_map(|record| record.environment);
        let first = numbers.next();
        let several = numbers.any(|number| Some(number) != first);
        let mut functions = self.records.iter().filter_map(|record| record.function.as_ref());
        let first = functions.next();
        let several_functions = functions.any(|function| Some(function) != first);
        writeln!(f, "ms       runtime                       platform")?;
        if self.left_out != 0 {
            writeln!(f, "         ({} entries left out)", self.left_out)?;
        }
        for Record { at, function, environment, process, kind, .. } in &self.records {
            let indent = if kind.is_of_the_service() { 30 } else { 0 };
            write!(f, "{:<8} {:indent$}", at.as_millis(), "")?;
            if let (Some(function), true) = (function, several_functions) {
                let gap = if environment.is_some() && several { "" } else { " " };
                write!(f, "{function}{gap}")?;
            }
            if let (Some(number), true) = (environment, several) {
                write!(f, "[{number}] ")?;
            }
            if let Some(ProcessRole::Extension(name)) = process {
                write!(f, "{name}: ")?;
            }
            match self.line_limit {
                None => writeln!(f, "{kind}")?,
                Some(limit) => write_cut(f, &kind.to_string(), limit)?,
            }
        }
        if self.overtakes && self.iter().any(Record::may_be_overtaken) {
            writeln!(f, "{OVERTAKEN}")?;
        }
        Ok(())
    }
}

fn write_cut(f: &mut fmt::Formatter<'_>, text: &str, limit: usize) -> fmt::Result {
    let shown = cut(text, limit);
    match text.len() - shown.len() {
        0 => writeln!(f, "{text}"),
        left => writeln!(f, "{shown} … ({left} bytes more)"),
    }
}
