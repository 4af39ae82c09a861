//! The only place that knows two engines: how each is opened, begun, told apart and asked. The rest
//! of storage writes one SQL text and one body, and the macros below compile it for both.
mod postgres;
mod sqlite;
mod table;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, Sqlite, Transaction};

pub(super) use self::postgres::PgCalls;
use self::postgres::PgDb;
pub(super) use self::sqlite::Claim;
use self::sqlite::SqliteDb;
pub(super) use self::table::{Cell, Kind, Table};
use super::error::{ErrorKind, StorageError};

/// The migrations, in order. One that has been released is never changed: add another.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "ground", include_str!("../../../migrations/0001_ground.sql")),
    (2, "process", include_str!("../../../migrations/0002_process.sql")),
    (3, "channel", include_str!("../../../migrations/0003_channel.sql")),
];

/// An open database of either engine.
pub(super) enum Db {
    /// One file on this machine.
    Sqlite(SqliteDb),
    /// A server that several processes share.
    Pg(PgDb),
}

/// A begun transaction of either engine; rolled back when dropped.
pub(super) enum Conn {
    /// See [`Db::Sqlite`].
    Sqlite(Transaction<'static, Sqlite>),
    /// See [`Db::Pg`].
    Pg(Transaction<'static, Postgres>),
}

/// A setting of the engine that Vigie depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub value: String,
    /// What it must be.
    pub wanted: &'static str,
}

impl Setting {
    /// Whether it is as it must be.
    pub fn holds(&self) -> bool {
        self.value == self.wanted
    }
}

/// The file of an address that names one; `None` for a server's.
pub(super) fn file_of(url: &str) -> Result<Option<PathBuf>, StorageError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(':') || path.contains('?') {
            return Err(StorageError::Refused(format!(
                "\"{url}\" names no file: write sqlite://vigie.db or sqlite:///var/lib/vigie/vigie.db"
            )));
        }
        Ok(Some(Path::new(path).to_owned()))
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok(None)
    } else {
        Err(StorageError::Refused(
            "DATABASE_URL must begin with sqlite:// or postgres://".to_owned(),
        ))
    }
}

impl Db {
    /// Opens the database of an address and makes its tables as they were after the migration `upto`.
    pub(super) async fn open(url: &str, claim: Claim, upto: i64) -> Result<Db, StorageError> {
        Ok(match file_of(url)? {
            Some(path) => Db::Sqlite(SqliteDb::open(&path, claim, upto).await?),
            None => Db::Pg(PgDb::open(url, upto).await?),
        })
    }
    /// Begins a transaction that may write. On SQLite it waits its turn first: there is one writer.
    pub(super) async fn begin(&self) -> Result<Conn, StorageError> {
        match self {
            Db::Sqlite(db) => Ok(Conn::Sqlite(db.begin().await?)),
            Db::Pg(db) => Ok(Conn::Pg(db.begin().await?)),
        }
    }
    /// Begins a transaction that only reads, and never waits for a writer.
    pub(super) async fn read(&self) -> Result<Conn, StorageError> {
        match self {
            Db::Sqlite(db) => Ok(Conn::Sqlite(db.read().await?)),
            Db::Pg(db) => Ok(Conn::Pg(db.read().await?)),
        }
    }
    /// Whether other processes may be working on the same deliveries.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Db::Pg(_))
    }
    /// The settings asserted at start, as they are now.
    pub(super) async fn settings(&self) -> Result<Vec<Setting>, StorageError> {
        match self {
            Db::Sqlite(db) => db.settings().await,
            Db::Pg(db) => db.settings().await,
        }
    }
    /// Makes what was deleted unreadable in the files, as far as the engine can.
    pub(super) async fn after_erasure(&self) -> Result<bool, StorageError> {
        match self {
            Db::Sqlite(db) => db.truncate_log().await,
            Db::Pg(db) => Ok(db.vacuum().await?),
        }
    }
    /// Listens for the calls of other processes; `None` where there can be none.
    pub(super) async fn listen(&self) -> Result<Option<PgCalls>, StorageError> {
        match self {
            Db::Sqlite(_) => Ok(None),
            Db::Pg(db) => Ok(Some(db.listen().await?)),
        }
    }
    /// Lets the file grow no more, or again; a server's disk is not ours to fill.
    #[cfg(feature = "proof")]
    pub(super) async fn cannot_grow(&self, full: bool) -> Result<(), StorageError> {
        match self {
            Db::Sqlite(db) => Ok(db.cannot_grow(full).await?),
            Db::Pg(_) => Ok(()),
        }
    }
    /// Gives every connection back and closes them.
    pub(super) async fn close(&self) {
        match self {
            Db::Sqlite(db) => db.close().await,
            Db::Pg(db) => db.close().await,
        }
    }
}

