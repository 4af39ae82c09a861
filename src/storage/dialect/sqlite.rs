//! SQLite: one file, one writer, four readers. Every setting Vigie depends on is asserted after
//! opening: a kill -9 cannot show that `synchronous` is wrong, only a power cut could.
use std::cmp::Ordering;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};

use super::{ErrorKind, Setting, StorageError, Words, migrator, newest_migration};

/// How long a write waits for its turn before it is told "busy". One durable commit takes 0.4–2 ms;
/// five seconds pass only when a disk hangs or somebody holds the file open in another tool.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Readers beside the one writer: the worker, the desk and a command each read now and then.
const READERS: u32 = 4;
/// Statements kept prepared on each connection; storage has about a hundred.
const STATEMENTS_KEPT: usize = 256;

/// A command beside the service may hold the lock while it brings the tables up to date; a starting
/// service gives it a second before it concludes that another service runs.
const LOCK_TRIES: u32 = 10;
/// Between two tries for the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// A command beside the service waits so often for tables that the service is just making, which takes
/// well under a second on a disk that is not full.
const BESIDE_TRIES: u32 = 50;
/// Between two looks.
const BESIDE_PAUSE: Duration = Duration::from_millis(100);

/// SQLite's words for those in braces.
pub(super) const WORDS: Words = [
    ("{int}", "INTEGER"),
    ("{real}", "REAL"),
    ("{bytes}", "BLOB"),
    ("{bool}", "INTEGER"),
    ("{counter}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("{rows}", "STRICT"),
    ("{keyed}", "STRICT, WITHOUT ROWID"),
];

/// Name, the value as SQLite reports it, and what it must be.
const WANTED: [(&str, &str, &str); 5] = [
    ("journal_mode", "PRAGMA journal_mode", "wal"),
    ("synchronous", "PRAGMA synchronous", "2"),
    ("foreign_keys", "PRAGMA foreign_keys", "1"),
    ("secure_delete", "PRAGMA secure_delete", "1"),
    ("busy_timeout", "PRAGMA busy_timeout", "5000"),
];

/// Whether this process means to be the one that works on the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::storage) enum Claim {
    /// The service: refuses where another service runs.
    Exclusive,
    /// A command beside a running service, or without one.
    Beside,
}

/// An open file.
pub(in crate::storage) struct SqliteDb {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Held while this lives; the system lets it go even after a kill.
    _lock: Option<File>,
}

impl SqliteDb {
    /// Opens the file, making it with mode 0600 where there is none; checks it, and brings its
    /// tables up to date.
    pub(in crate::storage) async fn open(
        path: &Path,
        claim: Claim,
        upto: i64,
    ) -> Result<Self, StorageError> {
        Self::open_with(path, claim, upto, SqliteSynchronous::Full).await
    }

    /// As [`SqliteDb::open`], with a `synchronous` that a test may weaken to see it refused.
    async fn open_with(
        path: &Path,
        claim: Claim,
        upto: i64,
        synchronous: SqliteSynchronous,
    ) -> Result<Self, StorageError> {
        for _ in 0..BESIDE_TRIES {
            match Self::open_once(path, claim, upto, synchronous).await {
                // The service that holds the lock is still making its tables, or just opening.
                Err(error) if claim == Claim::Beside && error.kind() == ErrorKind::Busy => {
                    tokio::time::sleep(BESIDE_PAUSE).await;
                }
                Err(StorageError::Engine(error))
                    if super::kind_of(&error) == ErrorKind::Corrupt =>
                {
                    return Err(StorageError::Damaged {
                        path: path.display().to_string(),
                        said: error.as_database_error().map_or_else(String::new, |e| e.to_string()),
                    });
                }
                Err(StorageError::Engine(error))
                    if super::kind_of(&error) == ErrorKind::ReadOnly =>
                {
                    return Err(StorageError::File {
                        what: format!("the database file {} cannot be written", path.display()),
                        source: std::io::Error::new(std::io::ErrorKind::ReadOnlyFilesystem, error),
                    });
                }
                opened => return opened,
            }
        }
        Err(StorageError::TablesNotYet)
    }

