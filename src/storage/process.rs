//! The living processes that share a database: who they are, that they live, and which of them
//! fetches updates. Who counts as dead, and after how long, is the caller's to say: no clock is kept
//! here, so that those of two machines are never compared.
use super::dialect::{all, run};
use super::{StorageError, Tx};

/// The lock under which the table is read and changed: whoever joins is seen by everyone who reads
/// it afterwards.
const PROCESSES: &str = "processes";

/// A process as it stands in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its name, unique among all machines and starts.
    pub name: String,
    /// Raised with each sign of life.
    pub beat: i64,
    /// Whether it is the one that fetches updates.
    pub polls: bool,
}

impl Tx {
    /// Enters a process that was not there before.
    pub async fn process_join(&mut self, name: &str) -> Result<(), StorageError> {
        self.conn.lock(PROCESSES).await?;
        run!(
            self.conn,
            "INSERT INTO process (name, beat, polls) VALUES ($1, 0, $2) ON CONFLICT (name) DO NOTHING",
            name,
            false
        )?;
        Ok(())
    }

    /// A sign of life. `false`: the others have counted it as dead meanwhile, and it must join anew.
    pub async fn process_renew(&mut self, name: &str) -> Result<bool, StorageError> {
        self.conn.lock(PROCESSES).await?;
        Ok(run!(self.conn, "UPDATE process SET beat = beat + 1 WHERE name = $1", name)? == 1)
    }

    /// Makes a process the one that fetches updates, unless another is. `true`: it is.
    pub async fn process_take_polling(&mut self, name: &str) -> Result<bool, StorageError> {
        self.conn.lock(PROCESSES).await?;
        let taken = run!(
            self.conn,
            "UPDATE process SET polls = $2 WHERE name = $1
               AND NOT EXISTS (SELECT 1 FROM process o WHERE o.polls AND o.name <> $1)",
            name,
            true
        )?;
        Ok(taken == 1)
    }

    /// A process no longer fetches updates: another may.
    pub async fn process_give_polling(&mut self, name: &str) -> Result<(), StorageError> {
        self.conn.lock(PROCESSES).await?;
        run!(self.conn, "UPDATE process SET polls = $2 WHERE name = $1", name, false)?;
        Ok(())
    }

    /// Every process in the table, by name.
    pub async fn processes(&mut self) -> Result<Vec<Peer>, StorageError> {
        let rows: Vec<(String, i64, bool)> =
            all!(self.conn, "SELECT name, beat, polls FROM process ORDER BY name")?;
        Ok(rows.into_iter().map(|(name, beat, polls)| Peer { name, beat, polls }).collect())
    }

    /// A process ends in order, with nothing on its way.
    pub async fn process_leave(&mut self, name: &str) -> Result<(), StorageError> {
        self.conn.lock(PROCESSES).await?;
        run!(self.conn, "DELETE FROM process WHERE name = $1", name)?;
        Ok(())
    }

    /// Strikes out a process whose beat still stands where it stood; `false` when it moved, or when
    /// somebody else has done so.
    pub async fn process_strike_out(&mut self, dead: &Peer) -> Result<bool, StorageError> {
        // Before the lock on the table, which everybody needs each second and nobody may hold long.
        self.lock_decisions().await?;
        self.conn.lock(PROCESSES).await?;
        let gone = run!(
            self.conn,
            "DELETE FROM process WHERE name = $1 AND beat = $2",
            dead.name.as_str(),
            dead.beat
        )?;
        Ok(gone == 1)
    }
}
