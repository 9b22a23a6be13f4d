//! What a record says of an item, as a type of the user's.

use serde::de::DeserializeOwned;

use super::{DynamoDbOperation, DynamoDbRecord, FromItemError, from_item};
use crate::{Attribute, Map};

/// What happened to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// It is new.
    Insert(T),
    /// It changed.
    Modify {
        /// What it was.
        old: T,
        /// What it is.
        new: T,
    },
    /// It was deleted.
    Remove(T),
    /// DynamoDB deleted it, since its time to live was over.
    Expired(T),
}

/// Why a record is no change of an item of a type.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChangeError {
    /// The stream's view has not the image that is needed, as `KEYS_ONLY` has none.
    NoImage(&'static str),
    /// The item does not fit the type.
    Item {
        /// `new` or `old`.
        image: &'static str,
        /// Where and why.
        error: FromItemError,
    },
    /// The record says something else than `INSERT`, `MODIFY` or `REMOVE`.
    Operation(DynamoDbOperation),
}

impl_display!(ChangeError, |error, f| match error {
    ChangeError::NoImage(image) => {
        write!(f, "the record has no {image} image: the stream's view type has to include it")
    }
    ChangeError::Item { image, error } => write!(f, "the {image} image does not fit: {error}"),
    ChangeError::Operation(name) => {
        write!(f, "the event's name is `{name}`, expected INSERT, MODIFY or REMOVE")
    }
});

impl std::error::Error for ChangeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Item { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl DynamoDbRecord {
    /// What happened, with the item as a type of your own.
    ///
    /// ```
    /// use lambda_events::dynamodb::{Change, DynamoDbRecord};
    ///
    /// # #[derive(serde::Deserialize, Debug, PartialEq)]
    /// # struct Order { id: u64, total: f64 }
    /// let record: DynamoDbRecord = serde_json::from_str(
    ///     r#"{"eventName":"INSERT","dynamodb":{
    ///         "Keys":{"id":{"N":"7"}},"NewImage":{"id":{"N":"7"},"total":{"N":"1.5"}}}}"#,
    /// )?;
    /// assert_eq!(record.change::<Order>()?, Change::Insert(Order { id: 7, total: 1.5 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ChangeError`].
    pub fn change<T: DeserializeOwned>(&self) -> Result<Change<T>, ChangeError> {
        Ok(match &self.event_name {
            DynamoDbOperation::Insert => Change::Insert(self.new_image()?),
            DynamoDbOperation::Modify => {
                Change::Modify { old: self.old_image()?, new: self.new_image()? }
            }
            DynamoDbOperation::Remove if self.is_expired() => Change::Expired(self.old_image()?),
            DynamoDbOperation::Remove => Change::Remove(self.old_image()?),
            DynamoDbOperation::Other(_) => {
                return Err(ChangeError::Operation(self.event_name.clone()));
            }
        })
    }

    /// Whether DynamoDB deleted the item, since its time to live was over.
    pub fn is_expired(&self) -> bool {
        let principal = self.user_identity.as_ref().and_then(|user| user.principal_id.as_deref());
        principal == Some("dynamodb.amazonaws.com")
    }

    /// The item after the change.
    ///
    /// # Errors
    ///
    /// See [`ChangeError`].
    pub fn new_image<T: DeserializeOwned>(&self) -> Result<T, ChangeError> {
        image("new", self.dynamodb.new_image.as_ref())
    }

    /// The item before the change.
    ///
    /// # Errors
    ///
    /// See [`ChangeError`].
    pub fn old_image<T: DeserializeOwned>(&self) -> Result<T, ChangeError> {
        image("old", self.dynamodb.old_image.as_ref())
    }

    /// The key of the item.
    ///
    /// # Errors
    ///
    /// It does not fit the type.
    pub fn keys<T: DeserializeOwned>(&self) -> Result<T, FromItemError> {
        from_item(&self.dynamodb.keys)
    }
}

fn image<T: DeserializeOwned>(
    image: &'static str,
    item: Option<&Map<Attribute>>,
) -> Result<T, ChangeError> {
    let item = item.ok_or(ChangeError::NoImage(image))?;
    from_item(item).map_err(|error| ChangeError::Item { image, error })
}
