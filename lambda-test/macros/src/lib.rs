//! The attribute of lambda-test.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Runs an async test in virtual time on one thread.
///
/// When the test fails, the seed, the command that replays it and the timelines of the simulated
/// services are shown. A test without a return type may use `?` all the same.
///
/// | argument | consequence |
/// |---|---|
/// | `seed = 7` | the seed of every service that chooses none |
/// | `external_io = "30ms"` | virtual time waits for threads and sockets: the clock advances once nothing has happened for so long |
/// | `real_time` | the time of the day, for programs as child processes |
/// | `seeds = 1..1000` | the test takes a `Lambda`, and is run with each of these seeds: see `lambda_test::explore` |
///
/// With the variable `LAMBDA_TEST_LIMIT` a test fails, with the same output, that is not over after so many seconds
/// of real time.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match run(arguments).and_then(|run| expand(&run, item)) {
        Ok(item) => item,
        Err(message) => format!("::core::compile_error!({message:?});").parse().unwrap_or_default(),
    }
}

/// How a test is run.
enum Run {
    /// In this harness.
    Once(String),
    /// With each of these seeds.
    Explored(String),
}

/// Reads the arguments.
fn run(arguments: TokenStream) -> Result<Run, String> {
    let words: Vec<String> = arguments.clone().into_iter().map(|token| token.to_string()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let ["seeds", "=", seeds @ ..] = &words[..] {
        let seeds = seeds.concat();
        let numbers: Option<Vec<u64>> =
            seeds.split("..").map(|seed| seed.replace('_', "").parse().ok()).collect();
        return match numbers.as_deref() {
            Some([first, end]) if first < end => {
                Ok(Run::Explored(format!("{first}_u64..{end}_u64")))
            }
            _ => Err(format!(
                "`seeds` is `{seeds}`: expected a range as in 1..1000, and no other argument"
            )),
        };
    }
    harness(arguments).map(Run::Once)
}

/// What the arguments say, as calls.
fn harness(arguments: TokenStream) -> Result<String, String> {
    let mut harness = "::lambda_test::Harness::new()".to_owned();
    let arguments: Vec<TokenTree> = arguments.into_iter().collect();
    let comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    for argument in arguments.split(comma).filter(|argument| !argument.is_empty()) {
        let words: Vec<String> = argument.iter().map(ToString::to_string).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        harness += &match words[..] {
            ["real_time"] => ".real_time()".to_owned(),
            ["seed", "=", seed] => match seed.replace('_', "").parse::<u64>() {
                Ok(seed) => format!(".seed({seed})"),
                Err(_) => return Err(format!("`seed` is `{seed}`: expected a number")),
            },
            ["external_io", "=", grace] => match micros(grace) {
                Some(micros) => {
                    format!(".external_io(::core::time::Duration::from_micros({micros}))")
                }
                None => {
                    return Err(format!(
                        "`external_io` is {grace}: expected a time as in \"30ms\""
                    ));
                }
            },
            _ => {
                let words = words.join(" ");
                return Err(format!(
                    "`{words}` is no argument of `#[lambda_test::test]`: expected `seed = 7`, \
                     `external_io = \"30ms\"`, `real_time` or `seeds = 1..1000`"
                ));
            }
        };
    }
    Ok(harness)
}

/// A literal like `"30ms"`, `"1s"` or `"500us"`; not zero.
fn micros(literal: &str) -> Option<u64> {
    let text = literal.strip_prefix('"')?.strip_suffix('"')?;
    let end = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim() {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit).filter(|micros| *micros != 0)
}

fn expand(run: &Run, item: TokenStream) -> Result<TokenStream, String> {
    let form = match run {
        Run::Once(_) => "`#[lambda_test::test]` expects `async fn name() { … }` without parameters",
        Run::Explored(_) => {
            "`#[lambda_test::test(seeds = …)]` expects `async fn name(lambda: Lambda) { … }`"
        }
    };
    expand_with(run, item).ok_or_else(|| form.to_owned())
}

fn expand_with(run: &Run, item: TokenStream) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let body = match tokens.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group.stream(),
        _ => return None,
    };
    let word = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident.to_string() == word);
    let function = tokens.iter().position(|token| word(token, "fn"))?;
    let is_async = function.checked_sub(1).filter(|at| word(&tokens[*at], "async"))?;
    let (name, parameters) = match &tokens[function + 1..] {
        [TokenTree::Ident(name), TokenTree::Group(parameters), ..] => (name, parameters),
        _ => return None,
    };
    let calls = match run {
        Run::Once(harness) => {
            format!("::lambda_test::run(::core::stringify!({name}), {harness}, __test);")
        }
        Run::Explored(seeds) => {
            format!("::std::println!(\"{{}}\", ::lambda_test::explore({seeds}, __test));")
        }
    };
    if parameters.stream().is_empty() != matches!(run, Run::Once(_)) {
        return None;
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
             async fn __test{parameters} -> {signature} {{
                 {result};
                 ::core::result::Result::Ok(())
             }}
             {calls}
         }}"
    );
    let expanded: TokenStream = text.parse().ok()?;
    Some(before.into_iter().chain(replace(expanded, &body)).collect())
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
