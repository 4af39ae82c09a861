//! A world to tell stories in: the whole product on a database of its own, a local Telegram over
//! real HTTP, people with phones, and a clock that moves only when the story says so.
//!
//! A story is written in verbs (`calais.phone("amina").says("BMX 10 fourgons CRS").await`) and ends
//! with [`World::end`], which fails on anything a resident was told that the story did not expect,
//! and on a journal that does not verify. All names are invented.
mod channel;
mod message;
mod people;
mod phone;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use secrecy::{SecretBox, SecretString};
use serde_json::Value;
use tempfile::TempDir;
use vigie::app::{App, Fittings};
use vigie::clock::Clock;
use vigie::coordination::{House, run_due};
use vigie::domain::id::Entropy;
use vigie::domain::journal::{Broken, GENESIS, check};
use vigie::gazetteer::built_in;
use vigie::rehearsal::telegram::{LocalOptions, LocalTelegram};
use vigie::speech::Speech;
use vigie::storage::Store;
use vigie::vault::Vault;

pub use message::{Seen, paris, unmarked};
pub use phone::Phone;

/// Turns after which a world that has not come to rest never will.
const TURNS_MAX: usize = 10_000;
/// What waits no longer than this waits for the pace of sending; longer waits belong to the story.
const PACE: TimeDelta = TimeDelta::seconds(1);
/// A number set aside for fiction.
pub const PHONE: &str = "+33639980000";

/// Randomness that is the same at every run.
struct Dice(AtomicU64);

impl Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        let throw = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        let mut reader = blake3::Hasher::new_derive_key("vigie test dice");
        reader.update(&throw).finalize_xof().fill(bytes);
    }
}

/// The words, read once for all stories.
pub fn speech() -> Arc<Speech> {
    static SPEECH: OnceLock<Arc<Speech>> = OnceLock::new();
    Arc::clone(SPEECH.get_or_init(|| Arc::new(Speech::load().unwrap())))
}

/// Everything a story plays in.
pub struct World {
    /// The Telegram of this world.
    pub telegram: LocalTelegram,
    /// Its time.
    pub clock: Clock,
    app: Option<App>,
    folder: TempDir,
    dice: Arc<Dice>,
    /// Phones by name.
    ids: BTreeMap<String, i64>,
    /// Those whose every message must be expected.
    strict: Vec<i64>,
    /// How far each phone has been read.
    read: BTreeMap<i64, u64>,
    sender_rests: bool,
    ended: bool,
}

impl World {
    /// Calais, Monday 10 November 2025, 08:05: nobody is there yet.
    pub async fn in_calais() -> World {
        World::at("2025-11-10 08:05").await
    }
    /// Any morning, in Paris time.
    pub async fn at(when: &str) -> World {
        World::starting(paris(when)).await
    }
    /// Any moment.
    pub async fn starting(at: DateTime<Utc>) -> World {
        let clock = Clock::starting(at, 0.0);
        let options = LocalOptions::unlimited();
        let telegram = LocalTelegram::start(clock.clone(), options).await.unwrap();
        let mut world = World {
            telegram,
            clock,
            app: None,
            folder: tempfile::tempdir().unwrap(),
            dice: Arc::new(Dice(AtomicU64::new(1))),
            ids: BTreeMap::new(),
            strict: Vec::new(),
            read: BTreeMap::new(),
            sender_rests: false,
            ended: false,
        };
        world.open().await;
        world
    }

