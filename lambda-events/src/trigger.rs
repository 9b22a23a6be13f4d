//! Which answers belong to which event.

/// An event that a trigger sends.
///
/// A handler of it may return any type that is an [`AnswerTo`] the event; a type for another
/// trigger does not compile.
pub trait Trigger {
    /// What the trigger is called, as in `lambda-test check-event`.
    const NAME: &'static str;
}

/// What a handler may return for an event.
///
/// ```
/// use lambda_events::{AnswerTo, BatchResponse, sqs::SqsEvent};
///
/// fn is_an_answer<E, A: AnswerTo<E>>() {}
///
/// is_an_answer::<SqsEvent, ()>();
/// is_an_answer::<SqsEvent, BatchResponse>();
/// ```
///
/// ```compile_fail
/// use lambda_events::{AnswerTo, sqs::SqsEvent};
///
/// fn is_an_answer<E, A: AnswerTo<E>>() {}
///
/// // The service would take this for a malformed batch response and retry the whole batch.
/// is_an_answer::<SqsEvent, String>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no answer to `{E}`",
    note = "the docs of `{E}` say what its trigger accepts back"
)]
pub trait AnswerTo<E> {}
