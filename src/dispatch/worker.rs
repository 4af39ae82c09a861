//! Sends what is due. Owns the order *intent committed, call made, end written down*: one transaction
//! writes down the ends of one group and claims the next; only after its commit does a call start.
//! A crash at any point leaves rows that say what may have happened to them.
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tokio::sync::{Mutex, Notify, watch};
use tokio::time::Instant;

use super::Courier;
use super::attempt::{Errand, Voice};
use super::fence::Fence;
use super::flight::{Aftermath, Flight, GROUP_ROWS_MAX, Landed};
use super::pacing::Pace;
use super::step::StepReport;
use crate::clock::Clock;
use crate::domain::alert::Urgency;
use crate::domain::delivery::Settled;
use crate::domain::person::Role;
use crate::proof::{self, Defect, Point};
use crate::speech::say::Say;
use crate::storage::{Claimed, StorageError, Store, Tx};

/// A claim holds so long; an attempt of three calls is over well before. Where several processes
/// share a database, the rows of one that was killed are taken over after it.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// What has landed waits so long for others to share a commit with: a little longer than two
/// messages take at the free rate, so that ends are written down together with the next claim.
/// A crash meanwhile costs one copy more of each, two or three.
const GATHER: Duration = Duration::from_millis(70);
/// The loop looks around at least so often: a clock that was set forward wakes nobody.
const LOOK_AROUND: Duration = Duration::from_secs(1);
/// The loop never turns faster than this when nothing wakes it.
const TURN_PAUSE_MIN: Duration = Duration::from_millis(1);
/// What is due but cannot be claimed (an earlier version is on its way) is looked at again after it.
const BLOCKED_PAUSE: TimeDelta = TimeDelta::milliseconds(250);
/// What was sent to a chat longer ago no longer matters for its pace: Telegram asks for one message
/// a second.
const CHAT_RESTS: TimeDelta = TimeDelta::seconds(1);
/// The pause when the database does not answer.
const TROUBLE_PAUSE: Duration = Duration::from_secs(1);
/// When asked to stop, letters on their way have so long to land: the whole stop takes ten seconds at most
/// (FAULTS 9), with room for writing down how they ended.
const LANDING_TIME: Duration = Duration::from_secs(8);

/// Why sending ended.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DispatchError {
    /// The token no longer holds.
    #[error("Telegram refuses the bot's token: get the right one from @BotFather")]
    TokenRefused,
}

/// One of those who send together.
pub struct Sender {
    /// Its name, unique among the processes that share the store.
    pub name: String,
    /// What all of them together may send.
    pub pace: Pace,
    /// How many they are at the moment, this one included.
    pub senders: watch::Receiver<usize>,
}

/// Sends deliveries.
pub struct Worker {
    store: Arc<Store>,
    courier: Arc<dyn Courier>,
    voice: Voice,
    clock: Clock,
    wake: Arc<Notify>,
    name: String,
    senders: watch::Receiver<usize>,
    fence: Fence,
    flight: Mutex<Flight>,
}

impl Worker {
    /// A sender of what `store` holds, woken by `wake`.
    pub fn new(
        store: Arc<Store>,
        courier: Arc<dyn Courier>,
        voice: Voice,
        clock: Clock,
        wake: Arc<Notify>,
        sender: Sender,
    ) -> Worker {
        let Sender { name, pace, senders } = sender;
        Worker {
            store,
            courier,
            voice,
            clock,
            wake,
            name,
            senders,
            fence: Fence::open(),
            flight: Mutex::new(Flight::new(pace)),
        }
    }

    /// Claims and calls only while `fence` lets it.
    #[must_use]
    pub fn fenced_by(self, fence: Fence) -> Worker {
        Worker { fence, ..self }
    }

