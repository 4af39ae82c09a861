//! Where a story plays: the real program on a real file, a local Telegram over HTTP, and two clocks,
//! the machine's and Telegram's. Its crank turns all parts of the program without a moment of real
//! sleep, and lets the process die where the story says so.
use std::cell::Cell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{SecretBox, SecretString};
use tempfile::TempDir;
use vigie::app::{App, Fittings};
use vigie::clock::Clock;
use vigie::coordination::{House, run_due};
use vigie::dispatch::Pace;
use vigie::domain::id::Entropy;
use vigie::gazetteer::built_in;
use vigie::proof;
use vigie::rehearsal::telegram::{Fault, LocalOptions, LocalTelegram};
use vigie::speech::Speech;
use vigie::storage::Store;
use vigie::telegram::poll::PollError;
use vigie::vault::Vault;

use crate::faults::Kind;
use crate::ledger::{Ledger, Mark};

/// A call that is never answered is cut off after so long, in real time.
const SILENCE: Duration = Duration::from_millis(25);
/// The clock moves by so little while something waits for the pace, and
const BREATH: TimeDelta = TimeDelta::milliseconds(100);
/// by so much when nothing does.
const LULL: TimeDelta = TimeDelta::seconds(90);
/// A stretch of time in which nothing is meant to happen is longer than this,
const LONG: TimeDelta = TimeDelta::hours(2);
/// and the clock moves by so much in it.
const LONG_LULL: TimeDelta = TimeDelta::minutes(20);
/// After trouble the parts look again so soon.
const AGAIN: TimeDelta = TimeDelta::seconds(2);
/// A running service polls all the time; here it does when something waits, or after so long.
const POLL_EVERY: TimeDelta = TimeDelta::seconds(30);
/// A running service looks at its timers four times a second.
const TICK_EVERY: TimeDelta = TimeDelta::milliseconds(900);
/// Rounds of the crank in one stretch of time, after which the program is hung: the largest broadcast
/// of a story takes some hundred.
const ROUNDS_MAX: usize = 4_000;

/// Randomness that is the same at every run of a seed.
struct Dice(u64, AtomicU64);

impl Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        let throw = self.1.fetch_add(1, Ordering::Relaxed);
        let mut reader = blake3::Hasher::new_derive_key("vigie simulation dice");
        reader.update(&self.0.to_le_bytes()).update(&throw.to_le_bytes());
        reader.finalize_xof().fill(bytes);
    }
}

fn speech() -> Arc<Speech> {
    static SPEECH: OnceLock<Arc<Speech>> = OnceLock::new();
    Arc::clone(SPEECH.get_or_init(|| Arc::new(Speech::load().unwrap())))
}

/// How a round of the crank ended.
enum Round {
    Turned { moved: bool, trouble: bool, next: Option<DateTime<Utc>> },
    Died,
}

/// See the module.
pub struct Stage {
    /// The Telegram of this story, by its own clock.
    pub telegram: LocalTelegram,
    /// What has happened.
    pub ledger: Ledger,
    /// The program, while it runs.
    pub app: Option<App>,
    machine: Clock,
    skew: TimeDelta,
    folder: TempDir,
    dice: Arc<Dice>,
    polled_at: Option<DateTime<Utc>>,
    ticked_at: Option<DateTime<Utc>>,
    /// When the operator starts it again.
    pub starts_at: Option<DateTime<Utc>>,
    /// Somebody armed a point at which the process dies.
    pub armed: bool,
    /// Calls looked at for faults.
    looked_at: u64,
    /// The newest accepted call that was seen.
    accepted: Cell<u64>,
    /// The disk is full.
    pub full: bool,
    /// Telegram refused the token.
    refused: bool,
    /// Why the program cannot go on, if it cannot.
    pub hung: Option<String>,
}

