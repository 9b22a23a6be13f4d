//! The ARN by which a function was invoked.

use std::{fmt, ops::Range, str::FromStr};

use crate::WireError;

/// The name of a function as a caller addressed it, with its qualifier if it gave one.
///
/// `arn:{partition}:lambda:{region}:{account}:function:{name}[:{qualifier}]`. The qualifier is the
/// one *as invoked*: an alias stays an alias, and a call without qualifier has none.
/// Source: AWS Lambda API reference, "Invoke", parameter `FunctionName`.
///
/// ```
/// use lambda_core::FunctionArn;
///
/// let arn: FunctionArn = "arn:aws:lambda:eu-west-1:123456789012:function:orders:prod".parse()?;
/// assert_eq!((arn.region(), arn.name(), arn.qualifier()), ("eu-west-1", "orders", Some("prod")));
/// # Ok::<(), lambda_core::WireError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FunctionArn {
    text: String,
    partition: Range<usize>,
    region: Range<usize>,
    account: Range<usize>,
    name: Range<usize>,
    qualifier: Option<Range<usize>>,
}

impl FunctionArn {
    /// Builds the ARN of a function in the partition `aws`.
    ///
    /// # Errors
    ///
    /// A part is empty or holds a character that it may not hold.
    pub fn new(
        region: &str,
        account: &str,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<Self, WireError> {
        let (colon, text) = qualifier.map_or(("", ""), |qualifier| (":", qualifier));
        let text = format!("arn:aws:lambda:{region}:{account}:function:{name}{colon}{text}");
        let arn: Self = text.parse()?;
        // A colon within a part would make other parts of it.
        if (arn.region(), arn.account(), arn.name(), arn.qualifier())
            != (region, account, name, qualifier)
        {
            return Err(WireError::new("function ARN", text, "parts without `:`"));
        }
        Ok(arn)
    }

    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub fn partition(&self) -> &str {
        &self.text[self.partition.clone()]
    }

    /// The region, such as `eu-west-1`.
    pub fn region(&self) -> &str {
        &self.text[self.region.clone()]
    }

    /// The account: twelve digits in the cloud.
    pub fn account(&self) -> &str {
        &self.text[self.account.clone()]
    }

    /// The name of the function, without qualifier.
    pub fn name(&self) -> &str {
        &self.text[self.name.clone()]
    }

    /// The version or alias as invoked; absent when the caller gave none, which means `$LATEST`.
    pub fn qualifier(&self) -> Option<&str> {
        self.qualifier.clone().map(|range| &self.text[range])
    }

    /// The whole ARN as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for FunctionArn {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        let refuse = || {
            let expected = "`arn:{partition}:lambda:{region}:{account}:function:{name}`, \
                            perhaps with `:{qualifier}`";
            WireError::new("function ARN", text, expected)
        };
        let mut end = 0;
        let parts: Vec<Range<usize>> = text
            .split(':')
            .map(|part| {
                let range = end..end + part.len();
                end = range.end + 1;
                range
            })
            .collect();
        let part = |index: usize| parts.get(index).map_or("", |range| &text[range.clone()]);
        let name_like = |text: &str, more: &[u8]| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        };
        let fits = matches!(parts.len(), 7 | 8)
            && (part(0), part(2), part(5)) == ("arn", "lambda", "function")
            && name_like(part(1), b"-")
            && name_like(part(3), b"-")
            && name_like(part(4), b"")
            && name_like(part(6), b"-_")
            && (parts.len() == 7 || name_like(part(7), b"-_$."));
        if !fits {
            return Err(refuse());
        }
        Ok(Self {
            text: text.to_owned(),
            partition: parts[1].clone(),
            region: parts[3].clone(),
            account: parts[4].clone(),
            name: parts[6].clone(),
            qualifier: parts.get(7).cloned(),
        })
    }
}

impl fmt::Display for FunctionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, parts: Option<(&str, &str, &str, Option<&str>)>) {
        let arn = text.parse::<FunctionArn>().ok();
        let seen =
            arn.as_ref().map(|arn| (arn.partition(), arn.region(), arn.name(), arn.qualifier()));
        assert_eq!(seen, parts, "{text}");
    }

    #[test]
    fn a_colon_in_a_name_is_refused() {
        let new = |region, name, qualifier| {
            FunctionArn::new(region, "1", name, qualifier).map(|arn| arn.to_string()).ok()
        };
        assert_eq!(new("r", "f", None).as_deref(), Some("arn:aws:lambda:r:1:function:f"));
        assert_eq!(new("r", "f", Some("3")).as_deref(), Some("arn:aws:lambda:r:1:function:f:3"));
        assert_eq!(new("r", "f:3", None), None);
        assert_eq!(new("r", "f:3", Some("4")), None);
        assert_eq!(new("r", "f", Some("")), None);
        assert_eq!(new("r:1:function:f", "f", None), None);
        assert_eq!(new("", "f", None), None);
    }

    #[test]
    fn the_arn_carries_the_qualifier_as_invoked() {
        let arn = |tail: &str| format!("arn:aws:lambda:us-east-1:123456789012:function:{tail}");
        check(&arn("f"), Some(("aws", "us-east-1", "f", None)));
        check(&arn("f:$LATEST"), Some(("aws", "us-east-1", "f", Some("$LATEST"))));
        check(
            &arn("f:$LATEST.PUBLISHED"),
            Some(("aws", "us-east-1", "f", Some("$LATEST.PUBLISHED"))),
        );
        check(&arn("f:3"), Some(("aws", "us-east-1", "f", Some("3"))));
        check(&arn("f:prod"), Some(("aws", "us-east-1", "f", Some("prod"))));
        check(&arn("f:"), None);
        check(&arn(""), None);
        check(&arn("f:a:b"), None);
        check(&arn("ü"), None);
        check(
            "arn:aws-cn:lambda:cn-north-1:1:function:f",
            Some(("aws-cn", "cn-north-1", "f", None)),
        );
        check("", None);
        check("function-arn", None);
        check("arn:aws:sqs:us-east-1:1:function:f", None);
    }
}
