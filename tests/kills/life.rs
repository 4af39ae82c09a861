//! One life: a database, a Telegram, and one or more processes of the real program, which are killed
//! and started again while people keep talking.
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Output};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tempfile::TempDir;
use vigie::clock::Clock;
use vigie::proof::Point;
use vigie::rehearsal::telegram::{Aim, Fault, Limits, LocalOptions, LocalTelegram, Times};

use crate::checker::{Verdict, check, open_questions};
use crate::dice::Dice;
use crate::people::People;

const TOKEN: &str = "987654321:AAF-a-token-that-must-never-be-shown-0123";
/// Telegram takes so long for each message, so that some are always on their way.
const SEND_MILLIS: u64 = 15;
/// A process that has not come to its crash point by then is killed where it is.
const POINT_WITHIN: Duration = Duration::from_millis(2_500);
/// A process that lived shorter may have sent nothing of what the one before had begun. A third such
/// in a row could use up the three tries of a message (G3), and be right to give it up.
const SHORT: Duration = Duration::from_millis(900);
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Points that a life of a few seconds comes past. Nothing is old enough to be purged.
const POINTS: [(Point, u64); 8] = [
    (Point::UpdatesFetched, 2),
    (Point::UpdatesKept, 2),
    (Point::Handling, 6),
    (Point::Handled, 6),
    (Point::Claiming, 12),
    (Point::IntentKept, 12),
    (Point::Answered, 40),
    (Point::DutyDone, 2),
];

/// What a life is to be like.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub name: &'static str,
    pub kills: usize,
    pub processes: usize,
    /// What all processes together may send in a second, as set and as policed.
    pub rate: u32,
    /// So long people wait for an answer.
    pub patience: Duration,
    pub seed: u64,
}

/// One kill.
#[derive(Debug, Clone)]
pub struct Kill {
    pub at: DateTime<Utc>,
    /// Where; `None` at a random moment.
    pub point: Option<Point>,
}

/// A folder, a database and a Telegram.
pub struct Place {
    folder: TempDir,
    database: String,
    pub telegram: LocalTelegram,
    rate: u32,
}

