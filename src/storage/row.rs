//! Stored values back into domain values. What cannot be understood is an error that names table,
//! column and row, never a silent default.
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StorageError;
use crate::domain::person::ChatHash;

/// A row being read, for naming it in errors.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    /// Its table.
    pub table: &'static str,
    /// Its identifier: never a person's.
    pub row: &'a str,
}

impl At<'_> {
    /// The error that says which column cannot be understood.
    pub(super) fn wrong(self, column: &'static str) -> StorageError {
        StorageError::Inconsistent { table: self.table, column, row: self.row.to_owned() }
    }
    /// An instant.
    pub(super) fn instant(
        self,
        column: &'static str,
        millis: i64,
    ) -> Result<DateTime<Utc>, StorageError> {
        DateTime::from_timestamp_millis(millis).ok_or_else(|| self.wrong(column))
    }
    /// An instant that may be absent.
    pub(super) fn instant_if(
        self,
        column: &'static str,
        millis: Option<i64>,
    ) -> Result<Option<DateTime<Utc>>, StorageError> {
        millis.map(|m| self.instant(column, m)).transpose()
    }
    /// A value that reads itself from text: places, zones, languages.
    pub(super) fn parsed<T: std::str::FromStr>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<T, StorageError> {
        text.parse().map_err(|_| self.wrong(column))
    }
    /// As [`At::parsed`], of what may be absent.
    pub(super) fn parsed_if<T: std::str::FromStr>(
        self,
        column: &'static str,
        text: Option<String>,
    ) -> Result<Option<T>, StorageError> {
        text.map(|t| self.parsed(column, &t)).transpose()
    }
    /// A value stored by its code: see [`code`].
    pub(super) fn coded<T: DeserializeOwned>(
        self,
        column: &'static str,
        code: String,
    ) -> Result<T, StorageError> {
        serde_json::from_value(serde_json::Value::String(code)).map_err(|_| self.wrong(column))
    }
    /// A value stored as JSON.
    pub(super) fn json<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<T, StorageError> {
        serde_json::from_str(text).map_err(|_| self.wrong(column))
    }
    /// A byte string of known length.
    pub(super) fn bytes<const N: usize>(
        self,
        column: &'static str,
        bytes: Vec<u8>,
    ) -> Result<[u8; N], StorageError> {
        bytes.try_into().map_err(|_| self.wrong(column))
    }
    /// The keyed hash of a chat.
    pub(super) fn hash(
        self,
        column: &'static str,
        bytes: Vec<u8>,
    ) -> Result<ChatHash, StorageError> {
        self.bytes(column, bytes).map(ChatHash)
    }
    /// Text that was sealed.
    pub(super) fn text(self, column: &'static str, plain: Vec<u8>) -> Result<String, StorageError> {
        String::from_utf8(plain).map_err(|_| self.wrong(column))
    }
    /// A small count.
    pub(super) fn small(self, column: &'static str, number: i64) -> Result<u32, StorageError> {
        u32::try_from(number).map_err(|_| self.wrong(column))
    }
}

/// The code of a value whose serialised form is one word, such as `on_site`.
pub(super) fn code<T: Serialize>(value: &T) -> Result<String, StorageError> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(code) => Ok(code),
        other => Ok(other.to_string()),
    }
}
