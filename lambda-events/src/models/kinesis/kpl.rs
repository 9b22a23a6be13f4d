//! Records of the Kinesis Producer Library, which puts several user records into one.
//!
//! Four bytes say so, then comes a message of protocol buffers, then the MD5 of that. There are three
//! kinds of messages in it, so they are read here.
//!
//! Source: awslabs/amazon-kinesis-producer, "KPL Aggregated Record Format".

/// What a record of the library begins with.
const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

/// The length of an MD5.
const DIGEST: usize = 16;

/// A record as a producer gave it to the Kinesis Producer Library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserRecord<'a> {
    /// The key that the producer gave.
    pub partition_key: &'a str,
    /// The hash key that the producer gave in its place; most give none.
    pub explicit_hash_key: Option<&'a str>,
    /// What the producer put in.
    pub data: &'a [u8],
    /// Its place in the record, from 0.
    pub sub_sequence_number: u64,
}

/// Why a record that begins and ends like one of the Kinesis Producer Library is none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AggregateError {
    /// The message in it is cut or damaged.
    Broken(usize),
    /// A record in it has a key that is not there.
    NoSuchKey {
        /// The place of the record, from 0.
        record: usize,
        /// The place of its key.
        key: u64,
        /// How many keys there are.
        keys: usize,
    },
}

impl_display!(AggregateError, |error, f| match error {
    AggregateError::Broken(at) => {
        write!(f, "aggregated record: the message is no valid protocol buffer at byte {at}")
    }
    AggregateError::NoSuchKey { record, key, keys } => write!(
        f,
        "aggregated record: user record {record} has partition key {key}, but there are {keys}"
    ),
});

impl std::error::Error for AggregateError {}

/// Whether a record is of the library.
pub(super) fn is_aggregated(data: &[u8]) -> bool {
    message(data).is_some()
}

/// The user records in a record; a record that is not of the library is the only one.
pub(super) fn user_records<'a>(
    data: &'a [u8],
    partition_key: &'a str,
) -> Result<Vec<UserRecord<'a>>, AggregateError> {
    let Some(message) = message(data) else {
        let whole =
            UserRecord { partition_key, explicit_hash_key: None, data, sub_sequence_number: 0 };
        return Ok(vec![whole]);
    };
    let mut message = Message { bytes: message, at: 0 };
    let (mut keys, mut hash_keys, mut records) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(field) = message.next()? {
        match field {
            (1, Value::Bytes(key)) => keys.push(message.text(key)?),
            (2, Value::Bytes(key)) => hash_keys.push(message.text(key)?),
            (3, Value::Bytes(record)) => records.push(record),
            _ => {}
        }
    }
    let numbered = records.into_iter().enumerate();
    numbered.map(|(number, record)| user_record(number, record, &keys, &hash_keys)).collect()
}

/// The message in a record of the library. What only begins like one is a record of its own, as the
/// library's readers have it.
fn message(data: &[u8]) -> Option<&[u8]> {
    let rest = data.strip_prefix(&MAGIC)?;
    let (message, digest) = rest.split_at_checked(rest.len().checked_sub(DIGEST)?)?;
    (md5::compute(message).0 == digest).then_some(message)
}

fn user_record<'a>(
    number: usize,
    record: &'a [u8],
    keys: &[&'a str],
    hash_keys: &[&'a str],
) -> Result<UserRecord<'a>, AggregateError> {
    let mut message = Message { bytes: record, at: 0 };
    let (mut key, mut hash_key, mut data) = (0, None, [].as_slice());
    while let Some(field) = message.next()? {
        match field {
            (1, Value::Number(place)) => key = place,
            (2, Value::Number(place)) => hash_key = Some(place),
            (3, Value::Bytes(bytes)) => data = bytes,
            _ => {}
        }
    }
    let of = |keys: &[&'a str], key: u64| {
        let found = usize::try_from(key).ok().and_then(|place| keys.get(place).copied());
        found.ok_or(AggregateError::NoSuchKey { record: number, key, keys: keys.len() })
    };
    Ok(UserRecord {
        partition_key: of(keys, key)?,
        explicit_hash_key: hash_key.map(|key| of(hash_keys, key)).transpose()?,
        data,
        sub_sequence_number: number as u64,
    })
}

/// A message of protocol buffers, a field at a time.
struct Message<'a> {
    bytes: &'a [u8],
    at: usize,
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// A number of fixed length, of which there is none here.
    Fixed,
}

impl<'a> Message<'a> {
    fn broken(&self) -> AggregateError {
        AggregateError::Broken(self.at)
    }

