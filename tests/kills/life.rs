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
use crate::postgres::Cluster;

const TOKEN: &str = "987654321:AAF-a-token-that-must-never-be-shown-0123";
/// Telegram takes so long for each message, so that some are always on their way.
const SEND_MILLIS: u64 = 15;
/// A process that has not come to its crash point by then is killed where it is.
const POINT_WITHIN: Duration = Duration::from_millis(2_500);
/// A process that sent fewer messages than one commit claims may have sent none of what the one
/// before had begun. A third such in a row could use up the three tries of a message (G3), and be
/// right to give it up: after two, the next one may work.
const WORKED_MESSAGES: u64 = 40;
/// One that has had nothing to send for so long has worked too.
const WORKED_WITHIN: Duration = Duration::from_secs(3);
/// The database server stays away so long.
const DATABASE_AWAY: Duration = Duration::from_secs(3);
/// A process is past its beginning then: one that finds no database when it begins ends, in a
/// sentence, and whoever watches over it starts it again.
const SETTLED: Duration = Duration::from_millis(1_200);
/// After its return everything goes on within.
const RESUMED_WITHIN: Duration = Duration::from_secs(30);
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
    /// The database server is stopped and started, once in order and once as if the power were cut.
    pub outages: bool,
}

/// One kill: between these moments.
#[derive(Debug, Clone)]
pub struct Kill {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Where; `None` at a random moment.
    pub point: Option<Point>,
}

