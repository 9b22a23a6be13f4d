//! The attribute of lambda-test.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Runs an async test in virtual time on one thread.
///
/// When the test fails, the seed, the command that replays it and the timeline of every simulated
/// service are shown. A test without a return type may use `?` all the same.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let expanded = if arguments.is_empty() {
        expand(item)
    } else {
        Err("`#[lambda_test::test]` takes no arguments")
    };
    match expanded {
        Ok(item) => item,
        Err(message) => format!("::core::compile_error!({message:?});").parse().unwrap_or_default(),
    }
}

fn expand(item: TokenStream) -> Result<TokenStream, &'static str> {
    const FORM: &str = "`#[lambda_test::test]` expects `async fn name() { … }` without parameters";
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let body = match tokens.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group.stream(),
        _ => return Err(FORM),
    };
    let word = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident.to_string() == word);
    let function = tokens.iter().position(|token| word(token, "fn")).ok_or(FORM)?;
    let is_async = function.checked_sub(1).filter(|at| word(&tokens[*at], "async")).ok_or(FORM)?;
    let (name, parameters) = match &tokens[function + 1..] {
        [TokenTree::Ident(name), TokenTree::Group(parameters), ..] => (name, parameters),
        _ => return Err(FORM),
    };
    if !parameters.stream().is_empty() {
        return Err(FORM);
    }
    let before: TokenStream = tokens[..is_async].iter().cloned().collect();
    let answer: TokenStream = tokens[function + 3..].iter().cloned().collect();
    let (signature, result) = if answer.is_empty() {
        // `?` needs a result; what comes after the body makes one of it.
        ("::core::result::Result<(), ::lambda_test::TestError>".to_owned(), "let () = __body")
    } else {
        (answer.to_string().trim_start_matches("->").to_owned(), "return __body")
    };
    let text = format!(
        "#[::core::prelude::v1::test]
         fn {name}() {{
             #[allow(unreachable_code, clippy::unused_unit, clippy::needless_return, reason = \"made by the attribute\")]
             async fn __test() -> {signature} {{
                 {result};
                 ::core::result::Result::Ok(())
             }}
             ::lambda_test::run(::core::stringify!({name}), __test);
         }}"
    );
    let expanded: TokenStream = text.parse().map_err(|_| FORM)?;
    Ok(before.into_iter().chain(replace(expanded, &body)).collect())
}

/// Puts the body, with the places in the source that it knows, where `__body` stands.
fn replace(tokens: TokenStream, body: &TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident.to_string() == "__body" => {
                TokenTree::Group(proc_macro::Group::new(Delimiter::Brace, body.clone()))
            }
            TokenTree::Group(group) => {
                let mut inner =
                    proc_macro::Group::new(group.delimiter(), replace(group.stream(), body));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        })
        .collect()
}
