//! From tokens to what a struct says of itself.

use std::iter::Peekable;

use proc_macro::{Delimiter, Group, TokenStream, TokenTree, token_stream::IntoIter};

pub(crate) struct Model {
    /// The trigger that sends it, if it is an event.
    pub(crate) trigger: Option<String>,
    pub(crate) name: String,
    pub(crate) parameters: Vec<String>,
    pub(crate) fields: Vec<Field>,
    /// The struct itself, without the attributes that only we know.
    pub(crate) item: Vec<TokenTree>,
}

pub(crate) struct Field {
    pub(crate) name: String,
    /// The key, with its quotes.
    pub(crate) key: String,
    pub(crate) required: bool,
    pub(crate) json_string: bool,
    /// What `Default` gives it, where that is not its empty value.
    pub(crate) default: Option<String>,
}

pub(crate) fn model(trigger: &str, item: TokenStream) -> Result<Model, String> {
    let mut model = Model {
        trigger: (!trigger.is_empty()).then(|| trigger.to_owned()),
        name: String::new(),
        parameters: Vec::new(),
        fields: Vec::new(),
        item: Vec::new(),
    };
    let mut tokens = item.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Ident(ident) if ident.to_string() == "struct" => {
                model.item.push(token);
                let name = tokens.next().ok_or("a model has a name")?;
                model.name = name.to_string();
                model.item.push(name);
                if next_is(&mut tokens, '<') {
                    model.parameters = parameters(&mut tokens, &mut model.item);
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let mut kept = TokenStream::new();
                model.fields = fields(group.stream(), &mut kept)?;
                kept.extend(extra());
                let mut body = Group::new(Delimiter::Brace, kept);
                body.set_span(group.span());
                model.item.push(TokenTree::Group(body));
            }
            _ => model.item.push(token),
        }
    }
    match model.fields.len() {
        0 => Err(format!("`{}` names no field", model.name)),
        1..=63 => Ok(model),
        _ => Err(format!("`{}` names more than 63 fields", model.name)),
    }
}

fn extra() -> TokenStream {
    "/// What the object holds besides.\npub extra: crate::Extra,".parse().unwrap_or_default()
}

fn next_is(tokens: &mut Peekable<IntoIter>, punct: char) -> bool {
    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == punct)
}

/// The names of the parameters, up to the `>`; each has a default, and no bounds.
fn parameters(tokens: &mut Peekable<IntoIter>, kept: &mut Vec<TokenTree>) -> Vec<String> {
    let mut names = Vec::new();
    let mut wanted = false;
    let mut depth = 0;
    for token in tokens.by_ref() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => {
                depth += 1;
                wanted |= depth == 1;
            }
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            TokenTree::Punct(punct) if punct.as_char() == ',' => wanted |= depth == 1,
            TokenTree::Ident(ident) if wanted => {
                names.push(ident.to_string());
                wanted = false;
            }
            _ => {}
        }
        kept.push(token);
        if depth == 0 {
            break;
        }
    }
    names
}

/// The fields; what stays of them goes to `kept`.
fn fields(stream: TokenStream, kept: &mut TokenStream) -> Result<Vec<Field>, String> {
    let mut fields = Vec::new();
    let mut tokens = stream.into_iter().peekable();
    let (mut key, mut required, mut json_string, mut default) = (None, false, false, None);
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let Some(TokenTree::Group(group)) = tokens.next() else {
                    return Err("an attribute is in brackets".to_owned());
                };
                let parts: Vec<String> =
                    group.stream().into_iter().map(|part| part.to_string()).collect();
                match parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                    ["key", "=", text] if key.is_none() => key = Some(text.to_owned()),
                    ["required"] => required = true,
                    ["default", "=", value] => default = Some(value.to_owned()),
                    ["json_string"] => json_string = true,
                    ["doc", ..] => kept.extend([token, TokenTree::Group(group)]),
                    _ => return Err(format!("`#{group}` is no attribute of a field of a model")),
                }
            }
            TokenTree::Ident(ident) if ident.to_string() != "pub" => {
                let name = ident.to_string();
                let key = key.take().ok_or(format!("the field `{name}` needs a `#[key = …]`"))?;
                let default = default.take();
                fields.push(Field { name, key, required, json_string, default });
                (required, json_string) = (false, false);
                kept.extend([token]);
                past_type(&mut tokens, kept);
            }
            _ => kept.extend([token]),
        }
    }
    Ok(fields)
}

/// The type of a field and the comma after it.
fn past_type(tokens: &mut Peekable<IntoIter>, kept: &mut TokenStream) {
    let mut depth = 0;
    for token in tokens.by_ref() {
        let mut last = false;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth -= 1,
                ',' => last = depth == 0,
                _ => {}
            }
        }
        kept.extend([token]);
        if last {
            return;
        }
    }
}
