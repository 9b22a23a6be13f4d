//! Amazon Redshift: scalar functions of SQL.
//!
//! Source: Amazon Redshift database developer guide, "Creating a scalar Lambda UDF", read 2026-11-26.

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor};

/// Rows of a query. The answer is the text of a [`RedshiftResponse`]:
/// [`RedshiftResponse::to_text`].
///
/// Source: Amazon Redshift database developer guide, "Integrating with Redshift", of Lambda UDFs.
#[model(Redshift)]
pub struct RedshiftEvent {
    /// The id of the request: the same when it is tried again.
    #[key = "request_id"]
    pub request_id: Option<String>,
    /// The ARN of the cluster.
    #[key = "cluster"]
    pub cluster: Option<String>,
    /// The user.
    #[key = "user"]
    pub user: Option<String>,
    /// The database.
    #[key = "database"]
    pub database: Option<String>,
    /// The function in SQL, with its types.
    #[key = "external_function"]
    #[required]
    pub external_function: String,
    /// The id of the query.
    #[key = "query_id"]
    pub query_id: Option<i64>,
    /// How many rows there are.
    #[key = "num_records"]
    #[required]
    pub num_records: i64,
    /// The arguments of each row.
    #[key = "arguments"]
    #[required]
    pub arguments: Vec<Vec<RawJson>>,
}

impl ResponseFor<RedshiftEvent> for String {}

/// A value for each row, or why there are none.
///
/// Source: Amazon Redshift database developer guide, "Integrating with Redshift", of Lambda UDFs.
#[model]
pub struct RedshiftResponse {
    /// Whether it could be done.
    #[key = "success"]
    pub success: bool,
    /// Why not.
    #[key = "error_msg"]
    pub error_msg: Option<String>,
    /// How many values there are.
    #[key = "num_records"]
    pub num_records: Option<i64>,
    /// The values, in the order of the rows.
    #[key = "results"]
    pub results: Option<Vec<RawJson>>,
}

impl RedshiftResponse {
    /// A value for each row.
    pub fn ok(results: Vec<RawJson>) -> Self {
        let num_records = i64::try_from(results.len()).ok();
        Self { success: true, num_records, results: Some(results), ..Self::default() }
    }

    /// Why there are none.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { error_msg: Some(message.into()), ..Self::default() }
    }

    /// The answer: Redshift takes the JSON as a text.
    pub fn to_text(&self) -> String {
        // A model has a form in JSON, whatever is in it.
        serde_json::to_string(self).unwrap_or_default()
    }
}