    /// To be called before the first step: rows that were on their way when their sender ended get
    /// another try, or end as *maybe*.
    ///
    /// # Errors
    /// When the database does not let it.
    pub async fn resume(&self) -> Result<u64, StorageError> {
        if proof::broken(Defect::ClaimsNeverReleased) {
            return Ok(0);
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let released = if self.store.is_shared() {
            tx.release_stale(now).await?
        } else {
            tx.release_all(now).await?
        };
        tx.commit().await?;
        Ok(released)
    }

    /// Claims what may go now, sends it, waits for the ends and writes them down. Never waits for
    /// the clock: what may not go yet stays, or is put back, for a later step.
    ///
    /// # Errors
    /// When the database does not let it; what was sent is written down by the next step.
    pub async fn step(&self) -> Result<StepReport, StorageError> {
        let mut flight = self.flight.lock().await;
        let mut report = StepReport::default();
        self.turn(&mut flight, true, &mut report).await?;
        while let Some(joined) = flight.next().await {
            flight.land(joined, self.clock.now());
        }
        self.turn(&mut flight, false, &mut report).await?;
        Ok(report)
    }

    /// When the next step has something to do: `None` when nothing waits. What is due but held back
    /// by the pace counts from when the pace allows it.
    ///
    /// # Errors
    /// When the database does not let it.
    pub async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StorageError> {
        let flight = self.flight.lock().await;
        let now = self.clock.now();
        let due = self.next_due(now).await?;
        Ok(due.map(|due| due.max(flight.pacing.ready_at(1, now).unwrap_or(now))))
    }

    /// Sends until `stop` is ready, then lets what is on its way land.
    ///
    /// # Errors
    /// When going on is useless.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> Result<(), DispatchError> {
        let mut flight = self.flight.lock().await;
        tokio::pin!(stop);
        let mut resume_at = Some(Instant::now());
        loop {
            if resume_at.is_some_and(|at| Instant::now() >= at) {
                resume_at = self.resume_again().await;
            }
            let pause = self.turn_and_pause(&mut flight).await;
            if flight.token_refused {
                self.land_all(&mut flight).await;
                return Err(DispatchError::TokenRefused);
            }
            if self.wait(&mut flight, pause, stop.as_mut()).await {
                self.land_all(&mut flight).await;
                return Ok(());
            }
        }
    }

    /// Takes over what nobody sends any more, and says when to look again: never, where no other
    /// process shares the database.
    async fn resume_again(&self) -> Option<Instant> {
        match self.resume().await {
            Ok(_) if !self.store.is_shared() => None,
            Ok(_) => Some(Instant::now() + LEASE.to_std().unwrap_or(LOOK_AROUND)),
            Err(error) => {
                tracing::error!(%error, "claims could not be taken over");
                Some(Instant::now() + TROUBLE_PAUSE)
            }
        }
    }

    /// One turn, and how long to wait for the next.
    async fn turn_and_pause(&self, flight: &mut Flight) -> Duration {
        let room = flight.room(self.clock.now());
        let mut report = StepReport::default();
        let planned = match self.turn(flight, true, &mut report).await {
            Ok(()) => self.pause(flight, room, report.claimed).await,
            Err(error) => Err(error),
        };
        planned.unwrap_or_else(|error| {
            tracing::error!(%error, "sending waits for the database");
            TROUBLE_PAUSE
        })
    }

    /// Waits until it is time, something calls, or a group has landed; `true` when asked to stop.
    async fn wait(
        &self,
        flight: &mut Flight,
        pause: Duration,
        mut stop: std::pin::Pin<&mut impl Future<Output = ()>>,
    ) -> bool {
        let mut until = Instant::now() + pause;
        while flight.landed.len() < GROUP_ROWS_MAX {
            tokio::select! {
                biased;
                () = stop.as_mut() => return true,
                Some(joined) = flight.next(), if !flight.is_empty() => {
                    flight.land(joined, self.clock.now());
                    until = until.min(Instant::now() + GATHER);
                }
                () = self.wake.notified() => {
                    flight.called = true;
                    break;
                }
                () = tokio::time::sleep_until(until) => break,
            }
        }
        false
    }

    /// How long nothing need be done, in real time.
    async fn pause(
        &self,
        flight: &Flight,
        room: usize,
        claimed: usize,
    ) -> Result<Duration, StorageError> {
        let now = self.clock.now();
        // Rows that were put back wait to be written down, but hold up nothing.
        let longest = if flight.landed.is_empty() { LOOK_AROUND } else { GATHER };
        if flight.is_full() {
            return Ok(longest);
        }
        let at = if claimed == room {
            // Whoever called may be more urgent than what goes out: it waits for no group.
            let together = if flight.called { 1 } else { flight.pacing.group() };
            flight.pacing.ready_at(together, now)
        } else {
            match self.next_due(now).await? {
                None => return Ok(longest),
                Some(due) if due <= now => Some(now + BLOCKED_PAUSE),
                Some(due) => flight.pacing.ready_at(1, now).map(|ready| ready.max(due)),
            }
        };
        // A place comes free only with an answer, and that wakes the loop.
        let Some(at) = at else { return Ok(longest) };
        let speed = self.clock.speed();
        if speed <= 0.0 {
            return Ok(longest);
        }
        let real = (at - now).as_seconds_f64().max(0.0) / speed;
        let real = Duration::try_from_secs_f64(real).unwrap_or(longest);
        Ok(real.clamp(TURN_PAUSE_MIN, longest))
    }