    /// The number of the next field, and its value.
    fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, AggregateError> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(self.broken()),
        };
        Ok(Some((tag >> 3, value)))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], AggregateError> {
        let length = usize::try_from(length).map_err(|_| self.broken())?;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.get(..length).ok_or_else(|| self.broken())?;
        self.at += length;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, AggregateError> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or_else(|| self.broken())?;
            self.at += 1;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.broken())
    }

    fn text(&self, bytes: &'a [u8]) -> Result<&'a str, AggregateError> {
        std::str::from_utf8(bytes).map_err(|_| self.broken())
    }
}

/// Puts user records into one as the library does; their numbers are their places.
#[cfg(any(test, feature = "samples"))]
pub(crate) fn aggregate(records: &[(&str, &[u8])]) -> Vec<u8> {
    fn varint(out: &mut Vec<u8>, mut number: usize) {
        while number >= 0x80 {
            out.push((number & 0x7F) as u8 | 0x80);
            number >>= 7;
        }
        out.push(number as u8);
    }
    fn bytes(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
        out.push(field << 3 | 2);
        varint(out, bytes.len());
        out.extend_from_slice(bytes);
    }
    let mut message = Vec::new();
    for (key, _) in records {
        bytes(&mut message, 1, key.as_bytes());
    }
    for (place, (_, data)) in records.iter().enumerate() {
        let mut record = vec![1 << 3];
        varint(&mut record, place);
        bytes(&mut record, 3, data);
        bytes(&mut message, 3, &record);
    }
    let digest = md5::compute(&message).0;
    [&MAGIC, &*message, &digest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_together_is_taken_apart() {
        let long = [7; 300];
        let data = aggregate(&[("a", b"one"), ("b", &long), ("a", b"")]);
        let records = user_records(&data, "whole").expect("it is one of the library's");
        let seen: Vec<_> = records
            .iter()
            .map(|record| (record.partition_key, record.data.len(), record.sub_sequence_number))
            .collect();
        assert_eq!(seen, [("a", 3, 0), ("b", 300, 1), ("a", 0, 2)]);
    }

    #[test]
    fn another_record_is_the_only_one() {
        let whole = aggregate(&[("a", b"one")]);
        let mut damaged = whole.clone();
        damaged[6] ^= 1;
        for data in [b"plain".as_slice(), b"", &MAGIC, &whole[..whole.len() - 1], &damaged] {
            let records = user_records(data, "key").expect("a record of its own");
            assert_eq!(
                records,
                [UserRecord {
                    partition_key: "key",
                    explicit_hash_key: None,
                    data,
                    sub_sequence_number: 0
                }]
            );
        }
    }

    /// Field 1 is the partition keys, 2 the explicit hash keys, 3 the records, which name theirs by place.
    #[test]
    fn a_record_may_have_an_explicit_hash_key() {
        let key = |number: u8, key: &[u8]| [&[number << 3 | 2, 1][..], key].concat();
        let record = |fields: &[u8]| [&[0x1A, 4][..], fields].concat();
        let message = [
            key(1, b"a"),
            key(1, b"b"),
            key(2, b"7"),
            key(2, b"8"),
            record(&[1 << 3, 1, 2 << 3, 1]),
            record(&[1 << 3, 0, 2 << 3, 0]),
        ];
        let data = signed(&message.concat());
        let records = user_records(&data, "key").expect("it is one of the library's");
        let keys = records.iter().map(|record| (record.partition_key, record.explicit_hash_key));
        assert_eq!(keys.collect::<Vec<_>>(), [("b", Some("8")), ("a", Some("7"))]);
    }

    /// A record whose digest is right, whatever the message.
    fn signed(message: &[u8]) -> Vec<u8> {
        [&MAGIC, message, &md5::compute(message).0].concat()
    }

    #[test]
    fn a_message_that_is_cut_or_has_no_such_key_is_refused() {
        let whole = aggregate(&[("a", b"one")]);
        let message = &whole[4..whole.len() - 16];
        for end in 1..message.len() {
            let _ = user_records(&signed(&message[..end]), "key");
        }
        assert_eq!(user_records(&signed(&message[..2]), "key"), Err(AggregateError::Broken(2)));
        let no_key = signed(&[0x1A, 2, 1 << 3, 5]);
        assert_eq!(
            user_records(&no_key, "key"),
            Err(AggregateError::NoSuchKey { record: 0, key: 5, keys: 0 })
        );
        assert_eq!(user_records(&signed(&[0xFF; 11]), "key"), Err(AggregateError::Broken(10)));
    }
}
