//! The mark: a small file beside the database (or, for a server, beside the key) that remembers how
//! far the database had come. A database that has not come as far was put back from a copy, and what
//! waited in it to be sent must never be sent. Without a mark nothing is known and nothing refused.
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use super::dialect::{file_of, first};
use super::row::At;
use super::{StorageError, Store, Tx};
use crate::vault::Vault;

/// The key under which the beats are counted.
const BEAT: &str = "beat";

/// How far a database had come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The hash of the journal's first entry: copies of one database share it, others do not.
    pub birth: String,
    /// The epoch.
    pub epoch: i64,
    /// Goes up each time the mark is written, whatever the journal does meanwhile.
    pub beat: i64,
    /// The number of the journal's last entry.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

/// Where the mark of a database is kept; nowhere when the key came from no file and there is none of
/// the database either.
pub(super) fn place(url: &str, vault: &Vault) -> Result<Option<PathBuf>, StorageError> {
    let beside = file_of(url)?.or_else(|| vault.file().map(Path::to_owned));
    Ok(beside.map(|path| with_ending(&path, ".mark")))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

impl Store {
    /// The mark as it was last written. `None`: there is none, or it cannot be understood, which is
    /// logged; a start is never refused for it.
    pub fn mark_read(&self) -> Option<Mark> {
        let path = self.mark.as_deref()?;
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(%error, "the mark that tells a restored database cannot be read");
                return None;
            }
        };
        let mark = serde_json::from_str(&text).ok();
        if mark.is_none() {
            tracing::warn!("the mark that tells a restored database is not one; it is made anew");
        }
        mark
    }

    /// Writes the mark, whole or not at all. Where it cannot be written the service goes on without
    /// it, and says so once.
    pub fn mark_write(&self, mark: &Mark) {
        let Some(path) = self.mark.as_deref() else { return };
        match write_whole(path, mark) {
            Ok(()) => self.mark_missing.store(false, Ordering::Relaxed),
            Err(error) => {
                if !self.mark_missing.swap(true, Ordering::Relaxed) {
                    tracing::warn!(path = %path.display(), %error,
                        "the mark that tells a restored database cannot be written");
                }
            }
        }
    }
}

fn write_whole(path: &Path, mark: &Mark) -> std::io::Result<()> {
    let draft = with_ending(path, ".new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    serde_json::to_writer(&mut file, mark)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

impl Tx {
    /// One beat more, and how far the database has come with it; `None` while its journal is empty.
    pub async fn beat(&mut self) -> Result<Option<Mark>, StorageError> {
        let beat = self.beats().await? + 1;
        self.meta_set(BEAT, &beat.to_string()).await?;
        let Some(birth) = self.entry_hash(1).await? else { return Ok(None) };
        let (seq, hash) = self.journal_head().await?;
        let epoch = self.epoch().await?;
        Ok(Some(Mark { birth, epoch, beat, seq, hash: hex(&hash) }))
    }

    /// Whether the database has come at least as far as the mark says. Another database, and one in
    /// a later epoch (its restore has been seen to), answer yes.
    pub async fn has_come_as_far(&mut self, mark: &Mark) -> Result<bool, StorageError> {
        match self.entry_hash(1).await? {
            None => return Ok(true),
            Some(birth) if birth != mark.birth => return Ok(true),
            Some(_) => {}
        }
        let epoch = self.epoch().await?;
        if epoch != mark.epoch {
            return Ok(epoch > mark.epoch);
        }
        let held = self.entry_hash(mark.seq).await?;
        Ok(self.beats().await? >= mark.beat && held.as_deref() == Some(mark.hash.as_str()))
    }

    async fn beats(&mut self) -> Result<i64, StorageError> {
        let at = At { table: "meta", row: BEAT };
        self.meta_get(BEAT).await?.map_or(Ok(0), |text| at.parsed("value", &text))
    }

    async fn entry_hash(&mut self, seq: i64) -> Result<Option<String>, StorageError> {
        let row: Option<(Vec<u8>,)> =
            first!(self.conn, "SELECT hash FROM journal WHERE seq = $1", seq)?;
        Ok(row.map(|(hash,)| hex(&hash)))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
