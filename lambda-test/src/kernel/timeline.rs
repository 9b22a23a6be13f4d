//! The records of a service in their order, kept once.

use std::{
    cell::RefCell,
    collections::{VecDeque, vec_deque},
    fmt,
    ops::Range,
    rc::Rc,
};

use super::{ProcessRole, Record};

/// Records that are kept; the oldest go first.
const KEPT: usize = 10_000;

/// What happened in a simulated service, oldest first.
///
/// `Display` prints it in columns, times in milliseconds; the number of the environment stands before
/// a line when there are several. For questions of one's own there is [`iter`](Self::iter).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    records: VecDeque<Record>,
    left_out: usize,
    /// Whether virtual time overtakes what comes from outside.
    overtakes: bool,
}

/// Stands below a timeline with a timeout.
const OVERTAKEN: &str = "(virtual time does not wait for threads and sockets of the function's own; where it waited for \
     one: #[lambda_test::test(external_io = \"30ms\")])";

impl Timeline {
    /// The records, oldest first.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lambda_core::{Bootstrap, BoxError, Environment};
    /// use lambda_test::{RecordKind, Lambda};
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

    /// How many records there were before the first one that is kept: a service keeps the last
    /// 10,000.
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
        writeln!(f, "ms       runtime                       platform")?;
        if self.left_out != 0 {
            writeln!(f, "         ({} entries left out)", self.left_out)?;
        }
        for Record { at, environment, process, kind, .. } in &self.records {
            let indent = if kind.is_of_the_service() { 30 } else { 0 };
            write!(f, "{:<8} {:indent$}", at.as_millis(), "")?;
            if let (Some(number), true) = (environment, several) {
                write!(f, "[{number}] ")?;
            }
            if let Some(ProcessRole::Extension(name)) = process {
                write!(f, "{name}: ")?;
            }
            writeln!(f, "{kind}")?;
        }
        if self.overtakes && self.iter().any(|record| record.kind.is_timeout()) {
            writeln!(f, "{OVERTAKEN}")?;
        }
        Ok(())
    }
}

/// The one timeline of a service. What wants a part of it keeps where that begins and ends, and looks
/// it up when it is asked for.
#[derive(Clone)]
pub(crate) struct Recorder(Rc<RefCell<Timeline>>);

impl Recorder {
    pub(crate) fn new(overtakes: bool) -> Self {
        Self(Rc::new(RefCell::new(Timeline { overtakes, ..Timeline::default() })))
    }

    pub(crate) fn note(&self, record: Record) {
        let mut timeline = self.0.borrow_mut();
        if timeline.records.len() == KEPT {
            timeline.records.pop_front();
            timeline.left_out += 1;
        }
        timeline.records.push_back(record);
    }

    /// How many records there were so far.
    pub(crate) fn length(&self) -> usize {
        let timeline = self.0.borrow();
        timeline.left_out + timeline.records.len()
    }

    /// The records between two lengths that are still kept.
    pub(crate) fn part(&self, part: Range<usize>) -> Timeline {
        let timeline = self.0.borrow();
        let kept = timeline.left_out;
        let records = timeline.records.iter().take(part.end.saturating_sub(kept));
        Timeline {
            records: records.skip(part.start.saturating_sub(kept)).cloned().collect(),
            left_out: kept.saturating_sub(part.start).min(part.len()),
            overtakes: timeline.overtakes,
        }
    }

    /// The records of an environment from this length on that are still kept.
    pub(crate) fn of_environment(&self, environment: usize, from: usize) -> Vec<Record> {
        let timeline = self.0.borrow();
        let records = timeline.records.iter().skip(from.saturating_sub(timeline.left_out));
        records.filter(|record| record.environment == Some(environment)).cloned().collect()
    }

    /// Everything that is kept.
    pub(crate) fn all(&self) -> Timeline {
        self.0.borrow().clone()
    }
}
