//! When schedules are due: the tables of AWS's documentation, time zones, and both changes of clocks.

use std::time::{Duration, SystemTime};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use lambda_test::{Fault, Lambda, ScheduleExpression};
use serde_json::{Value, json};

fn moment(text: &str) -> SystemTime {
    text.parse::<Timestamp>().expect("a moment").into()
}

fn texts(expression: &ScheduleExpression, after: &str, count: usize) -> Vec<String> {
    let due = expression.occurrences(moment(after)).take(count);
    due.map(|at| Timestamp::try_from(at).expect("a moment").to_string()).collect()
}

/// The table "Examples" of "Cron expressions reference", and those of "Schedule types in EventBridge Scheduler".
#[test]
fn cron_expressions_are_due_as_the_documentation_states() {
    // A Thursday.
    let after = "2026-01-01T00:00:00Z";
    for (expression, due) in [
        ("cron(0 10 * * ? *)", ["2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z"]),
        ("cron(15 12 * * ? *)", ["2026-01-01T12:15:00Z", "2026-01-02T12:15:00Z"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-01-01T18:00:00Z", "2026-01-02T18:00:00Z"]),
        ("cron(0 8 1 * ? *)", ["2026-01-01T08:00:00Z", "2026-02-01T08:00:00Z"]),
        ("cron(0/15 * * * ? *)", ["2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z"]),
        ("cron(0/10 * ? * MON-FRI *)", ["2026-01-01T00:10:00Z", "2026-01-01T00:20:00Z"]),
        ("cron(0/5 8-17 ? * MON-FRI *)", ["2026-01-01T08:00:00Z", "2026-01-01T08:05:00Z"]),
        ("cron(0/30 20-2 ? * MON-FRI *)", ["2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z"]),
        ("cron(15 10 ? * 6L 2026-2027)", ["2026-01-30T10:15:00Z", "2026-02-27T10:15:00Z"]),
        // The second Tuesday, the last day, the last working day, and the working day nearest to the third.
        ("cron(0 0 ? * 3#2 *)", ["2026-01-13T00:00:00Z", "2026-02-10T00:00:00Z"]),
        ("cron(0 0 L * ? *)", ["2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"]),
        ("cron(0 0 LW * ? *)", ["2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z"]),
        ("cron(0 0 3W * ? *)", ["2026-01-02T00:00:00Z", "2026-02-03T00:00:00Z"]),
        ("cron(0 0 1W * ? *)", ["2026-02-02T00:00:00Z", "2026-03-02T00:00:00Z"]),
        ("cron(0 0 ? * L *)", ["2026-01-03T00:00:00Z", "2026-01-10T00:00:00Z"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]),
        ("cron(0 0 1 JAN,JUL ? 2026/2)", ["2026-07-01T00:00:00Z", "2028-01-01T00:00:00Z"]),
        ("cron(1/10 5 ? * SUN *)", ["2026-01-04T05:01:00Z", "2026-01-04T05:11:00Z"]),
        ("rate(5 minutes)", ["2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z"]),
        ("rate(1 hour)", ["2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"]),
        ("rate(7 days)", ["2026-01-08T00:00:00Z", "2026-01-15T00:00:00Z"]),
    ] {
        let read = ScheduleExpression::of_rule(expression).expect("an expression");
        assert_eq!(texts(&read, after, 2), due, "{expression}");
    }
    for never in ["cron(0 0 1 1 ? 2020)", "cron(0 0 30 2 ? 2026)"] {
        let read = ScheduleExpression::of_rule(never).expect("an expression");
        assert_eq!(texts(&read, after, 1), Vec::<String>::new(), "{never}");
    }
}

#[test]
fn what_is_not_a_schedule_is_refused() {
    for other in [
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(0 10 1 * MON *)",
        "cron(60 10 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 10 32 * ? *)",
        "cron(0 10 * 13 ? *)",
        "cron(0 10 ? * 8 *)",
        "cron(0 10 ? * 3#6 *)",
        "cron(0 10 ? * 3#1,6#3 *)",
        "cron(0 10 * * ? 1969)",
        "cron(0 10 * * ? 2200)",
        "cron(0 10 * * ?)",
        "cron(0/0 10 * * ? *)",
        "cron(0- 10 * * ? *)",
        "cron(+1 10 * * ? *)",
        "rate(5 seconds)",
        "rate(5  minutes)",
        "rate(+5 minutes)",
        "rate(5 minutes",
        "at(2026-01-01T00:00:00)",
        "",
    ] {
        ScheduleExpression::of_rule(other).expect_err(other);
    }
    for other in ["at(2026-13-01T00:00:00)", "at(2026-01-01T00:00:00Z)", "at(2026-01-01T0:00:00)"] {
        ScheduleExpression::of_scheduler(other).expect_err(other);
    }
    let daily = ScheduleExpression::of_scheduler("cron(0 10 * * ? *)").expect("an expression");
    daily.in_time_zone("Europe/Nowhere").expect_err("there is no such zone");
}

/// "When clocks are put forward a time that does not exist is skipped; when they are put back it is due once."
#[test]
fn a_schedule_keeps_to_the_clocks_of_its_time_zone() {
    let at_half_past_two = ScheduleExpression::of_scheduler("cron(30 2 * * ? *)");
    let berlin = at_half_past_two.expect("an expression").in_time_zone("Europe/Berlin");
    let berlin = berlin.expect("a time zone");
    // On 29 March 2026 clocks go from two to three.
    assert_eq!(
        texts(&berlin, "2026-03-28T00:00:00Z", 2),
        ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"]
    );
    // On 25 October they go from three to two.
    assert_eq!(
        texts(&berlin, "2026-10-24T12:00:00Z", 2),
        ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
    );
    let hourly = ScheduleExpression::of_scheduler("cron(0 * * * ? *)").expect("an expression");
    let new_york = hourly.in_time_zone("America/New_York").expect("a time zone");
    assert_eq!(
        texts(&new_york, "2026-11-01T04:30:00Z", 2),
        ["2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"]
    );
    // A rate is so many seconds.
    let daily = ScheduleExpression::of_scheduler("rate(1 days)").expect("an expression");
    let daily = daily.in_time_zone("Europe/Berlin").expect("a time zone");
    assert_eq!(texts(&daily, "2026-03-28T10:00:00Z", 1), ["2026-03-29T10:00:00Z"]);
    let once = ScheduleExpression::of_scheduler("at(2026-07-01T12:00:00)").expect("an expression");
    let once = once.in_time_zone("Asia/Tokyo").expect("a time zone");
    assert_eq!(texts(&once, "2026-01-01T00:00:00Z", 2), ["2026-07-01T03:00:00Z"]);
}

/// Each minute of two years is looked at, which is as plain as can be.
#[test]
fn a_cron_expression_is_due_in_the_minutes_that_it_names() {
    let zone = TimeZone::get("Europe/Berlin").expect("a time zone");
    let begin: DateTime = "2027-12-31T22:00:00".parse().expect("a time");
    let days = 400;
    type Due = fn(&DateTime) -> bool;
    let cases: [(&str, Due); 4] = [
        ("cron(7/20 3-5 * * ? *)", |at| {
            (3..=5).contains(&at.hour()) && [7, 27, 47].contains(&at.minute())
        }),
        ("cron(0 12 ? FEB-MAR 2-4 *)", |at| {
            let week = at.date().weekday().to_sunday_one_offset();
            (2..=3).contains(&at.month())
                && (2..=4).contains(&week)
                && (at.hour(), at.minute()) == (12, 0)
        }),
        ("cron(59 23 L * ? *)", |at| {
            at.date() == at.date().last_of_month() && (at.hour(), at.minute()) == (23, 59)
        }),
        ("cron(30 2 ? * 1#5 2028,2029)", |at| {
            let is_sunday = at.date().weekday().to_sunday_one_offset() == 1;
            is_sunday
                && 28 < at.day()
                && (2028..=2029).contains(&at.year())
                && (at.hour(), at.minute()) == (2, 30)
        }),
    ];
    for (text, is_due) in cases {
        let expression = ScheduleExpression::of_scheduler(text).expect("an expression");
        let expression = expression.in_time_zone("Europe/Berlin").expect("a time zone");
        let mut plain = Vec::new();
        let mut local = begin;
        for _ in 0..days * 24 * 60 {
            local = local.checked_add(jiff::Span::new().minutes(1)).expect("a time");
            let ambiguous = zone.to_ambiguous_timestamp(local);
            let is_gap = matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. });
            if is_due(&local) && !is_gap {
                plain.push(SystemTime::from(ambiguous.earlier().expect("a moment")));
            }
        }
        let after = zone.to_timestamp(begin).expect("a moment").into();
        let end = zone.to_timestamp(local).expect("a moment").into();
        let due: Vec<SystemTime> =
            expression.occurrences(after).take_while(|at| *at <= end).collect();
        assert!(!plain.is_empty() && due == plain, "{text}");
    }
}

