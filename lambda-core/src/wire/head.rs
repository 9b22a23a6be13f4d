//! The head of an HTTP response, read in one pass that keeps only what the protocol needs.

use std::{borrow::Cow, ops::Range};

use bytes::Bytes;

use crate::WireError;

/// The most bytes that a head may have: the guide allows a request line with headers of 1 MB.
pub const MAX_HEAD: usize = 2 * 1024 * 1024;

/// The most bytes that a body may announce. The service sends at most 6 MiB and 100 bytes; the rest
/// is room for emulators.
pub const MAX_BODY: u64 = 256 * 1024 * 1024;

/// The headers of `next` that carry meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// `Lambda-Runtime-Aws-Request-Id`.
    RequestId,
    /// `Lambda-Runtime-Deadline-Ms`.
    DeadlineMs,
    /// `Lambda-Runtime-Invoked-Function-Arn`.
    FunctionArn,
    /// `Lambda-Runtime-Trace-Id`.
    TraceId,
    /// `Lambda-Runtime-Client-Context`.
    ClientContext,
    /// `Lambda-Runtime-Cognito-Identity`.
    CognitoIdentity,
    /// `Lambda-Runtime-Aws-Tenant-Id`.
    TenantId,
    /// `Lambda-Runtime-Invocation-Id`.
    InvocationId,
    /// `Lambda-Extension-Identifier`, in the answer to an extension that has registered.
    ExtensionIdentifier,
    /// `Content-Type`.
    ContentType,
}

const HEADERS: usize = Header::ContentType as usize + 1;

impl Header {
    /// All of them.
    pub const ALL: [Self; HEADERS] = [
        Self::RequestId,
        Self::DeadlineMs,
        Self::FunctionArn,
        Self::TraceId,
        Self::ClientContext,
        Self::CognitoIdentity,
        Self::TenantId,
        Self::InvocationId,
        Self::ExtensionIdentifier,
        Self::ContentType,
    ];

    /// The name in lower case, as clients read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequestId => "lambda-runtime-aws-request-id",
            Self::DeadlineMs => "lambda-runtime-deadline-ms",
            Self::FunctionArn => "lambda-runtime-invoked-function-arn",
            Self::TraceId => "lambda-runtime-trace-id",
            Self::ClientContext => "lambda-runtime-client-context",
            Self::CognitoIdentity => "lambda-runtime-cognito-identity",
            Self::TenantId => "lambda-runtime-aws-tenant-id",
            Self::InvocationId => "lambda-runtime-invocation-id",
            Self::ExtensionIdentifier => "lambda-extension-identifier",
            Self::ContentType => "content-type",
        }
    }

    /// The headers whose names have this length: a name is told by its length first.
    fn of_length(length: usize) -> &'static [Self] {
        match length {
            12 => &[Self::ContentType],
            23 => &[Self::TraceId],
            26 => &[Self::DeadlineMs],
            27 => &[Self::ExtensionIdentifier],
            28 => &[Self::InvocationId, Self::TenantId],
            29 => &[Self::RequestId, Self::ClientContext],
            31 => &[Self::CognitoIdentity],
            35 => &[Self::FunctionArn],
            _ => &[],
        }
    }
}

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By its length.
    Length(u64),
    /// By chunks, the last of which is empty.
    Chunked,
    /// By the end of the connection.
    UntilClose,
}

/// The head of a response: status, framing, and where the headers of [`Header`] stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseHead {
    /// The status code, 100 to 999.
    pub status: u16,
    /// How the end of the body is told.
    pub framing: Framing,
    /// Whether the server closes the connection after this response.
    pub close: bool,
    /// The bytes of the head, its empty line included.
    pub length: usize,
    places: [Range<u32>; HEADERS],
}

