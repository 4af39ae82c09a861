//! What can go wrong with storage, classified once, so that callers decide by kind and never by
//! text. No message carries a chat, a name or a value of a row.
use super::dialect;
use crate::vault::VaultError;

/// What kind of trouble it is; faults 35 to 39 and 42 end differently by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Another transaction is in the way: wait and try again.
    Busy,
    /// No room on the disk: nothing is kept; people must be told to call.
    DiskFull,
    /// The database cannot be written.
    ReadOnly,
    /// The database server cannot be reached: try again.
    Unreachable,
    /// The database is damaged.
    Corrupt,
    /// A stored value cannot be understood.
    Inconsistent,
    /// Vigie will not work with this database as it is; the message says what to do.
    Refused,
    /// Anything else: a defect.
    Other,
}

/// A failure of storage.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The engine failed.
    #[error("the database failed: {0}")]
    Engine(#[from] sqlx::Error),
    /// A stored value cannot be understood.
    #[error("the database holds a value that cannot be understood: {table}.{column} of row {row}")]
    Inconsistent {
        /// In which table.
        table: &'static str,
        /// In which column.
        column: &'static str,
        /// Of which row: an identifier, never a person.
        row: String,
    },
    /// Sealing failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Vigie will not work with this database as it is.
    #[error("{0}")]
    Refused(String),
    /// A command beside the service found fewer tables than it knows.
    #[error(
        "the running service has not made all the tables of this version: try again in a moment, or use the command of the service's version"
    )]
    TablesNotYet,
    /// The file is damaged.
    #[error(
        "the database file {path} is damaged ({said}): it was left as it is; restore a backup as deploy/RESTORE.md says"
    )]
    Damaged {
        /// Which file.
        path: String,
        /// What SQLite said of it.
        said: String,
    },
    /// The files of the database cannot be used.
    #[error("{what}: {source}")]
    File {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The tables could not be made or brought up to date.
    #[error("the tables of the database could not be brought up to date: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A value could not be written as text.
    #[error("a value could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<sqlx::migrate::MigrateError> for StorageError {
    fn from(error: sqlx::migrate::MigrateError) -> StorageError {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(_) => StorageError::Refused(
                "the tables of this database are those of a newer version of vigie: install that version, or name another database"
                    .to_owned(),
            ),
            other => StorageError::Migrate(other),
        }
    }
}

impl StorageError {
    /// What kind of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            StorageError::Engine(error) => dialect::kind_of(error),
            StorageError::Inconsistent { .. } => ErrorKind::Inconsistent,
            StorageError::Refused(_) => ErrorKind::Refused,
            StorageError::Damaged { .. } => ErrorKind::Corrupt,
            StorageError::TablesNotYet => ErrorKind::Busy,
            StorageError::File { source, .. } => match source.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    ErrorKind::ReadOnly
                }
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                    ErrorKind::DiskFull
                }
                _ => ErrorKind::Other,
            },
            StorageError::Migrate(sqlx::migrate::MigrateError::Execute(error)) => {
                dialect::kind_of(error)
            }
            StorageError::Migrate(sqlx::migrate::MigrateError::ExecuteMigration(error, _)) => {
                dialect::kind_of(error)
            }
            StorageError::Migrate(_) => ErrorKind::Refused,
            StorageError::Vault(_) | StorageError::Json(_) => ErrorKind::Other,
        }
    }
    /// Whether the same call may succeed if it is simply made again later.
    pub fn is_passing(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Busy | ErrorKind::Unreachable | ErrorKind::DiskFull | ErrorKind::ReadOnly
        )
    }
}