/// A folder, a database and a Telegram.
pub struct Place {
    folder: TempDir,
    database: String,
    pub telegram: LocalTelegram,
    /// Messages a second, for the next start.
    pub rate: u32,
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
    pub fn key(&self) -> PathBuf {
        self.folder.path().join("vigie.key")
    }
    pub fn database(&self) -> &str {
        &self.database
    }
    /// Waits until it has spoken to Telegram.
    pub async fn is_up(&self, patience: Duration) {
        let called = |telegram: &LocalTelegram| (!telegram.calls().is_empty()).then_some(());
        assert!(self.telegram.until(patience, called).await.is_some(), "it does not start");
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
pub async fn live(plan: Plan, cluster: Option<&Cluster>) -> Verdict {
    let database = cluster.map(|cluster| cluster.database(&format!("life_{}", plan.seed)));
    let place = Place::new(database, Some(limits(&plan)), plan.rate).await;
    place.telegram.script_fault(Aim::Chats, Fault::Slow(SEND_MILLIS), Times::Always);
    let mut dice = Dice::new(plan.seed);
    let people = People::new(place.telegram.clone(), plan.patience);
    let mut house = House::open(&place, plan.processes);
    place.is_up(plan.patience).await;
    for role in ["observer", "observer", "coordinator", "observer", "observer", "coordinator"] {
        people.enrols(&place.invitation(role).await).await;
    }
    let mornings = [
        tokio::spawn(Arc::clone(&people).morning("calais", [0, 1, 2], dice.split())),
        tokio::spawn(Arc::clone(&people).morning("dunkerque", [3, 4, 5], dice.split())),
    ];
    house.aim(&mut dice);
    let mut stops = vec!["immediate", "fast"];
    while house.record.kills.len() < plan.kills {
        house.look(&place, &mut dice);
        tokio::time::sleep(LOOK_AGAIN).await;
        let Some(cluster) = cluster.filter(|_| plan.outages && !stops.is_empty()) else { continue };
        house.spared = house.record.kills.len() * 3 >= plan.kills * (3 - stops.len());
        if house.spared && house.is_whole() {
            let how = stops.pop().unwrap_or_default();
            house.without_database(cluster, how, &place).await;
            house.spared = false;
            house.aim(&mut dice);
        }
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
        verdict.keep(place.folder.path());
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
    /// Starts that ended in a sentence before anything was done.
    pub failed_starts: usize,
    /// Milliseconds from the return of the database to twenty accepted calls.
    pub outages: Vec<i64>,
    /// What else went wrong.
    pub troubles: Vec<String>,
}

/// One process, or the place of one that is down.
struct Slot {
    running: Option<Running>,
    crash: Option<(Point, u64)>,
    born: Instant,
    /// Calls accepted and made before.
    before: (u64, u64),
    /// When it was first heard of.
    heard: Option<Instant>,
    /// When it is started again.
    again: Instant,
}

impl Slot {
    fn new(running: Running, crash: Option<(Point, u64)>, place: &Place) -> Slot {
        let (born, before) = (Instant::now(), place.telegram.counts());
        Slot { running: Some(running), crash, born, before, heard: None, again: born }
    }
    /// Notes its first call; where several run, anybody's counts.
    fn listen(&mut self, place: &Place) {
        if self.heard.is_none() && place.telegram.counts().1 > self.before.1 {
            self.heard = Some(Instant::now());
        }
    }
    fn has_worked(&self, place: &Place) -> bool {
        let sent = place.telegram.counts().0 - self.before.0;
        sent >= WORKED_MESSAGES || self.heard.is_some_and(|at| at.elapsed() >= WORKED_WITHIN)
    }
}

/// The processes, and whoever watches over them: as a service manager does, and a killer does not.
struct House {
    slots: Vec<Slot>,
    record: Record,
    /// Who is to die next, and how long after its start, or after it was first heard of.
    victim: usize,
    dies_after: Duration,
    when_heard: bool,
    /// Of each that died: whether it had done enough.
    worked: Vec<bool>,
    tired: bool,
    /// Nobody is killed at any moment: something else is about to happen to all of them.
    spared: bool,
}

impl House {
    fn open(place: &Place, processes: usize) -> House {
        let slot = |_| Slot::new(place.start(None), None, place);
        House {
            slots: (0..processes).map(slot).collect(),
            record: Record::default(),
            victim: 0,
            dies_after: Duration::ZERO,
            when_heard: false,
            worked: Vec::new(),
            tired: false,
            spared: false,
        }
    }

    /// Chooses who dies next, at any moment.
    fn aim(&mut self, dice: &mut Dice) {
        self.victim = usize::try_from(dice.within(0, self.slots.len() as u64)).unwrap();
        // Those that run already may have run for long.
        let run = self.slots[self.victim].born.elapsed();
        self.when_heard = dice.within(0, 2) == 0;
        let heard = self.slots[self.victim].heard.map_or(Duration::ZERO, |at| at.elapsed());
        let already = if self.when_heard { heard } else { run };
        self.dies_after = already + Duration::from_millis(dice.within(30, 1_800));
    }

    /// Whether the last two did so little that the next must do more.
    fn is_tired(&self) -> bool {
        self.worked.iter().rev().take(2).filter(|worked| !**worked).count() == 2
    }

    /// Buries, kills and starts.
    fn look(&mut self, place: &Place, dice: &mut Dice) {
        let now = Instant::now();
        for index in 0..self.slots.len() {
            let slot = &mut self.slots[index];
            match &mut slot.running {
                Some(running) => {
                    let ended = running.0.try_wait().unwrap();
                    slot.listen(place);
                    let spared = self.spared && slot.crash.is_none();
                    let since = if self.when_heard { slot.heard } else { Some(slot.born) };
                    let lived = since.map_or(Duration::ZERO, |at| at.elapsed());
                    let time = index == self.victim && lived >= self.dies_after && !spared;
                    let rest = time && self.tired && !slot.has_worked(place);
                    if ended.is_some() || (time && !rest) {
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
        let clock = place.telegram.clock();
        let from = clock.now();
        let alone = self.slots.len() == 1;
        let slot = &mut self.slots[index];
        let crash = slot.crash.take();
        // Dropping it kills it.
        slot.running = None;
        let until = clock.now();
        self.worked.push(slot.has_worked(place));
        let unheard = slot.heard.is_none();
        self.tired = self.is_tired();
        let slot = &mut self.slots[index];
        let pause = if alone { 0 } else { dice.within(0, 3_000) };
        slot.again = Instant::now() + Duration::from_millis(pause);
        match (ended, crash) {
            // A start that takes longer than it may, on a machine that has no time, is tried again.
            (Some(Some(1)), _) if unheard => self.record.failed_starts += 1,
            (Some(Some(code)), _) => self.record.ended.push(Some(code)),
            (Some(None), None) => self.record.ended.push(None),
            (Some(None), Some((point, _))) => {
                self.record.kills.push(Kill { from, until, point: Some(point) });
            }
            (None, _) => self.record.kills.push(Kill { from, until, point: None }),
        }
    }

    /// Starts one again, perhaps with a crash point; else somebody dies at any moment.
    fn starts(&mut self, index: usize, place: &Place, dice: &mut Dice) {
        let named = self.record.kills.iter().filter(|kill| kill.point.is_some()).count();
        let wanted = named * 2 <= self.record.kills.len() && !self.tired && !self.spared;
        let crash = wanted.then(|| {
            let (point, most) = dice.one_of(&POINTS);
            (point, dice.within(1, most + 1))
        });
        self.start(index, crash, place);
        if crash.is_some() {
            self.victim = index;
            (self.dies_after, self.when_heard) = (POINT_WITHIN, true);
        } else {
            self.aim(dice);
        }
    }

    fn start(&mut self, index: usize, crash: Option<(Point, u64)>, place: &Place) {
        self.record.starts.push(place.telegram.clock().now());
        self.slots[index] = Slot::new(place.start(crash), crash, place);
    }

    /// Whether all of them run, past their beginning, and none is to die at a point.
    fn is_whole(&self) -> bool {
        let whole = |slot: &Slot| {
            slot.running.is_some() && slot.crash.is_none() && slot.born.elapsed() > SETTLED
        };
        self.slots.iter().all(whole)
    }

    /// The server goes away in the middle of everything, and comes back. Nobody may end of it.
    async fn without_database(&mut self, cluster: &Cluster, how: &str, place: &Place) {
        let clock = place.telegram.clock();
        let from = clock.now();
        tokio::task::block_in_place(|| match how {
            "immediate" => cluster.goes_away(),
            how => cluster.stop(how),
        });
        tokio::time::sleep(DATABASE_AWAY).await;
        tokio::task::block_in_place(|| cluster.goes_on());
        let back = clock.now();
        let before = place.telegram.accepted().len();
        let resumed =
            |telegram: &LocalTelegram| (telegram.accepted().len() > before + 20).then_some(());
        if place.telegram.until(RESUMED_WITHIN, resumed).await.is_none() {
            self.record
                .troubles
                .push(format!("nothing was sent after the server came back ({how})"));
        }
        self.record.outages.push((clock.now() - back).num_milliseconds());
        // What was answered and could not be written down is in doubt, as after a kill.
        self.record.kills.push(Kill { from, until: back, point: None });
        self.still_up();
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
                slot.running = None;
            }
        }
    }
}
