//! Files what is uploaded to a bucket by the folder of its key, whatever the key has in it: S3 sends
//! blanks as `+` and everything else that is no plain ASCII in percent signs.
//!
//! Run it here:
//!
//!     lambda-test sample s3/object-created | lambda-test invoke --example s3_uploads --payload-file -

use std::process::ExitCode;

use lambda_events::s3::{S3Event, S3EventKind, S3Record};
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};

/// The folder and the name of an object; absent where it is no file.
fn filed(record: &S3Record) -> Option<(String, String)> {
    // The console makes folders of objects whose keys end so.
    let key = record.key();
    let (folder, name) = key.rsplit_once('/').unwrap_or(("", &key));
    (!name.is_empty()).then(|| (folder.to_owned(), name.to_owned()))
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: S3Event| {
        // A test event, which S3 sends when the notification is set up, has no records.
        for record in &event.records {
            let bucket = &record.s3.bucket.name;
            match (record.kind(), filed(record)) {
                (S3EventKind::ObjectCreated, Some((folder, name))) => {
                    let bytes = record.s3.object.size.unwrap_or_default();
                    environment.log(&format!("{bucket}: filed {name} ({bytes} bytes) in {folder}"));
                }
                (S3EventKind::ObjectRemoved, Some((folder, name))) => {
                    environment.log(&format!("{bucket}: {name} is gone from {folder}"));
                }
                _ => {}
            }
        }
        Ok::<_, Error>(())
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::samples::s3;
    use lambda_test::Lambda;
    use serde::Serialize;

    use super::*;

    async fn log(event: impl Serialize) -> Vec<String> {
        let outcome = Lambda::new().function("uploads", app).create().invoke(event).await;
        assert_eq!(outcome.payload(), "null");
        outcome.logs().into_iter().map(str::to_owned).collect()
    }

    #[lambda_test::test]
    async fn a_key_with_blanks_and_umlauts_is_the_one_that_was_uploaded() {
        let event = s3::object_created("a-bucket", "Rechnungen 2026/Müller & Söhne + Co.pdf");
        assert_eq!(
            event.records[0].s3.object.key,
            "Rechnungen+2026/M%C3%BCller+%26+S%C3%B6hne+%2B+Co.pdf"
        );
        assert_eq!(
            log(&*event).await,
            ["a-bucket: filed Müller & Söhne + Co.pdf (1024 bytes) in Rechnungen 2026"],
        );
        let event = s3::object_removed("a-bucket", "Straße 1/a.txt");
        assert_eq!(log(&*event).await, ["a-bucket: a.txt is gone from Straße 1"]);
    }

    #[lambda_test::test]
    async fn folders_and_test_events_are_passed_over() {
        assert!(log(&*s3::object_created("a-bucket", "a folder/")).await.is_empty());
        assert!(log(&*s3::test_event("a-bucket")).await.is_empty());
    }
}