#[lambda_test::test]
async fn a_schedule_invokes_within_its_window_and_between_its_dates() {
    let lambda = Lambda::new();
    let (queue, dead) = (lambda.queue("q"), lambda.queue("dead"));
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let begin = lambda.now();
    let schedule = lambda.schedule("s", "rate(10 minutes)").flexible_window(minutes(5));
    let schedule = schedule.start_date(begin + minutes(60)).end_date(begin + minutes(85));
    let schedule = schedule.input(&json!({"at": "<aws.scheduler.scheduled-time>"})).create(&queue);
    lambda.advance(minutes(120)).await;
    assert_eq!(schedule.invoked(), 3);
    let times: Vec<Value> = queue.messages().iter().map(|it| it.json().expect("JSON")).collect();
    assert_eq!(
        times,
        [
            json!({"at": "2026-01-01T01:00:00Z"}),
            json!({"at": "2026-01-01T01:10:00Z"}),
            json!({"at": "2026-01-01T01:20:00Z"})
        ]
    );
    for (number, delivery) in (0..).zip(schedule.deliveries()) {
        let late = delivery.at - minutes(60 + 10 * number);
        assert!(!late.is_zero() && late <= minutes(5), "{late:?}");
    }

    let f = lambda.stub("f", |_: Value| Ok(()));
    let once = lambda.schedule("once", "at(2026-01-01T03:00:00)").dead_letter(&dead).create(&f);
    f.delete().await;
    lambda.advance(minutes(70)).await;
    assert_eq!((once.invoked(), dead.messages().len()), (1, 1));
    let dead = &dead.messages()[0];
    assert_eq!(dead.attributes["SCHEDULED_TIME"].value, "2026-01-01T03:00:00Z");
    assert_eq!(dead.json::<Value>().expect("JSON")["source"], "aws.scheduler");
}

