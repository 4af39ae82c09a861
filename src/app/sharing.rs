//! How several processes share one database: each gives a sign of life, counts the others, and takes
//! its share of the rate; one of them polls. Owns who counts as living, and for how long this
//! process may act; never sends or fetches itself.
//!
//! No clock of one machine is compared with another's. Each process raises its beat and notes, on its
//! own monotonic clock, when it *began* to do so; it acts until [`ACTS_FOR`] after that. Whoever sees
//! a beat notes when it had *read* it, which is later; it counts a beat that stood still for
//! [`DEAD_AFTER`] as dead, which is longer. So whoever is counted as dead makes no new call any more,
//! and what it had claimed is free: a call of its that is still open may at most bring one copy more,
//! which its attempt has counted already.
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::dispatch::Pass;
use crate::storage::{Peer, StorageError, Store};

/// A sign of life is given so often.
const RENEW_EVERY: Duration = Duration::from_secs(1);
/// After the beginning of its last sign of life a process acts no longer than this: two signs may be
/// late without anybody noticing.
const ACTS_FOR: Duration = Duration::from_secs(3);
/// A process whose beat has stood still for so long is dead. Longer than [`ACTS_FOR`]; the rest is for
/// calls on their way, which take a fraction of a second as a rule.
const DEAD_AFTER: Duration = Duration::from_secs(5);
/// Whoever has not read the beats for so long (the database was away) knows nothing of who stood
/// still meanwhile, and begins to watch anew.
const BLIND_AFTER: Duration = Duration::from_millis(2_500);

/// What is read with a sign of life.
enum Read {
    /// The table as it is, this process in it.
    Living(Vec<Peer>),
    /// The others count this process as dead.
    StruckOut,
}

/// When each beat was first seen where it stands.
#[derive(Default)]
struct Roll {
    seen: BTreeMap<String, (i64, Instant)>,
    read_at: Option<Instant>,
}

impl Roll {
    /// Takes in the beats of the others, of a reading that began and ended then, and gives those who
    /// are dead.
    fn call(&mut self, others: &[&Peer], began: Instant, ended: Instant) -> Vec<Peer> {
        if self.read_at.is_none_or(|last| began - last > BLIND_AFTER) {
            self.seen.clear();
        }
        self.read_at = Some(ended);
        let mut dead = Vec::new();
        let mut seen = BTreeMap::new();
        for other in others {
            let since = match self.seen.get(&other.name) {
                Some((beat, since)) if *beat == other.beat => *since,
                _ => ended,
            };
            if began.saturating_duration_since(since) >= DEAD_AFTER {
                dead.push((*other).clone());
            }
            seen.insert(other.name.clone(), (other.beat, since));
        }
        self.seen = seen;
        dead
    }
}

/// This process among the others.
pub(super) struct Sharing {
    pub store: Arc<Store>,
    pub clock: Clock,
    /// Its name.
    pub name: String,
    /// Whether it would poll, if nobody else does.
    pub may_poll: bool,
    /// Whether it may send.
    pub sending: watch::Sender<Pass>,
    /// Whether it may poll.
    pub polling: watch::Sender<Pass>,
    /// Among how many the rate is shared.
    pub senders: watch::Sender<usize>,
    /// Wakes the sender.
    pub queued: Arc<Notify>,
}

impl Sharing {
    /// Until the first sign of life nothing is sent or fetched.
    pub fn begin(&self) {
        self.sending.send_replace(Pass::Never);
        self.polling.send_replace(Pass::Never);
    }