    async fn open_once(
        path: &Path,
        claim: Claim,
        upto: i64,
        synchronous: SqliteSynchronous,
    ) -> Result<Self, StorageError> {
        let mut lock = take_lock(path)?;
        for _ in 0..LOCK_TRIES {
            if claim == Claim::Beside || lock.is_some() {
                break;
            }
            tokio::time::sleep(LOCK_PAUSE).await;
            lock = take_lock(path)?;
        }
        if claim == Claim::Exclusive && lock.is_none() {
            return Err(StorageError::Refused(format!(
                "another vigie already runs on {}: stop it first, or give this one another DATABASE_URL",
                path.display()
            )));
        }
        make_file(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("secure_delete", "ON")
            .statement_cache_capacity(STATEMENTS_KEPT);
        let writer = pool(1).connect_with(options.clone()).await?;
        assert_settings(&writer).await?;
        if lock.is_some() {
            quick_check(&writer, path).await?;
            migrator(&WORDS, upto).run(&writer).await?;
        } else {
            refuse_other_tables(&writer).await?;
        }
        let readers = pool(READERS).connect_with(options.read_only(true)).await?;
        assert_settings(&readers).await?;
        Ok(SqliteDb { writer, readers, _lock: lock.filter(|_| claim == Claim::Exclusive) })
    }

    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        begin_on(&self.writer, "BEGIN IMMEDIATE").await
    }

    pub(super) async fn read(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        begin_on(&self.readers, "BEGIN").await
    }

    pub(super) async fn settings(&self) -> Result<Vec<Setting>, StorageError> {
        let mut connection = self.writer.acquire().await?;
        Ok(settings(&mut connection).await?)
    }

    /// Moves the write-ahead log into the file and empties it: what was deleted is overwritten in
    /// the file by `secure_delete`, but would live on in the log. `false`: a reader was in the way.
    pub(super) async fn truncate_log(&self) -> Result<bool, StorageError> {
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await?;
        Ok(busy == 0)
    }

    /// A full disk, for proofs: SQLite refuses to make the file larger than it is.
    #[cfg(feature = "proof")]
    pub(super) async fn cannot_grow(&self, full: bool) -> Result<(), sqlx::Error> {
        let mut connection = self.writer.acquire().await?;
        let pages: i64 = match full {
            true => sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *connection).await?,
            false => i64::from(u32::MAX - 1),
        };
        let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(limit).execute(&mut *connection).await?;
        Ok(())
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Begins on a connection of `pool`. After a full disk or a failing one SQLite has rolled the
/// transaction back by itself, and the connection goes on believing that it is in one: it would refuse
/// every transaction for ever. Such a connection is closed, and the pool opens another in its place.
async fn begin_on(
    pool: &SqlitePool,
    begin: &'static str,
) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    for _ in 0..READERS {
        match pool.begin_with(begin).await {
            Err(sqlx::Error::InvalidSavePointStatement) => pool.acquire().await?.close().await?,
            begun => return begun,
        }
    }
    pool.begin_with(begin).await
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY_TIMEOUT)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Every connection of a pool is opened with the same options, so one of each speaks for all.
async fn assert_settings(pool: &SqlitePool) -> Result<(), StorageError> {
    let mut connection = pool.acquire().await?;
    let settings = settings(&mut connection).await?;
    match settings.into_iter().find(|setting| !setting.holds()) {
        None => Ok(()),
        Some(setting) => Err(StorageError::Refused(format!(
            "SQLite's {} is {} where Vigie needs {}: a power cut could lose what was promised",
            setting.name, setting.value, setting.wanted
        ))),
    }
}

async fn settings(connection: &mut SqliteConnection) -> Result<Vec<Setting>, sqlx::Error> {
    let mut settings = Vec::new();
    for (name, ask, wanted) in WANTED {
        let value: String = if name == "journal_mode" {
            sqlx::query_scalar(ask).fetch_one(&mut *connection).await?
        } else {
            let number: i64 = sqlx::query_scalar(ask).fetch_one(&mut *connection).await?;
            number.to_string()
        };
        settings.push(Setting { name, value, wanted });
    }
    Ok(settings)
}

async fn quick_check(writer: &SqlitePool, path: &Path) -> Result<(), StorageError> {
    let answer: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(writer).await?;
    if answer == "ok" {
        Ok(())
    } else {
        // One line: SQLite puts the place on a second.
        let said = answer.split_whitespace().collect::<Vec<_>>().join(" ");
        Err(StorageError::Damaged { path: path.display().to_string(), said })
    }
}