impl Stage {
    /// Sets the stage: nobody is there yet.
    pub async fn set(seed: u64, start: DateTime<Utc>) -> Stage {
        let clock = Clock::starting(start, 0.0);
        let options = LocalOptions { seed, ..LocalOptions::default() };
        let telegram = LocalTelegram::start(clock, options).await.unwrap();
        telegram.set_silence(Some(SILENCE));
        let shared = PathBuf::from("/dev/shm");
        let folder =
            if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() };
        let mut stage = Stage {
            telegram,
            ledger: Ledger::starting(start),
            app: None,
            machine: Clock::starting(start, 0.0),
            skew: TimeDelta::zero(),
            folder: folder.unwrap(),
            dice: Arc::new(Dice(seed, AtomicU64::new(1))),
            polled_at: None,
            ticked_at: None,
            starts_at: None,
            armed: false,
            looked_at: 0,
            accepted: Cell::new(0),
            full: false,
            refused: false,
            hung: None,
        };
        stage.open().await;
        stage
    }

    /// The database file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("vigie.db")
    }
    /// Everything that is kept.
    pub fn store(&self) -> Option<Arc<Store>> {
        self.app.as_ref().map(|app| Arc::clone(&app.store))
    }
    /// Telegram's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.telegram.clock().now()
    }
    /// Now, and how far Telegram's journal goes.
    pub fn mark(&self) -> Mark {
        let calls = self.telegram.calls_after(self.looked_at);
        let known = self.accepted.get();
        let accepted = self.telegram.accepted_after(known).last().map_or(known, |entry| entry.seq);
        self.accepted.set(accepted);
        let call = calls.last().map_or(self.looked_at, |call| call.seq);
        Mark { at: self.now(), call, accepted }
    }
    /// How the database is opened, by the service or by anybody else.
    pub async fn open_store(
        &self,
        file: &std::path::Path,
    ) -> Result<Store, vigie::storage::StorageError> {
        let vault = Vault::from_key(&SecretBox::new(Box::new([7; 32])));
        let entropy: Arc<dyn Entropy> = self.dice.clone();
        Store::open(&format!("sqlite://{}", file.display()), vault, entropy).await
    }

    /// Starts the service.
    pub async fn open(&mut self) {
        let store = self.open_store(&self.file()).await.unwrap();
        let app = App::open(Fittings {
            api_url: self.telegram.api_url(),
            token: SecretString::from(self.telegram.token()),
            store: Arc::new(store),
            gazetteer: built_in().unwrap(),
            speech: speech(),
            clock: self.machine.clone(),
            entropy: self.dice.clone(),
            phone: None,
            pace: Pace::free(vigie::config::RATE_DEFAULT),
            long_poll_seconds: 0,
            sender: "simulation".to_owned(),
        })
        .await
        .unwrap();
        app.worker.resume().await.unwrap();
        // While Telegram cannot be asked, the next poll says so.
        let _ = app.poller.take_over().await;
        self.full = false;
        self.app = Some(app);
        self.polled_at = None;
        self.starts_at = None;
    }

    /// The process dies: nothing of it is finished or closed in order.
    pub async fn dies(&mut self, down: TimeDelta) {
        let Some(app) = self.app.take() else { return };
        let store = Arc::clone(&app.store);
        drop(app);
        // What was spawned is gone only once the runtime has dropped it.
        while Arc::strong_count(&store) > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        store.close().await;
        drop(store);
        proof::disarm();
        self.armed = false;
        self.look();
        let mark = self.mark();
        self.ledger.crashes.push(mark);
        self.ledger.storm();
        self.starts_at = Some(self.now() + down);
    }

    /// Both clocks go on.
    fn set_clocks(&self, at: DateTime<Utc>) {
        self.telegram.clock().set(at);
        self.machine.set(at + self.skew);
    }
    /// The machine's clock is wrong by so much from now on.
    pub fn skew(&mut self, by: TimeDelta) {
        self.skew = by;
        self.set_clocks(self.now());
        self.ledger.skewed(self.now(), by);
    }
    /// Time passes and nothing runs.
    pub async fn away(&mut self, span: TimeDelta) {
        self.ledger.storm();
        self.set_clocks(self.now() + span);
    }

    /// Time passes while the service runs, or is down until it is started again. `true` when the
    /// process stands at the point at which it was to die.
    pub async fn pass_until(&mut self, until: DateTime<Utc>) -> bool {
        let (mut still, mut rounds) = (0, 0);
        loop {
            if self.app.is_none() {
                let at = self.starts_at.unwrap_or(until);
                if at > until {
                    self.set_clocks(until);
                    return false;
                }
                self.set_clocks(self.now().max(at));
                self.open().await;
            }
            let before = self.now();
            let (moved, trouble, next) = match self.round().await {
                Round::Died => return true,
                Round::Turned { moved, trouble, next } => (moved, trouble, next),
            };
            self.weigh(trouble);
            if std::mem::take(&mut self.refused) {
                // The service ends, and the operator puts the right token in.
                self.dies(TimeDelta::seconds(5)).await;
            }
            if self.app.is_none() {
                continue;
            }
            if before >= until && !moved {
                return false;
            }
            let wait = match until - before {
                _ if trouble => AGAIN,
                left if left > LONG => LONG_LULL,
                _ => LULL,
            };
            let mut at = before + wait;
            if let Some(next) = next.filter(|_| !trouble) {
                // By the machine's clock.
                let next = next - self.skew;
                at = at.min(next.max(before + BREATH));
            } else if moved {
                at = before;
            }
            let at = at.min(until).max(before);
            still = if at > before { 0 } else { still + 1 };
            rounds += 1;
            if rounds > ROUNDS_MAX {
                self.hung = Some(format!("the program does not come to rest; its next: {next:?}"));
                return false;
            }
            if before >= until && still > 50 {
                return false;
            }
            self.set_clocks(at);
        }
    }

    /// All parts of the program turn once, side by side, and the sender once more for what they left.
    async fn round(&mut self) -> Round {
        let due = |at: Option<DateTime<Utc>>, span| at.is_none_or(|at| self.now() - at >= span);
        let polls = self.telegram.waiting_updates() > 0 || due(self.polled_at, POLL_EVERY);
        let ticks = polls || due(self.ticked_at, TICK_EVERY);
        if polls {
            self.polled_at = Some(self.now());
        }
        if ticks {
            self.ticked_at = Some(self.now());
        }
        let (clock, dice) = (self.machine.clone(), self.dice.clone());
        let Some(app) = self.app.as_mut() else { return Round::Died };
        let turning = async {
            let App { poller, inbox, worker, places, store, .. } = app;
            let mut stops = Vec::new();
            let taking = async {
                let mut moved = false;
                let mut stops = Vec::new();
                if polls {
                    match poller.step().await {
                        Ok(polled) => moved |= polled.received > 0,
                        Err(error) => stops.push(Stop::of(error)),
                    }
                }
                loop {
                    match inbox.step().await {
                        Ok(report) if report.handled > 0 => moved = true,
                        Ok(_) => break,
                        Err(error) => {
                            stops.push(Stop::Trouble(error.to_string()));
                            break;
                        }
                    }
                }
                if ticks || moved {
                    let house = House { gazetteer: places.now(), entropy: dice };
                    match run_due(store, &house, clock.now()).await {
                        Ok(done) => moved |= done > 0,
                        Err(error) => stops.push(Stop::Trouble(error.to_string())),
                    }
                }
                (moved, stops)
            };
            let ((mut moved, taken), sent) = tokio::join!(taking, worker.step());
            stops.extend(taken);
            match sent {
                Ok(report) => moved |= report.sent + report.ended > 0,
                Err(error) => stops.push(Stop::Trouble(error.to_string())),
            }
            let next = worker.next_at().await.unwrap_or(None);
            (moved, stops, next)
        };
        let turned = tokio::select! {
            biased;
            () = proof::frozen(), if self.armed => None,
            turned = turning => Some(turned),
        };
        match turned {
            None => Round::Died,
            Some((moved, stops, next)) => {
                let trouble = !stops.is_empty();
                for stop in stops {
                    let (Stop::Trouble(why) | Stop::Fatal(why)) = &stop;
                    self.ledger.trouble.push((self.now(), why.clone()));
                    if matches!(stop, Stop::Fatal(_)) {
                        // Whoever watches over the service starts it again.
                        self.dies(TimeDelta::seconds(5)).await;
                    }
                }
                Round::Turned { moved, trouble, next }
            }
        }
    }

    /// What the round tells of the weather, and whether everything done so far is in hand.
    fn weigh(&mut self, trouble: bool) {
        let struck = self.look();
        let now = self.now();
        if trouble && self.full {
            self.ledger.struck.insert(Kind::DiskFull);
        }
        let fair = !trouble
            && !self.full
            && !struck
            && !self.armed
            && self.skew.is_zero()
            && self.app.is_some()
            && !self.telegram.is_out()
            && self.telegram.weather().is_empty();
        if !fair {
            self.ledger.storm();
        } else if self.ledger.calm_since.is_none() {
            self.ledger.calm_since = Some(now);
        }
        if !trouble && self.app.is_some() && self.telegram.waiting_updates() == 0 {
            let mark = self.mark();
            self.ledger.taken(mark);
        }
    }

    /// Looks at the calls since last time: which faults struck, and until when we were told to wait.
    fn look(&mut self) -> bool {
        let mut struck = false;
        for call in self.telegram.calls_after(self.looked_at) {
            self.looked_at = call.seq;
            self.refused |= call.fault == Some(Fault::Unauthorized);
            struck |= crate::census::note(&mut self.ledger, &call);
        }
        struck
    }
}

/// Why the parts cannot go on as they are.
enum Stop {
    /// For the moment.
    Trouble(String),
    /// The process would end.
    Fatal(String),
}

impl Stop {
    fn of(error: PollError) -> Stop {
        match error {
            PollError::TokenRefused | PollError::Conflict => Stop::Fatal(error.to_string()),
            _ => Stop::Trouble(error.to_string()),
        }
    }
}