    /// The file that holds everything.
    pub fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("vigie.db")
    }

    async fn open(&mut self) {
        let vault = Vault::from_key(&SecretBox::new(Box::new([7; 32])));
        let url = format!("sqlite://{}", self.file().display());
        let entropy: Arc<dyn Entropy> = self.dice.clone();
        let store = Store::open(&url, vault, entropy.clone()).await.unwrap();
        let app = App::open(Fittings {
            api_url: self.telegram.api_url(),
            token: SecretString::from(self.telegram.token()),
            store: Arc::new(store),
            gazetteer: built_in().unwrap(),
            speech: speech(),
            clock: self.clock.clone(),
            entropy,
            phone: Some(PHONE.to_owned()),
            pace: vigie::dispatch::Pace::free(vigie::config::RATE_DEFAULT),
            long_poll_seconds: 0,
            sender: "world".to_owned(),
        })
        .await
        .unwrap();
        app.worker.resume().await.unwrap();
        self.app = Some(app);
    }

    fn app(&mut self) -> &mut App {
        self.app.as_mut().unwrap()
    }
    /// Everything that is kept.
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&self.app.as_ref().unwrap().store)
    }

    /// The program ends and starts again, on the same file.
    pub async fn restart(&mut self) {
        self.shut().await;
        self.open().await;
    }
    /// It starts again, after it was shut.
    pub async fn opens_again(&mut self) {
        self.open().await;
    }
    /// The program tries to fetch, and cannot.
    pub async fn try_to_poll(&mut self) {
        assert!(self.app().poller.step().await.is_err(), "Telegram can be reached");
    }
    /// The program ends.
    pub async fn shut(&mut self) {
        let app = self.app.take().unwrap();
        let store = Arc::clone(&app.store);
        drop(app);
        store.close().await;
    }

    // ── Time ────────────────────────────────────────────────────────────────────────────────────

    /// Minutes go by, and everything that falls due meanwhile happens.
    pub async fn minutes_pass(&mut self, minutes: i64) {
        for _ in 0..minutes {
            self.seconds_pass(60).await;
        }
    }
    /// Seconds go by at once.
    pub async fn seconds_pass(&mut self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
        self.deliver_everything().await;
    }
    /// It is that time, in Paris, at once: what fell due meanwhile happens now.
    pub async fn clock_is(&mut self, when: &str) {
        let at = paris(when);
        assert!(at >= self.clock.now(), "the clock of a story goes forward");
        self.clock.set(at);
        self.deliver_everything().await;
    }
    /// The same, and nobody looks: the program is not running, or cannot reach Telegram.
    pub fn clock_jumps_to(&self, when: &str) {
        self.clock.set(paris(when));
    }

    // ── The program ─────────────────────────────────────────────────────────────────────────────

    /// From now on nothing is sent; everything else goes on.
    pub fn sender_rests(&mut self) {
        self.sender_rests = true;
    }
    /// Sending goes on.
    pub async fn sender_wakes(&mut self) {
        self.sender_rests = false;
        self.deliver_everything().await;
    }
    /// Fetches and handles all that people did, and looks at the timers; sends nothing.
    pub async fn take_in(&mut self) {
        let (clock, dice) = (self.clock.clone(), self.dice.clone());
        let out = self.telegram.is_out();
        let app = self.app();
        loop {
            let mut moved = !out && app.poller.step().await.unwrap().received > 0;
            while app.inbox.step().await.unwrap().handled > 0 {
                moved = true;
            }
            let house = House { gazetteer: app.places.now(), entropy: dice.clone() };
            moved |= run_due(&app.store, &house, clock.now()).await.unwrap() > 0;
            if !moved {
                return;
            }
        }
    }
    /// One turn of the sender a second later, which sends as many as the pace allows at that moment.
    pub async fn a_few_are_sent(&mut self) -> usize {
        self.clock.advance(PACE);
        self.app().worker.step().await.unwrap().sent
    }
    /// Lets everything happen that happens now. Where the pace of sending holds something back, the
    /// clock goes on by the fraction of a second it asks for.
    pub async fn deliver_everything(&mut self) {
        for _ in 0..TURNS_MAX {
            self.take_in().await;
            if self.sender_rests {
                return;
            }
            self.app().worker.step().await.unwrap();
            let now = self.clock.now();
            match self.app().worker.next_at().await.unwrap() {
                Some(at) if at - now <= PACE => {
                    self.clock.set(at.max(now + TimeDelta::milliseconds(1)));
                }
                _ if self.telegram.waiting_updates() == 0 || self.telegram.is_out() => return,
                _ => {}
            }
        }
        panic!("the world does not come to rest");
    }

    // ── The journal ─────────────────────────────────────────────────────────────────────────────

    /// What the journal's entries of this kind tell, oldest first.
    pub async fn journal(&self, kind: &str) -> Vec<Value> {
        let store = self.store();
        let mut tx = store.read().await.unwrap();
        let entries = tx.journal_range(None, None, 0, 100_000).await.unwrap();
        let payload = |text: String| serde_json::from_str(&text).unwrap();
        entries
            .into_iter()
            .filter(|e| e.kind == kind)
            .filter_map(|e| Some(payload(e.payload?)))
            .collect()
    }
    /// The alerts as decided: kind and reason.
    pub async fn decided(&self) -> Vec<(String, String)> {
        let text = |alert: &Value, field: &str| alert[field].as_str().unwrap().to_owned();
        let alerts = self.journal("alert").await;
        alerts.iter().map(|alert| (text(alert, "tells"), text(alert, "reason"))).collect()
    }
    /// Checks the chain from its beginning to its head.
    pub async fn journal_state(&self) -> Result<i64, Broken> {
        let store = self.store();
        let mut tx = store.read().await.unwrap();
        let (mut hash, mut seq) = (GENESIS, 0);
        for link in tx.journal_links(0, 1_000_000).await.unwrap() {
            hash = check(&hash, seq + 1, &link)?;
            seq = link.seq;
        }
        assert_eq!(tx.journal_head().await.unwrap(), (seq, hash), "the journal was cut");
        Ok(seq)
    }
    /// The journal is sound.
    pub async fn journal_verifies(&self) {
        assert!(self.journal_state().await.is_ok());
    }

    // ── The end ─────────────────────────────────────────────────────────────────────────────────

    /// Ends the story: all is delivered, no resident was told anything unexpected, the journal holds.
    pub async fn end(mut self) {
        self.deliver_everything().await;
        for id in self.strict.clone() {
            let more = self.unread(id);
            assert!(more.is_empty(), "{} was also told: {more:#?}", self.name_of(id));
        }
        self.journal_verifies().await;
        self.ended = true;
    }
    fn name_of(&self, id: i64) -> String {
        let found = self.ids.iter().find(|(_, known)| **known == id);
        found.map_or_else(|| id.to_string(), |(name, _)| name.clone())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(self.ended || std::thread::panicking(), "a story ends with .end().await");
    }
}

/// A moment of the story from Paris time, such as `2025-11-10 08:05`.
pub(super) fn moment(when: &str) -> DateTime<Utc> {
    let format = if when.len() > 16 { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M" };
    let local = NaiveDateTime::parse_from_str(when, format).unwrap();
    Paris.from_local_datetime(&local).earliest().unwrap().with_timezone(&Utc)
}
