//! A trace: the documents with one id.

use std::{collections::BTreeMap, sync::Arc};

use super::{Segment, TraceSummary, picture, tree::Tree};

/// A trace: all documents with its id.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Trace {
    /// Its id, such as `1-5759e988-bd862e3fe1be46a994272793`.
    pub id: String,
    /// Its segments, and subsegments that were sent alone, by when they began.
    pub segments: Vec<Segment>,
    /// Whose traces they are: of segments that state no account.
    pub(super) account: Arc<str>,
}

impl Trace {
    pub(super) fn new(id: String, mut segments: Vec<Segment>, account: Arc<str>) -> Self {
        let depths = depths(&segments);
        let depth = |segment: &Segment| depths.get(&segment.id).copied().unwrap_or_default();
        segments.sort_by(|one, other| {
            let time = one.start_time.total_cmp(&other.start_time);
            time.then_with(|| depth(one).cmp(&depth(other)))
        });
        Self { id, segments, account }
    }

    /// Returns the functions that have a segment in it, by when those began, each once.
    pub fn functions(&self) -> Vec<String> {
        let is_function = |it: &&Segment| it.origin.as_deref() == Some("AWS::Lambda::Function");
        let mut names: Vec<String> = Vec::new();
        for segment in self.segments.iter().filter(is_function) {
            if !names.contains(&segment.name) {
                names.push(segment.name.clone());
            }
        }
        names
    }

    /// Returns its first segment, which nothing in it has called.
    pub fn root(&self) -> Option<&Segment> {
        let mut ids = std::collections::HashSet::new();
        self.segments.iter().for_each(|it| {
            it.each(&mut |inner| {
                ids.insert(&*inner.id);
            })
        });
        let has = |id: &str| ids.contains(id);
        self.segments.iter().find(|it| !it.parent_id.as_deref().is_some_and(has))
    }

    /// Returns when its first segment began, in seconds since the Unix epoch.
    pub fn start_time(&self) -> f64 {
        self.segments.iter().map(|it| it.start_time).fold(f64::INFINITY, f64::min)
    }

    /// Returns the seconds from the first begin to the last end.
    pub fn duration(&self) -> f64 {
        let ends = self.segments.iter().filter_map(|it| it.end_time);
        ends.fold(f64::NEG_INFINITY, f64::max).max(self.start_time()) - self.start_time()
    }

    /// Returns the seconds that its first segment took.
    pub fn response_time(&self) -> f64 {
        self.root().map_or(0.0, Segment::duration)
    }

    /// Returns whether something in it failed, wherever. Of the first segment alone [`summary`](Self::summary) has it.
    pub fn has_fault(&self) -> bool {
        self.any(|segment| segment.fault)
    }

    /// Returns whether a caller in it was in error, wherever.
    pub fn has_error(&self) -> bool {
        self.any(|segment| segment.error)
    }

    /// Returns whether something in it was throttled, wherever.
    pub fn has_throttle(&self) -> bool {
        self.any(|segment| segment.throttle)
    }

    /// Returns whether something in it is in progress.
    pub fn is_partial(&self) -> bool {
        self.any(|segment| segment.in_progress == Some(true))
    }

    /// Returns what `GetTraceSummaries` returns of it.
    pub fn summary(&self) -> TraceSummary {
        TraceSummary::of(self, &Tree::of(self))
    }

    /// Returns a picture of it as SVG: a row for each segment and subsegment, with when it was and how long.
    pub fn to_svg(&self) -> String {
        picture::timeline(self)
    }

    /// Returns it as JSON that Perfetto and other viewers of Chrome's traces show: a thread for each service, and an arrow for
    /// each call.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    /// use lambda_test::Lambda;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new();
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let function = lambda.function("double", double).active_tracing().create();
    /// function.invoke(7).await.assert_ok();
    ///
    /// let trace = lambda.traces().all().remove(0);
    /// assert!(trace.to_svg().starts_with("<svg"));
    /// assert_eq!(trace.to_perfetto()["traceEvents"][0]["name"], "double");
    /// # });
    /// ```
    pub fn to_perfetto(&self) -> serde_json::Value {
        picture::perfetto(self)
    }

    fn any(&self, wanted: impl Fn(&Segment) -> bool) -> bool {
        let mut found = false;
        for segment in &self.segments {
            segment.each(&mut |segment| found |= wanted(segment));
        }
        found
    }
}

/// How many segments are above each one, by their ids: what began at once is sorted so.
fn depths(segments: &[Segment]) -> BTreeMap<String, usize> {
    let tree = Tree::of_segments(segments, "");
    tree.nodes.iter().map(|node| (node.segment.id.clone(), node.depth)).collect()
}