impl ResponseHead {
    /// Reads a head from the beginning of `bytes`; `None` when it is not all there yet.
    ///
    /// Line ends may be bare line feeds; of a repeated header the first that is not empty counts.
    ///
    /// # Errors
    ///
    /// The bytes are no HTTP/1 response, or its framing cannot be trusted.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, WireError> {
        let mut lines = Lines { bytes, at: 0 };
        let Some(first) = lines.next() else { return too_long(bytes) };
        let (status, http10) = status_line(&bytes[first])?;
        let mut head = Self {
            status,
            framing: Framing::UntilClose,
            close: http10,
            length: 0,
            places: Default::default(),
        };
        let (mut chunked, mut body_length) = (false, None);
        loop {
            let Some(line) = lines.next() else { return too_long(bytes) };
            if line.start == line.end {
                break;
            }
            let text = &bytes[line.clone()];
            let Some(colon) = memchr::memchr(b':', text) else {
                return Err(header_line(text));
            };
            let name = &text[..colon];
            // A blank there makes another name of it, or continues the line before.
            let blank = |byte: Option<&u8>| matches!(byte, None | Some(b' ' | b'\t'));
            if blank(name.first()) || blank(name.last()) {
                return Err(header_line(text));
            }
            let value = trim(bytes, line.start + colon + 1..line.end);
            match colon {
                10 if is(name, b"connection") => {
                    head.close |= has_token(&bytes[value], b"close");
                }
                14 if is(name, b"content-length") => {
                    body_length = Some(content_length(&bytes[value], body_length)?);
                }
                17 if is(name, b"transfer-encoding") => {
                    let value = &bytes[value];
                    // `identity` is a body as it is, by a name of HTTP's earlier days.
                    if value.eq_ignore_ascii_case(b"chunked") {
                        chunked = true;
                    } else if !value.eq_ignore_ascii_case(b"identity") {
                        let value = String::from_utf8_lossy(value);
                        return Err(WireError::new(
                            "header `transfer-encoding`",
                            value,
                            "`chunked`",
                        ));
                    }
                }
                length => {
                    let known = Header::of_length(length).iter();
                    for header in known {
                        let place = &mut head.places[*header as usize];
                        if place.start == place.end && is(name, header.name().as_bytes()) {
                            *place = narrow(value.clone());
                        }
                    }
                }
            }
        }
        head.length = lines.at;
        too_long(&bytes[..head.length])?;
        head.framing = match (status, chunked, body_length) {
            (100..=199 | 204 | 304, _, _) => Framing::Length(0),
            (_, true, _) => Framing::Chunked,
            (_, false, Some(length)) => Framing::Length(length),
            (_, false, None) => Framing::UntilClose,
        };
        head.close |= head.framing == Framing::UntilClose;
        Ok(Some(head))
    }

    /// The headers, given the bytes that were parsed.
    #[inline]
    pub fn headers(self, bytes: Bytes) -> Headers {
        Headers { bytes, places: self.places }
    }
}

/// The headers of an answer: slices of the bytes that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    bytes: Bytes,
    places: [Range<u32>; HEADERS],
}

impl Headers {
    /// The value of a header; an empty one counts as absent.
    #[inline]
    pub fn bytes(&self, header: Header) -> Option<&[u8]> {
        let place = &self.places[header as usize];
        let value = self.bytes.get(place.start as usize..place.end as usize)?;
        Some(value).filter(|value| !value.is_empty())
    }

    /// The value as text, with replacement characters for what is no UTF-8.
    #[inline]
    pub fn text(&self, header: Header) -> Option<Cow<'_, str>> {
        self.bytes(header).map(|value| match std::str::from_utf8(value) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(value),
        })
    }

    /// The value, if it can be sent back in a header of a request: visible ASCII.
    pub fn visible(&self, header: Header) -> Option<&str> {
        let value = std::str::from_utf8(self.bytes(header)?).ok()?;
        value.bytes().all(|byte| (b' '..=b'~').contains(&byte)).then_some(value)
    }
}

struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Lines<'_> {
    /// The next whole line, without its end.
    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let length = memchr::memchr(b'\n', &self.bytes[start..])?;
        self.at = start + length + 1;
        let carriage_return = length != 0 && self.bytes[start + length - 1] == b'\r';
        Some(start..start + length - usize::from(carriage_return))
    }
}

fn too_long(bytes: &[u8]) -> Result<Option<ResponseHead>, WireError> {
    match bytes.len() {
        ..=MAX_HEAD => Ok(None),
        length => {
            Err(WireError::new("head of the answer", format!("{length} bytes"), "at most 2 MiB"))
        }
    }
}

fn header_line(line: &[u8]) -> WireError {
    WireError::new("header line", String::from_utf8_lossy(line), "`name: value`")
}

fn status_line(line: &[u8]) -> Result<(u16, bool), WireError> {
    let digits = |digits: &[u8]| {
        digits.iter().try_fold(0u16, |status, digit| {
            digit.is_ascii_digit().then(|| status * 10 + u16::from(digit - b'0'))
        })
    };
    match line {
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor, b' ', a, b, c, rest @ ..]
            if minor.is_ascii_digit() && matches!(rest.first(), None | Some(b' ')) =>
        {
            digits(&[*a, *b, *c])
                .filter(|status| 100 <= *status)
                .map(|status| (status, *minor == b'0'))
        }
        _ => None,
    }
    .ok_or_else(|| {
        let value = String::from_utf8_lossy(line);
        WireError::new("status line", value, "`HTTP/1.1`, three digits and a reason")
    })
}

fn content_length(value: &[u8], earlier: Option<u64>) -> Result<u64, WireError> {
    let length = match value {
        [] => None,
        digits => digits.iter().try_fold(0u64, |length, digit| {
            let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
            length.checked_mul(10)?.checked_add(digit)
        }),
    };
    length
        .filter(|length| *length <= MAX_BODY && earlier.is_none_or(|earlier| earlier == *length))
        .ok_or_else(|| {
            let expected = "one number of bytes, at most 256 MiB";
            WireError::new("header `content-length`", String::from_utf8_lossy(value), expected)
        })
}

/// Whether a name is this one, which is given in lower case and of the same length.
///
/// One bit tells upper from lower case, in letters only: `-` has a twin there that is no character
/// of a name. Without an early exit the loop becomes a few instructions on whole vectors.
fn is(name: &[u8], lower: &[u8]) -> bool {
    name.iter()
        .zip(lower)
        .fold(0, |differ, (byte, lower)| differ | ((byte ^ lower) & !((lower & 0x40) >> 1)))
        == 0
}

fn has_token(value: &[u8], token: &[u8]) -> bool {
    value.split(|byte| *byte == b',').any(|part| part.trim_ascii().eq_ignore_ascii_case(token))
}

fn trim(bytes: &[u8], mut range: Range<usize>) -> Range<usize> {
    let blank = |at: usize| matches!(bytes[at], b' ' | b'\t');
    while range.start < range.end && blank(range.start) {
        range.start += 1;
    }
    while range.start < range.end && blank(range.end - 1) {
        range.end -= 1;
    }
    range
}

/// Places fit in 32 bits: a head has at most [`MAX_HEAD`] bytes and what was read with it.
fn narrow(range: Range<usize>) -> Range<u32> {
    match (u32::try_from(range.start), u32::try_from(range.end)) {
        (Ok(start), Ok(end)) => start..end,
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_header_is_found_by_its_name_in_any_case() {
        for header in Header::ALL {
            for name in [header.name().to_owned(), header.name().to_uppercase()] {
                let head = Bytes::from(format!("HTTP/1.1 200 OK\r\nx-a: 1\r\n{name}: v\r\n\r\n"));
                let read = ResponseHead::parse(&head).expect("a head").expect("all of it");
                assert_eq!(
                    read.headers(head.clone()).bytes(header),
                    Some(b"v".as_slice()),
                    "{name}"
                );
            }
        }
    }
}