    async fn next_due(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StorageError> {
        let mut tx = self.store.read().await?;
        tx.next_due(now).await
    }

    async fn land_all(&self, flight: &mut Flight) {
        let landing = async {
            while let Some(joined) = flight.next().await {
                flight.land(joined, self.clock.now());
            }
        };
        if tokio::time::timeout(LANDING_TIME, landing).await.is_err() {
            tracing::warn!("some messages were still on their way; they count as possibly sent");
        }
        let mut report = StepReport::default();
        if let Err(error) = self.turn(flight, false, &mut report).await {
            tracing::error!(%error, "the last messages could not be written down");
        }
    }

    /// One transaction: writes down what has landed and claims what may go. After its commit, and
    /// only then, what was claimed starts.
    async fn turn(
        &self,
        flight: &mut Flight,
        may_claim: bool,
        report: &mut StepReport,
    ) -> Result<(), StorageError> {
        let now = self.clock.now();
        flight.pacing.share(*self.senders.borrow());
        self.store.pulse().rate_now.set(flight.pacing.rate());
        let room = if may_claim && self.fence.holds() { flight.room(now) } else { 0 };
        if room == 0 && flight.landed.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        let erased = self.record(&mut tx, flight, now).await?;
        let errands = match room {
            0 => Vec::new(),
            _ => self.claim(&mut tx, flight, room, now).await?,
        };
        let idle = errands.len() < room || !may_claim;
        let ended = flight.ended || !flight.landed.is_empty();
        let finish = idle && ended;
        let shared = self.store.is_shared();
        if finish && !shared {
            summarise(&mut tx, now).await?;
        }
        let recorded = flight.landed.len();
        let mut errands = errands;
        if proof::broken(Defect::IntentAfterAnswer) {
            for errand in errands.drain(..) {
                report.claimed += 1;
                flight.start(errand, &self.voice, &self.courier, &self.clock, now);
            }
            // Long enough for the calls to be made.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        proof::reach(Point::Claiming).await;
        flight.in_doubt = true;
        tx.commit().await?;
        flight.in_doubt = false;
        flight.ended = ended && (shared || !finish);
        if !errands.is_empty() {
            proof::reach(Point::IntentKept).await;
        }
        flight.erased |= erased;
        for landed in flight.landed.drain(..recorded) {
            report.count(&landed);
            self.tally(&landed, now);
        }
        report.claimed += errands.len();
        flight.called &= errands.is_empty();
        for errand in errands {
            // A commit that took long may have ended when the others no longer count on this process.
            if self.fence.holds() {
                flight.start(errand, &self.voice, &self.courier, &self.clock, now);
            } else {
                flight.put_back(errand, now);
            }
        }
        if finish && shared {
            // A decision, which may wait for another: not while rows are held that it may wait for.
            let mut tx = self.store.begin().await?;
            tx.lock_decisions().await?;
            summarise(&mut tx, now).await?;
            tx.commit().await?;
            flight.ended = false;
        }
        if idle && flight.erased {
            flight.erased = !self.store.after_erasure().await?;
        }
        Ok(())
    }

    /// Counts what has ended.
    fn tally(&self, landed: &Landed, now: DateTime<Utc>) {
        let row = &landed.errand.row;
        let age = now - row.letter_id.made_at().unwrap_or(now);
        if let Some(state) = landed.settled.state() {
            self.store.pulse().delivered(row.urgency, state, row.letter_id.as_str(), age);
        }
    }

    /// Claims at most `room` rows, the most urgent first, with a place kept for answers to people.
    async fn claim(
        &self,
        tx: &mut Tx,
        flight: &mut Flight,
        room: usize,
        now: DateTime<Utc>,
    ) -> Result<Vec<Errand>, StorageError> {
        // A clock that runs fast must not end the lease before the call can have ended.
        let lease = now + LEASE * (self.clock.speed().clamp(1.0, 1e4).ceil() as i32);
        let mut rows = Vec::new();
        if flight.is_answers_turn() {
            flight.since_answer = 0;
            rows = tx.claim_of(Urgency::Answer, 1, &self.name, lease, now).await?;
        }
        let left = i64::try_from(room - rows.len()).unwrap_or(i64::MAX);
        if left > 0 {
            rows.extend(tx.claim(left, &self.name, lease, now).await?);
        }
        if self.store.is_shared() && !rows.is_empty() {
            // What another process wrote to a chat counts for its pace as our own does.
            let chats = rows.iter().map(|row| row.chat_hash);
            for (chat, at) in tx.written_since(chats, now - CHAT_RESTS).await? {
                if let Some(row) = rows.iter().find(|row| row.chat_hash == chat) {
                    flight.pacing.written_elsewhere(row.chat, at);
                }
            }
        }
        let mut errands = Vec::with_capacity(rows.len());
        for row in rows {
            errands.push(errand(tx, row, now).await?);
        }
        Ok(errands)
    }

    /// Writes down how attempts ended, and what follows; `true` when something was erased.
    async fn record(
        &self,
        tx: &mut Tx,
        flight: &Flight,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let landed = &flight.landed;
        if landed.iter().any(|one| one.aftermath == Aftermath::Gone) {
            // Before any row, as everyone does: to forget somebody is a decision.
            tx.lock_decisions().await?;
        }
        let mut rows: Vec<_> = landed
            .iter()
            .map(|one| {
                let row = &one.errand.row;
                (row.letter_id.clone(), row.chat_hash, one.settled)
            })
            .collect();
        if flight.in_doubt {
            // The answer to the last commit was lost: what it may have claimed was never started.
            let never = Settled::Again { at: now, counts: false };
            let claimed = tx.claimed_by(&self.name).await?;
            let orphans = claimed.into_iter().filter(|(letter, chat)| !flight.holds(letter, *chat));
            rows.extend(orphans.map(|(letter, chat)| (letter, chat, never)));
        }
        tx.settle(&self.name, &rows, now).await?;
        let mut erased = false;
        for one in landed {
            let chat = one.errand.row.chat;
            match one.aftermath {
                Aftermath::Nothing => {}
                Aftermath::Moved(new) => tx.rewrite_chat(chat, new, now).await?,
                Aftermath::Gone => {
                    let person = tx.person_by_chat(chat).await?;
                    if person.is_none() {
                        tx.channel_refused(one.errand.row.chat_hash, now).await?;
                    }
                    // A member of the team who blocked the bot keeps the role: it ends by its date
                    // or by an admin, not by a mistaken tap.
                    if person.is_some_and(|p| p.role_at(now) == Role::Resident) {
                        erased |= tx.forget_person(chat, now).await?;
                    }
                }
            }
        }
        Ok(erased)
    }
}

/// Adds what is said, and who reads it where the words depend on that; an alert reads the same to
/// everyone.
async fn errand(tx: &mut Tx, row: Claimed, now: DateTime<Utc>) -> Result<Errand, StorageError> {
    let say = serde_json::from_str::<Say>(&row.say_json).ok();
    let reader = match say {
        None | Some(Say::Alert(_)) => None,
        Some(_) => tx.person_by_chat(row.chat).await?,
    };
    let role = reader.as_ref().map_or(Role::Resident, |r| r.role_at(now));
    Ok(Errand { row, say, tag: reader.map_or(0, |reader| reader.tag), desk: role.is_desk() })
}

/// Ends what is too old, and tells the journal of each alert whose last delivery has ended.
async fn summarise(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), StorageError> {
    if !proof::broken(Defect::NoAgeing) {
        tx.expire_overdue(now).await?;
    }
    for (alert, progress) in tx.close_finished(now).await? {
        let counts: BTreeMap<&str, i64> =
            progress.iter().map(|(state, count)| (state.code(), *count)).collect();
        let payload = json!({ "alert": alert.as_str(), "deliveries": counts });
        tx.journal_append("delivery_summary", &payload, now).await?;
    }
    Ok(())
}