/// A running process, killed with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Place {
    /// With a database of its own, or a file.
    pub async fn new(database: Option<String>, limits: Option<Limits>, rate: u32) -> Place {
        let folder = tempfile::Builder::new().prefix("vigie-kills-").tempdir().unwrap();
        let options = LocalOptions { token: TOKEN.to_owned(), limits, ..LocalOptions::default() };
        let telegram = LocalTelegram::start(Clock::wall(), options).await.unwrap();
        let file = || format!("sqlite://{}", folder.path().join("vigie.db").display());
        let database = database.unwrap_or_else(file);
        Place { folder, database, telegram, rate }
    }
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
    fn key(&self) -> PathBuf {
        self.folder.path().join("vigie.key")
    }
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
        command
            .args(args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .current_dir(self.folder.path())
            .env("TELOXIDE_TOKEN", TOKEN)
            .env("TELOXIDE_API_URL", self.telegram.api_url())
            .env("DATABASE_URL", &self.database)
            .env("VIGIE_KEY_FILE", self.key())
            .env("VIGIE_LISTEN", "127.0.0.1:0")
            .env("VIGIE_RATE", self.rate.to_string())
            .env("RUST_LOG", "info");
        command
    }
    /// Starts the service, which ends at its crash point if it has one.
    pub fn start(&self, crash: Option<(Point, u64)>) -> Running {
        let log = File::options().append(true).create(true).open(self.log()).unwrap();
        let mut command = self.command(&["run"]);
        if let Some((point, nth)) = crash {
            command.env("VIGIE_TEST_CRASH", format!("{}:{nth}", point.name()));
        }
        command.stdout(log.try_clone().unwrap()).stderr(log);
        Running(command.spawn().unwrap())
    }
    pub async fn output(&self, args: &[&str]) -> Output {
        let mut command = self.command(args);
        tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
    }
    /// The token of an invitation's link.
    pub async fn invitation(&self, role: &str) -> String {
        let output = self.output(&["invite", "--role", role]).await;
        let link = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let token = link.split_once("?start=").map(|(_, token)| token.to_owned());
        token.unwrap_or_else(|| panic!("{link} {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// What the local Telegram lets pass: its own pace where several share it, generous otherwise, for a
/// process that begins anew does not know what the one before has just sent.
fn limits(plan: &Plan) -> Limits {
    let generous = plan.processes == 1;
    Limits {
        overall_per_second: if generous { plan.rate * 2 } else { plan.rate },
        overall_burst: if generous { plan.rate } else { 6 },
        chat_burst: 60,
        ..Limits::default()
    }
}

/// Lives it, and judges it.
pub async fn live(plan: Plan, database: Option<String>) -> Verdict {
    let place = Place::new(database, Some(limits(&plan)), plan.rate).await;
    place.telegram.script_fault(Aim::Chats, Fault::Slow(SEND_MILLIS), Times::Always);
    let mut dice = Dice::new(plan.seed);
    let people = People::new(place.telegram.clone(), plan.patience);
    let mut house = House::open(&place, plan.processes);
    let called = |telegram: &LocalTelegram| (!telegram.calls().is_empty()).then_some(());
    assert!(place.telegram.until(plan.patience, called).await.is_some(), "it does not start");
    for role in ["observer", "observer", "coordinator", "observer", "observer", "coordinator"] {
        people.enrols(&place.invitation(role).await).await;
    }
    let mornings = [
        tokio::spawn(Arc::clone(&people).morning("calais", [0, 1, 2], dice.split())),
        tokio::spawn(Arc::clone(&people).morning("dunkerque", [3, 4, 5], dice.split())),
    ];
    house.aim(&mut dice);
    while house.record.kills.len() < plan.kills {
        house.look(&place, &mut dice);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    house.heal(&place);
    people.calm.store(true, Ordering::Relaxed);
    for morning in mornings {
        morning.await.unwrap();
    }
    let last = Instant::now();
    while last.elapsed() < plan.patience {
        let deeds = people.deeds.lock().unwrap().clone();
        if open_questions(&place.telegram.accepted(), &deeds) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    // Whatever would still come too often comes now.
    tokio::time::sleep(Duration::from_secs(2)).await;
    house.still_up();
    let verified = place.output(&["journal", "verify"]).await;
    let record = house.record;
    let deeds = people.deeds.lock().unwrap().clone();
    let mut verdict = check(plan.name, &place.telegram, &deeds, &record);
    if !verified.status.success() {
        verdict.faults.push(format!("journal: {}", String::from_utf8_lossy(&verified.stderr)));
    }
    if !verdict.faults.is_empty() {
        verdict.keep(&place.log());
    }
    verdict
}

/// What was done to the processes.
#[derive(Default)]
pub struct Record {
    pub kills: Vec<Kill>,
    pub starts: Vec<DateTime<Utc>>,
    /// Processes that ended although nobody killed them, with their exit code.
    pub ended: Vec<Option<i32>>,
}

/// One process, or the place of one that is down.
struct Slot {
    running: Option<Running>,
    crash: Option<(Point, u64)>,
    born: Instant,
    /// When it is started again.
    again: Instant,
}

/// The processes, and whoever watches over them: as a service manager does, and a killer does not.
struct House {
    slots: Vec<Slot>,
    record: Record,
    /// Who is to die next, and when.
    victim: usize,
    dies: Instant,
    lived: Vec<Duration>,
}

impl House {
    fn open(place: &Place, processes: usize) -> House {
        let now = Instant::now();
        let slot =
            |_| Slot { running: Some(place.start(None)), crash: None, born: now, again: now };
        House {
            slots: (0..processes).map(slot).collect(),
            record: Record::default(),
            victim: 0,
            dies: now,
            lived: Vec::new(),
        }
    }

    /// Chooses who dies next, at any moment.
    fn aim(&mut self, dice: &mut Dice) {
        self.victim = usize::try_from(dice.within(0, self.slots.len() as u64)).unwrap();
        let most = if self.is_tired() { 2_500 } else { 1_800 };
        let least = if self.is_tired() { 1_300 } else { 30 };
        self.dies = Instant::now() + Duration::from_millis(dice.within(least, most));
    }

    /// Whether the last two lived so shortly that the next must live longer.
    fn is_tired(&self) -> bool {
        self.lived.iter().rev().take(2).filter(|lived| **lived < SHORT).count() == 2
    }

    /// Buries, kills and starts.
    fn look(&mut self, place: &Place, dice: &mut Dice) {
        let now = Instant::now();
        for index in 0..self.slots.len() {
            let slot = &mut self.slots[index];
            match &mut slot.running {
                Some(running) => {
                    let ended = running.0.try_wait().unwrap();
                    let time = index == self.victim && now >= self.dies;
                    if ended.is_some() || time {
                        self.buries(index, ended.map(|status| status.code()), place, dice);
                    }
                }
                None if now >= slot.again => self.starts(index, place, dice),
                None => {}
            }
        }
    }

    /// One has come to an end: by its crash point, by our hand, or by itself.
    fn buries(&mut self, index: usize, ended: Option<Option<i32>>, place: &Place, dice: &mut Dice) {
        let at = place.telegram.clock().now();
        let alone = self.slots.len() == 1;
        let slot = &mut self.slots[index];
        let crash = slot.crash.take();
        // Dropping it kills it.
        slot.running = None;
        self.lived.push(slot.born.elapsed());
        let pause = if alone { 0 } else { dice.within(0, 3_000) };
        slot.again = Instant::now() + Duration::from_millis(pause);
        match (ended, crash) {
            (Some(Some(code)), _) => self.record.ended.push(Some(code)),
            (Some(None), None) => self.record.ended.push(None),
            (Some(None), Some((point, _))) => {
                self.record.kills.push(Kill { at, point: Some(point) });
            }
            (None, _) => self.record.kills.push(Kill { at, point: None }),
        }
    }

    /// Starts one again, perhaps with a crash point; else somebody dies at any moment.
    fn starts(&mut self, index: usize, place: &Place, dice: &mut Dice) {
        let named = self.record.kills.iter().filter(|kill| kill.point.is_some()).count();
        let wanted = named * 2 <= self.record.kills.len() && !self.is_tired();
        let crash = wanted.then(|| {
            let (point, most) = dice.one_of(&POINTS);
            (point, dice.within(1, most + 1))
        });
        self.start(index, crash, place);
        if crash.is_some() {
            self.victim = index;
            self.dies = Instant::now() + POINT_WITHIN;
        } else {
            self.aim(dice);
        }
    }

    fn start(&mut self, index: usize, crash: Option<(Point, u64)>, place: &Place) {
        self.record.starts.push(place.telegram.clock().now());
        let running = Some(place.start(crash));
        let now = Instant::now();
        self.slots[index] = Slot { running, crash, born: now, again: now };
    }

    /// Nobody dies any more.
    fn heal(&mut self, place: &Place) {
        for index in 0..self.slots.len() {
            if self.slots[index].running.is_none() || self.slots[index].crash.is_some() {
                self.slots[index].running = None;
                self.start(index, None, place);
            }
        }
    }

    /// Notes who is no longer there.
    fn still_up(&mut self) {
        for slot in &mut self.slots {
            if let Some(status) = slot.running.as_mut().and_then(|r| r.0.try_wait().unwrap()) {
                self.record.ended.push(status.code());
            }
        }
    }
}
