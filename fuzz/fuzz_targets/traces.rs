//! Documents of X-Ray and filter expressions from anywhere: nothing panics, and a trace is drawn whatever is in it.
#![no_main]

use std::cell::OnceCell;

use lambda_test::{FilterExpression, Lambda, Traces};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::LocalRuntime;

thread_local! {
    static TRACES: OnceCell<(LocalRuntime, Traces)> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A filter expression, and on lines of their own documents.
    let (expression, documents) = text.split_once('\n').unwrap_or((text, ""));
    let read = expression.parse::<FilterExpression>();
    if let Err(error) = &read {
        assert!(error.position <= expression.len());
    }
    TRACES.with(|kept| {
        let (_, traces) = kept.get_or_init(|| {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            let runtime = builder.enable_all().build_local(Default::default()).expect("a runtime");
            let traces = runtime.block_on(async { Lambda::in_real_time().traces() });
            (runtime, traces)
        });
        traces.put(documents.lines());
        if read.is_ok() {
            // A group that is not there is the one thing that can still be wrong.
            let _ = traces.filter(expression);
        }
        let is_whole = |svg: String| {
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
            assert_eq!(svg.matches("<g>").count(), svg.matches("</g>").count());
        };
        is_whole(traces.service_map().to_svg());
        for trace in traces.all() {
            is_whole(trace.to_svg());
            let events = trace.to_perfetto();
            assert!(
                events["traceEvents"]
                    .as_array()
                    .is_some_and(|all| trace.segments.len() < all.len())
            );
            assert!(trace.summary().duration >= 0.0);
        }
        traces.limit(0);
        traces.limit(1 << 20);
    });
});