impl Conn {
    /// Commits, and calls the other processes that share the database, if there is something to
    /// call.
    pub(super) async fn commit(self, call: Option<&'static str>) -> Result<(), StorageError> {
        match self {
            Conn::Sqlite(tx) => tx.commit().await?,
            Conn::Pg(mut tx) => {
                // PostgreSQL answers COMMIT after a failed statement by rolling back and saying
                // that all is well; any statement before it tells the truth.
                match call {
                    Some(call) => postgres::call(&mut tx, call).await?,
                    None => {
                        sqlx::query("SELECT 1").execute(&mut *tx).await?;
                    }
                }
                tx.commit().await?;
            }
        }
        Ok(())
    }
    /// One of two texts, where the engines need different ones.
    pub(super) fn pick<T>(&self, sqlite: T, pg: T) -> T {
        match self {
            Conn::Sqlite(_) => sqlite,
            Conn::Pg(_) => pg,
        }
    }
    /// A subquery that lists the strings of a JSON array bound as parameter `n`.
    pub(super) fn listed(&self, n: u8) -> String {
        match self {
            Conn::Sqlite(_) => format!("(SELECT value FROM json_each(${n}))"),
            Conn::Pg(_) => format!("(SELECT jsonb_array_elements_text(${n}::jsonb))"),
        }
    }
    /// A subquery that gives, of each row of a JSON array bound as parameter `n`, a text, a byte
    /// string written in hexadecimal, and an integer.
    pub(super) fn triples(&self, n: u8) -> String {
        match self {
            Conn::Sqlite(_) => format!(
                "SELECT value ->> 0 AS text, unhex(value ->> 1) AS bytes, value ->> 2 AS number
                 FROM json_each(${n})"
            ),
            Conn::Pg(_) => format!(
                "SELECT value ->> 0 AS text, decode(value ->> 1, 'hex') AS bytes,
                   CAST(value ->> 2 AS BIGINT) AS number FROM jsonb_array_elements(${n}::jsonb)"
            ),
        }
    }
    /// Holds a named lock until the transaction ends. SQLite's single writer holds it already.
    pub(super) async fn lock(&mut self, name: &str) -> Result<(), StorageError> {
        match self {
            Conn::Sqlite(_) => Ok(()),
            Conn::Pg(tx) => postgres::lock(tx, name).await,
        }
    }
    /// As [`Conn::lock`], without waiting: `false` when somebody else holds it.
    pub(super) async fn try_lock(&mut self, name: &str) -> Result<bool, StorageError> {
        match self {
            Conn::Sqlite(_) => Ok(true),
            Conn::Pg(tx) => postgres::try_lock(tx, name).await,
        }
    }
}

/// All rows of a query, as tuples.
macro_rules! all {
    ($conn:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match &mut $conn {
            $crate::storage::dialect::Conn::Sqlite(tx) => sqlx::query_as($sql)
                $(.bind($value))*.fetch_all(&mut **tx).await,
            $crate::storage::dialect::Conn::Pg(tx) => sqlx::query_as($sql)
                $(.bind($value))*.fetch_all(&mut **tx).await,
        }
    };
}
/// The first row of a query, if there is one, as a tuple.
macro_rules! first {
    ($conn:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match &mut $conn {
            $crate::storage::dialect::Conn::Sqlite(tx) => sqlx::query_as($sql)
                $(.bind($value))*.fetch_optional(&mut **tx).await,
            $crate::storage::dialect::Conn::Pg(tx) => sqlx::query_as($sql)
                $(.bind($value))*.fetch_optional(&mut **tx).await,
        }
    };
}
/// Runs a statement and gives the number of rows it touched.
macro_rules! run {
    ($conn:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match &mut $conn {
            $crate::storage::dialect::Conn::Sqlite(tx) => sqlx::query($sql)
                $(.bind($value))*.execute(&mut **tx).await.map(|done| done.rows_affected()),
            $crate::storage::dialect::Conn::Pg(tx) => sqlx::query($sql)
                $(.bind($value))*.execute(&mut **tx).await.map(|done| done.rows_affected()),
        }
    };
}
pub(super) use {all, first, run};

/// What the braces of a migration stand for.
type Words = [(&'static str, &'static str); 7];

/// The migrations up to one, in an engine's words.
fn migrator(words: &Words, upto: i64) -> Migrator {
    let migrations = MIGRATIONS
        .iter()
        .filter(|(version, _, _)| *version <= upto)
        .map(|(version, name, text)| {
            let sql = words
                .iter()
                .fold((*text).to_owned(), |sql, (token, word)| sql.replace(token, word));
            let sql = AssertSqlSafe(sql).into_sql_str();
            let simple = MigrationType::Simple;
            Migration::new(*version, Cow::Borrowed(*name), simple, sql, false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}

/// The number of the newest migration.
pub(super) fn newest_migration() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, _, _)| *version)
}

/// What kind of trouble an engine's error is, by its code.
pub(super) fn kind_of(error: &sqlx::Error) -> ErrorKind {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            if database.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                sqlite::kind_of_code(&code)
            } else {
                postgres::kind_of_code(&code)
            }
        }
        sqlx::Error::PoolTimedOut => ErrorKind::Busy,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => ErrorKind::Unreachable,
        sqlx::Error::Configuration(_) => ErrorKind::Refused,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_every_migration_is_known_to_both_engines() {
        for words in [sqlite::WORDS, postgres::WORDS] {
            for migration in migrator(&words, newest_migration()).iter() {
                for line in migration.sql.as_str().lines() {
                    let text = line.split("--").next().unwrap_or_default();
                    assert!(!text.contains(['{', '}']), "left over: {line}");
                }
            }
        }
    }
}