/// A command beside a running service never changes tables under it. Tables that are still being made
/// count as busy: they will be there in a moment.
async fn refuse_other_tables(writer: &SqlitePool) -> Result<(), StorageError> {
    let made: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_optional(writer)
    .await?;
    let version: i64 = match made {
        None => 0,
        Some(_) => {
            sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
                .fetch_one(writer)
                .await?
        }
    };
    match version.cmp(&newest_migration()) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(StorageError::TablesNotYet),
        Ordering::Greater => Err(StorageError::Refused(
            "another version of vigie runs on this database: use the command of that version, or restart the service first"
                .to_owned(),
        )),
    }
}

/// The lock stands beside the database, because SQLite's own locks come and go with transactions.
fn take_lock(path: &Path) -> Result<Option<File>, StorageError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let failed = |source| StorageError::File {
        what: format!("the lock file {} cannot be used", name.display()),
        source,
    };
    let file = owner_only().create(true).truncate(false).open(&name).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// SQLite gives its log and index files the mode of the database file.
fn make_file(path: &Path) -> Result<(), StorageError> {
    match owner_only().create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(StorageError::File {
            what: format!("the database file {} cannot be made", path.display()),
            source,
        }),
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// `SQLITE_IOERR_SHMSIZE`.
const IOERR_SHMSIZE: i64 = 4874;

/// SQLite's result codes (sqlite.org/rescode.html); the low byte is the primary one.
pub(super) fn kind_of_code(code: &str) -> ErrorKind {
    let code = code.parse::<i64>().unwrap_or(0);
    match code & 0xff {
        5 | 6 => ErrorKind::Busy,
        8 | 14 => ErrorKind::ReadOnly,
        // The index of the log could not grow: there is no room for it.
        10 if code == IOERR_SHMSIZE => ErrorKind::DiskFull,
        // The disk does not answer, or is gone.
        10 => ErrorKind::Unreachable,
        11 | 26 => ErrorKind::Corrupt,
        13 => ErrorKind::DiskFull,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_weakened_synchronous_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("vigie.db");
        for weak in [SqliteSynchronous::Normal, SqliteSynchronous::Off] {
            let Err(refusal) =
                SqliteDb::open_with(&path, Claim::Exclusive, newest_migration(), weak).await
            else {
                panic!("{weak:?} was taken");
            };
            assert_eq!(refusal.kind(), ErrorKind::Refused);
            assert!(refusal.to_string().contains("synchronous"), "{refusal}");
        }
        assert!(SqliteDb::open(&path, Claim::Exclusive, newest_migration()).await.is_ok());
    }

    #[tokio::test]
    async fn fault_36_a_full_disk_is_told_apart_and_keeps_what_was_committed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("vigie.db");
        let Ok(db) = SqliteDb::open(&path, Claim::Exclusive, newest_migration()).await else {
            panic!("not opened")
        };
        let pages: i64 =
            sqlx::query_scalar("PRAGMA page_count").fetch_one(&db.writer).await.unwrap();
        let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 2));
        sqlx::query(limit).execute(&db.writer).await.unwrap();
        let put = |key: &'static str, bytes: usize| {
            sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2)")
                .bind(key)
                .bind("x".repeat(bytes))
                .execute(&db.writer)
        };
        put("before", 10).await.unwrap();
        let full = StorageError::from(put("too much", 100_000).await.unwrap_err());
        assert_eq!(full.kind(), ErrorKind::DiskFull, "{full}");
        assert!(full.is_passing());
        let kept: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM meta").fetch_one(&db.writer).await.unwrap();
        assert_eq!(kept, 1);
        // In a transaction SQLite rolls back by itself; the next transaction begins all the same.
        let mut tx = db.begin().await.unwrap();
        let much = sqlx::query("INSERT INTO meta (key, value) VALUES ('too much', $1)");
        assert!(much.bind("x".repeat(100_000)).execute(&mut *tx).await.is_err());
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        let after = sqlx::query("INSERT INTO meta (key, value) VALUES ('after', 'x')");
        after.execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}
