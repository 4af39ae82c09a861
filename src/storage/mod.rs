//! What Vigie remembers. One use case is one [`Tx`]: its rows, its deliveries and its journal
//! entries are committed together or not at all. Domain values go in and come out; SQL, sealing and
//! engines never leave this folder. Storage decides nothing and knows no clock.
mod alert;
mod broadcast;
mod channel;
mod claim;
mod convoy;
mod delivery;
mod dialect;
mod duty;
mod erase;
mod error;
mod follow;
mod inbox;
mod invite;
mod journal;
mod letter;
mod mark;
mod meta;
mod person;
mod point;
mod process;
mod purge;
mod queue;
mod row;
mod ruling;
mod sighting;
mod whole;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use self::dialect::{Claim, Conn, Db, PgCalls, newest_migration};
use crate::domain::id::Entropy;
use crate::domain::person::{Chat, ChatHash};
use crate::domain::site::Zone;
use crate::pulse::Pulse;
use crate::vault::Vault;

pub use self::broadcast::Line;
pub use self::claim::Claimed;
pub use self::convoy::{ConvoyRow, VisitRow};
pub use self::dialect::Setting;
pub use self::duty::Duty;
pub use self::erase::Erased;
pub use self::error::{ErrorKind, StorageError};
pub use self::inbox::{InboxCounts, InboxRow};
pub use self::journal::Entry;
pub use self::letter::{Answer, Progress};
pub use self::mark::Mark;
pub use self::person::PersonCount;
pub use self::process::Peer;
pub use self::purge::PurgeReport;
pub use self::queue::QueueCount;
pub use self::whole::{StreamHead, TableCount, stream_head};

/// An open database. Shared by everything that runs.
pub struct Store {
    db: Db,
    vault: Arc<Vault>,
    entropy: Arc<dyn Entropy>,
    pulse: Arc<Pulse>,
    /// Where the mark is kept that tells a restored database.
    mark: Option<PathBuf>,
    /// Whether it was said that the mark cannot be written.
    mark_missing: AtomicBool,
}

/// A transaction: rolled back unless committed.
pub struct Tx {
    conn: Conn,
    vault: Arc<Vault>,
    entropy: Arc<dyn Entropy>,
    pulse: Arc<Pulse>,
    /// Holds what [`Tx::lock_decisions`] locks.
    decides: bool,
    /// Messages were queued, or updates kept: the other processes are called with the commit.
    call: Option<Call>,
}

/// What a process calls to the others that share its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Updates were kept, and perhaps messages queued.
    Kept,
    /// Messages were queued.
    Queued,
}

impl Call {
    fn word(self) -> &'static str {
        match self {
            Call::Kept => "kept",
            Call::Queued => "queued",
        }
    }
}

/// The calls of other processes, as they come. A call is a courtesy: whoever misses one finds the
/// work when it next looks around.
pub struct Calls(PgCalls);

impl Calls {
    /// The next call; `None` when some may have been missed, so that there may be anything to do.
    ///
    /// # Errors
    /// When the server cannot be reached: listen anew.
    pub async fn next(&mut self) -> Result<Option<Call>, StorageError> {
        let heard = self.0.next().await?;
        Ok(heard.and_then(|word| {
            [Call::Kept, Call::Queued].into_iter().find(|call| call.word() == word)
        }))
    }
}

