//! `#[model]`: the attribute by which lambda-events writes its models. It is for that crate alone.
//!
//! ```text
//! #[model]                             // or #[model(Sqs)]: an event, with its trigger
//! /// Docs: AWS's page, when it comes.
//! pub struct SqsMessage<B = String> {  // parameters have defaults and are `Field`s
//!     /// Docs.
//!     #[key = "messageId"]             // exactly one
//!     #[required]                      // absent, null or a misfit is refused
//!     #[default = 200]                 // what `Default` gives it, and a read object that lacks it has not
//!     #[json_string]                   // a number, a truth value or JSON, usually in quotes
//!     pub message_id: String,          // any `Field`
//! }
//! ```
//!
//! It derives `Clone`, `Debug` and `Default`, adds the field `extra`, and writes the comparison, the
//! table and the two `match`es by which the loops of the codec see the struct. There is no parser
//! crate below it: a struct of this form is a flat list of tokens.

mod parse;
mod write;

use proc_macro::TokenStream;

/// Makes a struct a model.
#[proc_macro_attribute]
pub fn model(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match parse::model(&arguments.to_string(), item) {
        Ok(model) => write::model(model),
        Err(message) => format!("compile_error!({message:?});").parse().unwrap_or_default(),
    }
}