#[lambda_test::test]
async fn the_input_of_a_schedule_has_the_number_of_its_attempt() {
    let lambda = Lambda::new();
    let (function, events) = super::keeping(&lambda, "f", super::nothing);
    let input =
        json!({"attempt": "<aws.scheduler.attempt-number>", "id": "<aws.scheduler.execution-id>"});
    let dead = lambda.queue("dead");
    let once =
        |name: &str| lambda.schedule(name, "rate(1 hour)").input(&input).end_date(lambda.now());
    function.fail_next(2, Fault::NotAccepted);
    let schedule = once("s").create(&function);
    lambda.until_idle().await;
    let id = schedule.deliveries()[0].id.to_string();
    assert_eq!(*events.borrow(), [json!({"attempt": "3", "id": id})]);

    function.fail_next(2, Fault::NotAccepted);
    once("t").maximum_retry_attempts(1).dead_letter(&dead).create(&function);
    lambda.until_idle().await;
    let message = dead.messages().remove(0);
    assert_eq!(message.json::<Value>().expect("JSON")["attempt"], "2");
    let of = |name: &str| message.attributes[name].value.as_str();
    assert_eq!(
        (of("EXHAUSTED_RETRY_CONDITION"), of("RETRY_ATTEMPTS"), of("IS_PAYLOAD_TRUNCATED")),
        ("MaximumRetryAttempts", "1", "false")
    );
}