    /// Shares until `stop` is ready; from `ending` on it leaves polling to the others. Then it takes
    /// its leave: nothing of this process may be on its way any more.
    pub async fn run(self, ending: impl Future<Output = ()>, stop: impl Future<Output = ()>) {
        tokio::pin!(ending, stop);
        let mut roll = Roll::default();
        let mut sends_from = None;
        let mut ends = false;
        let mut joined = false;
        loop {
            let began = Instant::now();
            let round = self.round(&mut roll, &mut joined, &mut sends_from, ends, began);
            match tokio::time::timeout(ACTS_FOR, round).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "no sign of life could be given"),
                Err(_late) => tracing::error!("a sign of life took too long"),
            }
            let next = tokio::time::sleep_until(began + RENEW_EVERY);
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = &mut ending, if !ends => ends = true,
                () = next => {}
            }
        }
        self.begin();
        match tokio::time::timeout(ACTS_FOR, self.leave()).await {
            Ok(Ok(())) => {}
            _ => tracing::warn!("the others will notice by themselves that this process has ended"),
        }
    }

    /// One sign of life, and what follows from what it read.
    async fn round(
        &self,
        roll: &mut Roll,
        joined: &mut bool,
        sends_from: &mut Option<Instant>,
        ends: bool,
        began: Instant,
    ) -> Result<(), StorageError> {
        if !*joined {
            self.join().await?;
            *joined = true;
            *sends_from = None;
        }
        let (read, polls) = self.renew(ends).await?;
        let Read::Living(peers) = read else {
            tracing::warn!("the other processes took this one for dead; it joins them anew");
            self.begin();
            *joined = false;
            return Ok(());
        };
        let ended = Instant::now();
        let others: Vec<&Peer> = peers.iter().filter(|peer| peer.name != self.name).collect();
        let dead = roll.call(&others, began, ended);
        // Whoever was there before learns of a newcomer with its next sign of life, or makes no more
        // calls after this time. Whoever finds nobody need wait for nobody.
        let from =
            *sends_from.get_or_insert(if others.is_empty() { began } else { ended + ACTS_FOR });
        let count = peers.len() - dead.len();
        if self.senders.send_if_modified(|held| std::mem::replace(held, count) != count) {
            tracing::info!(processes = count, "the rate is shared");
        }
        let until = Pass::Until(began + ACTS_FOR);
        let sends = ended >= from;
        let slept = !matches!(*self.sending.borrow(), Pass::Until(_));
        self.sending.send_replace(if sends { until } else { Pass::Never });
        self.polling.send_replace(if polls { until } else { Pass::Never });
        if sends && slept {
            self.queued.notify_one();
        }
        for dead in dead {
            self.strike_out(&dead).await?;
        }
        Ok(())
    }

    async fn join(&self) -> Result<(), StorageError> {
        let mut tx = self.store.begin().await?;
        tx.process_join(&self.name).await?;
        tx.commit().await
    }

    /// A sign of life, and the reading of all others' in the same transaction.
    async fn renew(&self, ends: bool) -> Result<(Read, bool), StorageError> {
        let mut tx = self.store.begin().await?;
        if !tx.process_renew(&self.name).await? {
            return Ok((Read::StruckOut, false));
        }
        let polls = self.may_poll && !ends && tx.process_take_polling(&self.name).await?;
        if ends {
            tx.process_give_polling(&self.name).await?;
        }
        let peers = tx.processes().await?;
        tx.commit().await?;
        Ok((Read::Living(peers), polls))
    }

    /// Frees what a dead process had claimed.
    async fn strike_out(&self, dead: &Peer) -> Result<(), StorageError> {
        let mut tx = self.store.begin().await?;
        if !tx.process_strike_out(dead).await? {
            return Ok(());
        }
        let freed = tx.release_of(&dead.name, self.clock.now()).await?;
        tx.commit().await?;
        tracing::warn!(freed, "another process is dead; the living take over what it was sending");
        self.queued.notify_one();
        Ok(())
    }

    async fn leave(&self) -> Result<(), StorageError> {
        let mut tx = self.store.begin().await?;
        tx.process_leave(&self.name).await?;
        tx.commit().await
    }
}

/// Passes on the calls of other processes until the task is ended.
pub(super) async fn hear(store: Arc<Store>, kept: Arc<Notify>, queued: Arc<Notify>) {
    use crate::storage::Call;
    loop {
        // Whatever was called while nobody listened may be waiting.
        kept.notify_one();
        queued.notify_one();
        match store.listen().await {
            Ok(None) => return,
            Ok(Some(mut calls)) => {
                while let Ok(call) = calls.next().await {
                    if call != Some(Call::Queued) {
                        kept.notify_one();
                    }
                    queued.notify_one();
                }
            }
            Err(error) => tracing::warn!(%error, "the other processes cannot be heard"),
        }
        tokio::time::sleep(RENEW_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(beat: i64) -> Peer {
        Peer { name: "other".to_owned(), beat, polls: false }
    }
    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[tokio::test]
    async fn a_beat_that_stands_still_is_dead_after_its_owner_has_stopped_and_not_before() {
        let (mut roll, start) = (Roll::default(), Instant::now());
        for second in 0..5 {
            let now = start + seconds(second);
            assert!(roll.call(&[&peer(7)], now, now).is_empty(), "second {second}");
        }
        let now = start + seconds(5);
        assert_eq!(roll.call(&[&peer(7)], now, now), [peer(7)]);
        assert!(DEAD_AFTER > ACTS_FOR);
    }

    #[tokio::test]
    async fn a_beat_that_moves_lives_however_late() {
        let (mut roll, start) = (Roll::default(), Instant::now());
        for second in 0..30 {
            let now = start + seconds(second);
            let beat = i64::try_from(second / 4).unwrap();
            assert!(roll.call(&[&peer(beat)], now, now).is_empty(), "second {second}");
        }
    }

    #[tokio::test]
    async fn whoever_could_not_read_for_a_while_takes_nobody_for_dead() {
        let (mut roll, start) = (Roll::default(), Instant::now());
        roll.call(&[&peer(7)], start, start);
        let back = start + seconds(60);
        assert!(roll.call(&[&peer(7)], back, back).is_empty(), "the database was away for all");
        for second in 61..65 {
            let now = start + seconds(second);
            assert!(roll.call(&[&peer(7)], now, now).is_empty());
        }
        let now = start + seconds(65);
        assert_eq!(roll.call(&[&peer(7)], now, now), [peer(7)]);
    }
}
