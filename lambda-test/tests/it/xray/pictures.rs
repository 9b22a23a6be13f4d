//! Pictures of traces and of the service map.

use lambda_test::Traces;
use serde_json::{Value, json};

use super::{shop, traces};

/// The shop, with what else a picture may have: throttles, errors, what is in progress, calls back, and text of others.
fn busy() -> Traces {
    let mut documents = shop();
    let trace = |number: u64| format!("1-5759e988-{number:024x}");
    let names =
        ["orders", "stock-of-all-warehouses.internal.example.com", "mail & print", "ledger"];
    for number in 1..9_u64 {
        let (root, id) = (100 * number, |it: u64| format!("{it:016x}"));
        documents.push(json!({
            "trace_id": trace(number), "id": id(root), "name": "shop.example.com", "origin": "AWS::ApiGateway::Stage",
            "start_time": 200.0, "end_time": 200.0 + 0.25 * number as f64, "error": number == 1, "throttle": number == 2,
        }));
        for (place, name) in names.iter().enumerate() {
            let place = place as u64 + 1;
            let mut document = json!({
                "trace_id": trace(number), "id": id(root + place), "parent_id": id(root), "name": name,
                "origin": if place == 1 { "AWS::Lambda::Function" } else { "AWS::EC2::Instance" },
                "start_time": 200.0 + 0.05 * place as f64, "fault": number == 3, "throttle": number < 3,
            });
            if number == 8 && place == 4 {
                document["in_progress"] = json!(true);
            } else {
                document["end_time"] = json!(200.2 + 0.02 * number as f64);
            }
            documents.push(document);
        }
        // The ledger calls itself, and orders back.
        for (place, name, origin) in
            [(5, "ledger", "AWS::EC2::Instance"), (6, "orders", "AWS::Lambda::Function")]
        {
            documents.push(json!({
                "trace_id": trace(number), "id": id(root + place), "parent_id": id(root + 4), "name": name,
                "origin": origin, "start_time": 200.21, "end_time": 200.22,
            }));
        }
    }
    traces(&documents)
}

/// The elements of a picture are closed, and its numbers are numbers.
fn check(svg: &str, texts: &[&str]) {
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    for tag in ["svg", "g", "text", "title"] {
        let begins =
            svg.matches(&format!("<{tag} ")).count() + svg.matches(&format!("<{tag}>")).count();
        assert_eq!(begins, svg.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    for text in texts {
        assert!(svg.contains(text), "no {text} in {svg}");
    }
}

#[lambda_test::test]
async fn pictures_show_what_there_is() {
    let traces = busy();
    let map = traces.service_map().to_svg();
    check(
        &map,
        &[
            ">Client<",
            ">stock-of-all-warehouses…<",
            ">mail &amp; print<",
            ">AWS::DynamoDB::Table<",
            ">9×<",
            "#d13f45",
            "#8456ce",
            ">8 calls<",
        ],
    );
    let trace = &traces.all()[0];
    check(&trace.to_svg(), &[">shop.example.com<", ">6 s<", ">3.5 s<", "#d13f45"]);
    let partial = traces.filter("partial").expect("a filter expression");
    check(&partial[0].to_svg(), &[">in progress<", "stroke-dasharray"]);
}

/// Functions may name as many services as they like.
#[lambda_test::test]
async fn a_map_of_many_services_is_drawn_in_part() {
    let call = |id: u64, parent: u64| {
        json!({"id": format!("{id:016x}"), "parent_id": format!("{parent:016x}"), "name": format!("n{id}"),
               "start_time": 1.0, "end_time": 2.0})
    };
    // Each one calls the next, and the first one all.
    let chain = (1..1_000).map(|id| call(id, id - 1));
    let again = (2..1_000).map(|id| {
        let mut document = call(id, 1);
        document["id"] = json!(format!("{:016x}", 1_000_000 + id));
        document
    });
    let documents: Vec<Value> = chain.chain(again).collect();
    let map = traces(&documents).service_map();
    assert_eq!(map.services.len(), 1_000);
    check(&map.to_svg(), &[">n1<", ">n99<", ">and 900 more services<"]);
}

#[lambda_test::test]
async fn an_empty_map_and_a_trace_without_a_segment_are_drawn() {
    check(&traces(&[]).service_map().to_svg(), &["Service map"]);
    let mut trace = busy().all().remove(0);
    trace.segments.clear();
    check(&trace.to_svg(), &["no segment"]);
}

/// A viewer wants slices of one lane to be apart or within each other, and arrows that begin and end in a slice.
#[lambda_test::test]
async fn slices_of_a_lane_are_nested() {
    for trace in busy().all() {
        let events = trace.to_perfetto()["traceEvents"].as_array().cloned().expect("a list");
        let of_kind =
            |kind: &str| events.iter().filter(|it| it["ph"] == kind).collect::<Vec<&Value>>();
        let range = |it: &Value| {
            let (start, long) = (it["ts"].as_f64().expect("a number"), it["dur"].as_f64());
            [start, start + long.unwrap_or_default()]
        };
        let slices = of_kind("X");
        assert_eq!(of_kind("s").len(), of_kind("f").len());
        for slice in &slices {
            let lane = |it: &&&Value| it["pid"] == slice["pid"] && it["tid"] == slice["tid"];
            for other in slices.iter().filter(lane) {
                let ([start, end], [other_start, other_end]) = (range(slice), range(other));
                let is_apart = end <= other_start || other_end <= start;
                let is_within = (start <= other_start && other_end <= end)
                    || (other_start <= start && end <= other_end);
                assert!(is_apart || is_within, "{slice} and {other}");
            }
        }
        for end in of_kind("s").into_iter().chain(of_kind("f")) {
            let holds = |it: &&&Value| {
                let [start, last] = range(it);
                let at = end["ts"].as_f64().expect("a number");
                it["pid"] == end["pid"] && it["tid"] == end["tid"] && start <= at && at <= last
            };
            assert!(slices.iter().any(|it| holds(&it)), "{end}");
        }
    }
}