impl Store {
    /// Opens the database of `url` (`sqlite://path` or `postgres://…`) for the service, makes or
    /// updates its tables, and refuses, in a sentence, what would not be safe: a second service on
    /// one file, weakened settings, a damaged file, the key of another database.
    pub async fn open(
        url: &str,
        vault: Vault,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Store, StorageError> {
        Self::open_as(Claim::Exclusive, url, vault, entropy).await
    }

    /// Opens it for a command that may run beside the service.
    pub async fn open_beside(
        url: &str,
        vault: Vault,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Store, StorageError> {
        Self::open_as(Claim::Beside, url, vault, entropy).await
    }

    async fn open_as(
        claim: Claim,
        url: &str,
        vault: Vault,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Store, StorageError> {
        let db = Db::open(url, claim, newest_migration()).await?;
        let store = Store::of(db, url, vault, entropy)?;
        store.refuse_another_key().await?;
        if claim == Claim::Exclusive {
            store.refuse_if_moved().await?;
        }
        Ok(store)
    }

    /// Opens a place in which nothing has happened yet, to be filled with a copy of another database,
    /// and makes its tables as they were after `migration`; `None` means the newest.
    ///
    /// # Errors
    /// Refuses where anything has happened, and a migration this version does not know.
    pub async fn open_blank(
        url: &str,
        vault: Vault,
        entropy: Arc<dyn Entropy>,
        migration: Option<i64>,
    ) -> Result<Store, StorageError> {
        let upto = migration.unwrap_or_else(newest_migration);
        if upto > newest_migration() {
            return Err(StorageError::Refused(
                "this was made by a newer version of vigie: install that version first".to_owned(),
            ));
        }
        let db = Db::open(url, Claim::Exclusive, upto).await?;
        let store = Store::of(db, url, vault, entropy)?;
        if store.read().await?.is_blank().await? {
            Ok(store)
        } else {
            Err(StorageError::Refused(
                "the place to copy to is not empty: name an empty database, or a file that does not exist yet"
                    .to_owned(),
            ))
        }
    }

    fn of(
        db: Db,
        url: &str,
        vault: Vault,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Store, StorageError> {
        let mark = mark::place(url, &vault)?;
        Ok(Store {
            db,
            vault: Arc::new(vault),
            entropy,
            pulse: Arc::new(Pulse::default()),
            mark,
            mark_missing: AtomicBool::new(false),
        })
    }

    /// The database remembers the fingerprint of its key: with another one nobody could be written
    /// to, and every subscriber would look new.
    async fn refuse_another_key(&self) -> Result<(), StorageError> {
        const FINGERPRINT: &str = "key_fingerprint";
        let ours = self.vault.fingerprint();
        let known = match self.read().await?.meta_get(FINGERPRINT).await? {
            Some(known) => known,
            None => {
                // Of several that start on an empty database the first one's key holds.
                let mut tx = self.begin().await?;
                let known = tx.meta_first(FINGERPRINT, ours).await?;
                tx.commit().await?;
                known
            }
        };
        if known == ours {
            return Ok(());
        }
        Err(StorageError::Refused(
            "the key file is not the one this database was made with: put the right key file back (VIGIE_KEY_FILE)"
                .to_owned(),
        ))
    }

    /// Begins a transaction that may write. On SQLite writers take turns, in the order they came.
    pub async fn begin(&self) -> Result<Tx, StorageError> {
        Ok(self.tx(self.db.begin().await?))
    }

    /// Begins a transaction that only reads: it sees one moment and never waits for a writer.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        Ok(self.tx(self.db.read().await?))
    }

    fn tx(&self, conn: Conn) -> Tx {
        Tx {
            conn,
            vault: Arc::clone(&self.vault),
            entropy: Arc::clone(&self.entropy),
            pulse: Arc::clone(&self.pulse),
            decides: false,
            call: None,
        }
    }

    /// What this process has seen of itself lately.
    pub fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
    }

    /// A secret that every process with the same key derives alike for `context`, as 64 hexadecimal
    /// digits. It tells nothing of the key, nor of another context's secret.
    pub fn secret_for(&self, context: &str) -> SecretString {
        self.vault.secret_for(context)
    }

    /// Listens for the calls of other processes; `None` where there can be no other.
    pub async fn listen(&self) -> Result<Option<Calls>, StorageError> {
        Ok(self.db.listen().await?.map(Calls))
    }

    /// Whether other processes may share this database (PostgreSQL). Where not, what was claimed
    /// before a restart can be released at once.
    pub fn is_shared(&self) -> bool {
        self.db.is_shared()
    }

    /// The settings that were asserted at start, as they are now; for `vigie doctor`.
    pub async fn settings(&self) -> Result<Vec<Setting>, StorageError> {
        self.db.settings().await
    }

    /// To be called after something was erased and committed: makes it unreadable in the files too.
    /// `false` when a reader was in the way; call again later.
    pub async fn after_erasure(&self) -> Result<bool, StorageError> {
        self.db.after_erasure().await
    }

    /// Lets the database grow no more, as on a full disk, or grow again.
    #[cfg(feature = "proof")]
    pub async fn cannot_grow(&self, full: bool) -> Result<(), StorageError> {
        self.db.cannot_grow(full).await
    }

    /// The keyed hash of a chat.
    pub fn hash(&self, chat: Chat) -> ChatHash {
        self.vault.hash(chat)
    }

    /// Closes every connection; transactions begun before may still end.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

impl Tx {
    /// Commits: durable when this returns.
    pub async fn commit(self) -> Result<(), StorageError> {
        let began = Instant::now();
        self.conn.commit(self.call.map(Call::word)).await?;
        self.pulse.took_to_commit(began.elapsed());
        Ok(())
    }

    /// What this process has seen of itself lately.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Has the other processes called with the commit.
    fn call(&mut self, call: Call) {
        // *Kept* wakes those who send, too.
        if self.call != Some(Call::Kept) {
            self.call = Some(call);
        }
    }

    /// The keyed hash of a chat.
    pub fn hash(&self, chat: Chat) -> ChatHash {
        self.vault.hash(chat)
    }

    /// A name for a chat that is the same within `context` and says nothing in another.
    pub fn pseudonym(&self, chat: Chat, context: &str) -> String {
        self.vault.pseudonym(chat, context)
    }

    /// A keyed short hash of what must be compared but never read again, such as a forward's origin.
    pub fn keyed_name(&self, context: &str, value: &str) -> String {
        self.vault.keyed_name(context, value.as_bytes())
    }

    /// Makes decisions serial across processes, until the transaction ends: to be called before the
    /// first read of what is decided on. On SQLite the single writer is enough.
    ///
    /// It locks the journal's head, which every decision needs anyway, and it is the first lock a
    /// transaction takes: then rows in the order of their keys, then the claims, and nothing after
    /// them. Whoever keeps to that order never waits in a circle.
    pub async fn lock_decisions(&mut self) -> Result<(), StorageError> {
        if !self.decides && matches!(self.conn, Conn::Pg(_)) {
            self.journal_head_locked().await?;
            self.decides = true;
        }
        Ok(())
    }

    /// Makes matching serial within a zone across processes, until the transaction ends. All zones
    /// share one journal, so it is [`Tx::lock_decisions`], by the name of what it is for.
    pub async fn lock_zone(&mut self, _zone: &Zone) -> Result<(), StorageError> {
        self.lock_decisions().await
    }
}

/// An instant as stored.
fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}
