//! ARNs of what receives records and messages.

use super::constraint::has_only;

/// What a destination may be. Source: AWS Lambda API reference, "OnFailure", `Destination`.
pub(super) const PATTERN: &str = r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)";

/// Returns whether this is an ARN, as [`PATTERN`] has it.
pub(super) fn is_destination(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, _] = parts[..] else { return false };
    let digits = account.bytes().all(|byte| byte.is_ascii_digit());
    partition.starts_with("aws")
        && has_only(partition, b"-")
        && has_only(service, b"-")
        && (region.is_empty() || has_only(region, b"-"))
        && (account.is_empty() || account.len() == 12 && digits)
}

/// What a dead-letter queue may be. Source: AWS Lambda API reference, "DeadLetterConfig", `TargetArn`.
pub(super) const ANY: &str = "(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()";

/// Returns whether this is an ARN, as [`ANY`] has it.
pub(super) fn is_any(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(4, ':').collect();
    let ["arn", partition, service, _] = parts[..] else { return false };
    let lower =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let more = partition.strip_prefix("aws").unwrap_or("!");
    let named = more.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    (partition.is_empty() || named) && !service.is_empty() && service.bytes().all(lower)
}

/// Returns the service in an ARN, such as `sqs`.
pub(super) fn service(arn: &str) -> Option<&str> {
    arn.split(':').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_an_arn() {
        for (arn, service_of) in [
            ("arn:aws:sqs:us-east-1:123456789012:dead", Some("sqs")),
            ("arn:aws-cn:sns:cn-north-1:123456789012:dead", Some("sns")),
            ("arn:aws:s3:::bucket", Some("s3")),
            ("arn:aws:lambda:us-east-1:123456789012:function:f:1", Some("lambda")),
        ] {
            assert!(is_destination(arn), "{arn}");
            assert!(is_any(arn), "{arn}");
            assert_eq!(service(arn), service_of);
        }
        for other in [
            "",
            "dead",
            "arn:aws:sqs:us-east-1:123456789012",
            "arn:gcp:sqs:us-east-1:123456789012:dead",
            "arn:aws:_-/!lambda:us-east-1:123456789012:function:f",
            "arn:aws:sqs:us_east:123456789012:dead",
            "arn:aws:sqs:us-east-1:12345678901x:dead",
            "arn:aws:sqs:us-east-1:1234:dead",
        ] {
            assert!(!is_destination(other), "{other}");
        }
        for other in [
            "",
            "dead",
            "arn:aws",
            "arn:gcp:sqs::",
            "arn:aws1:sqs::",
            "arn:aws:SQS::",
            "arn:aws::x",
        ] {
            assert!(!is_any(other), "{other}");
        }
        assert!(is_any("arn::s3:x"));
    }
}
