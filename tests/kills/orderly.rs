//! What is not a kill: an end that was asked for (FAULTS 9), a second service on one file (10), and
//! how soon a start with much to do is at work again.
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vigie::clock::Clock;
use vigie::domain::lang::Lang;
use vigie::domain::person::{Chat, Person};
use vigie::rehearsal::telegram::{Aim, Fault, LocalTelegram, PhoneSpec, Times};
use vigie::storage::Store;
use vigie::vault::{SystemEntropy, Vault};

use crate::life::{Place, Running};
use crate::people::People;
use crate::phone::{Kind, Shown};
use crate::postgres::Cluster;

/// When asked to stop, what is on its way has ten seconds (FAULTS 9); then the program closes what it
/// has open, on a busy machine.
const STOP_WITHIN: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_secs(90);
const CROWD: i64 = 7_500_000_000;
const RESIDENTS: i64 = 150;
/// The backlog that a start must cope with.
const DELIVERIES: i64 = 10_000;
const UPDATES: i64 = 1_000;

/// What was wrong; what was seen is printed as it comes.
#[derive(Default)]
pub struct Seen {
    pub faults: Vec<String>,
}

impl Seen {
    fn line(&self, line: &str) {
        println!("{line}");
    }
    fn wants(&mut self, holds: bool, what: &str) {
        if !holds {
            println!("FAULT {what}");
            self.faults.push(what.to_owned());
        }
    }
}

/// All of it, on one engine.
pub async fn orderly(cluster: Option<&Cluster>) -> Seen {
    let mut seen = Seen::default();
    let engine = if cluster.is_some() { "postgres" } else { "sqlite" };
    let database = |name: &str| cluster.map(|cluster| cluster.database(name));
    stopped_in_mid_broadcast(engine, database("stopped"), &mut seen).await;
    stopped_while_a_call_hangs(engine, database("hanging"), &mut seen).await;
    if cluster.is_none() {
        second_on_one_file(&mut seen).await;
    }
    backlog(engine, database("backlog"), &mut seen).await;
    seen
}

fn arrives(telegram: &LocalTelegram, id: i64) {
    telegram.add_phone(PhoneSpec { id, label: id.to_string(), language_code: None });
}

/// A running service with residents at BMX and an observer.
async fn broadcast(database: Option<String>, residents: i64) -> (Place, Running, i64) {
    let place = Place::new(database, None, 60).await;
    let running = place.start(None);
    place.is_up(PATIENCE).await;
    for n in 0..residents {
        arrives(&place.telegram, CROWD + n);
        place.telegram.say(CROWD + n, "/start fr-bmx").unwrap();
    }
    let people = People::new(place.telegram.clone(), PATIENCE);
    people.enrols(&place.invitation("observer").await).await;
    let amina = people.team()[0];
    let all = usize::try_from(residents).unwrap() + 1;
    let greeted = |t: &LocalTelegram| (t.accepted().len() >= all).then_some(());
    if place.telegram.until(PATIENCE, greeted).await.is_none() {
        let got = place.telegram.accepted().len();
        let log = std::fs::read_to_string(place.log()).unwrap_or_default();
        panic!("{got} calls for {all} people; the log:\n{log}");
    }
    (place, running, amina)
}

/// How many warnings each phone of the crowd has.
fn warnings(telegram: &LocalTelegram) -> BTreeMap<i64, usize> {
    let mut count = BTreeMap::new();
    for shown in telegram.accepted().iter().filter_map(Shown::of) {
        if shown.tells(Kind::Threat, "BMX") {
            *count.entry(shown.chat).or_default() += 1;
        }
    }
    count
}

async fn until_warned(telegram: &LocalTelegram, phones: usize) -> bool {
    let enough = |t: &LocalTelegram| (warnings(t).len() >= phones).then_some(());
    telegram.until(PATIENCE, enough).await.is_some()
}

/// SIGTERM, how long it took, and the exit code.
async fn terminates(mut running: Running) -> (Duration, Option<i32>) {
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let asked = Instant::now();
    while asked.elapsed() < STOP_WITHIN * 2 {
        if let Some(status) = running.0.try_wait().unwrap() {
            return (asked.elapsed(), status.code());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (asked.elapsed(), None)
}

async fn stopped_in_mid_broadcast(engine: &str, database: Option<String>, seen: &mut Seen) {
    let (place, running, amina) = broadcast(database, RESIDENTS).await;
    let telegram = &place.telegram;
    telegram.script_fault(Aim::Chats, Fault::Slow(400), Times::Always);
    telegram.say(amina, "BMX 10 fourgons CRS").unwrap();
    seen.wants(until_warned(telegram, 40).await, "the broadcast did not begin");
    let (took, code) = terminates(running).await;
    let before = warnings(telegram).len();
    seen.line(&format!(
        "{engine}: SIGTERM amid a broadcast ({before} of {RESIDENTS} warned): exit {code:?} after {} ms",
        took.as_millis()
    ));
    seen.wants(code == Some(0) && took <= STOP_WITHIN, "SIGTERM did not end it well");
    seen.wants(before < warnings_expected(), "it did not end in the middle");
    // Nobody fetches any more.
    arrives(telegram, CROWD + RESIDENTS);
    telegram.say(CROWD + RESIDENTS, "/start fr-bmx").unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    seen.wants(telegram.waiting_updates() == 1, "something still fetches updates");
    seen.wants(warnings(telegram).len() == before, "something still sends");
    let _running = place.start(None);
    seen.wants(until_warned(telegram, warnings_expected() + 1).await, "not everybody was warned");
    let twice = warnings(telegram).values().filter(|count| **count > 1).count();
    seen.wants(twice == 0, &format!("{twice} phones were warned twice although it ended in order"));
}

fn warnings_expected() -> usize {
    usize::try_from(RESIDENTS).unwrap()
}

async fn stopped_while_a_call_hangs(engine: &str, database: Option<String>, seen: &mut Seen) {
    let (place, running, amina) = broadcast(database, 3).await;
    place.telegram.script_fault(Aim::Chat(CROWD), Fault::Hang, Times::Always);
    place.telegram.say(amina, "BMX 10 fourgons CRS").unwrap();
    seen.wants(until_warned(&place.telegram, 2).await, "the others were not warned");
    let (took, code) = terminates(running).await;
    seen.line(&format!(
        "{engine}: SIGTERM while a call hangs: exit {code:?} after {} ms",
        took.as_millis()
    ));
    seen.wants(code == Some(0) && took <= STOP_WITHIN, "a hanging call kept it from ending");
    place.telegram.clear_weather();
    let _running = place.start(None);
    seen.wants(until_warned(&place.telegram, 3).await, "the hanging one was lost");
}

async fn second_on_one_file(seen: &mut Seen) {
    let (place, _running, _) = broadcast(None, 1).await;
    let second = place.output(&["run"]).await;
    let why = String::from_utf8_lossy(&second.stderr).trim().to_owned();
    let last = why.lines().last().unwrap_or_default().to_owned();
    seen.line(&format!("sqlite: a second service: {:?}, {last}", second.status.code()));
    let refused = !second.status.success() && last.starts_with("vigie: another vigie");
    seen.wants(refused, "a second service was not refused");
    arrives(&place.telegram, CROWD + 1);
    place.telegram.say(CROWD + 1, "/start fr-bmx").unwrap();
    let greeted = |t: &LocalTelegram| (!t.chat_tail(CROWD + 1, 1).is_empty()).then_some(());
    let greeted = place.telegram.until(PATIENCE, greeted).await;
    seen.wants(greeted.is_some(), "the first no longer answers");
}

/// So many subscribers, without asking each.
async fn subscribers(url: &str, key: &Path, telegram: &LocalTelegram) {
    let vault = Vault::at(key).unwrap();
    let Ok(store) = Store::open(url, vault, Arc::new(SystemEntropy)).await else {
        panic!("the database does not open");
    };
    let now = Clock::wall().now();
    let mut tx = store.begin().await.unwrap();
    for n in 0..DELIVERIES {
        arrives(telegram, CROWD + n);
        telegram.open_chat(CROWD + n);
        let mut person = Person::resident(Chat(CROWD + n), Lang::FR, now);
        person.sites.push("bmx".parse().unwrap());
        tx.save_person(&person).await.unwrap();
    }
    tx.commit().await.unwrap();
    store.close().await;
}

async fn backlog(engine: &str, database: Option<String>, seen: &mut Seen) {
    let mut place = Place::new(database, None, 1).await;
    subscribers(place.database(), &place.key(), &place.telegram).await;
    let running = place.start(None);
    place.is_up(PATIENCE).await;
    let people = People::new(place.telegram.clone(), PATIENCE);
    people.enrols(&place.invitation("observer").await).await;
    place.telegram.say(people.team()[0], "BMX 10 fourgons CRS").unwrap();
    seen.wants(until_warned(&place.telegram, 1).await, "the broadcast did not begin");
    drop(running);
    for n in 0..UPDATES {
        let id = CROWD + DELIVERIES + n;
        arrives(&place.telegram, id);
        place.telegram.say(id, "/start fr-unicorn").unwrap();
    }
    place.rate = 100;
    let before = place.telegram.accepted().len();
    let waiting = place.telegram.waiting_updates();
    let born = Instant::now();
    let _running = place.start(None);
    let (mut fetched, mut sent, mut greeted) = (None, None, None);
    while born.elapsed() < PATIENCE && (fetched.is_none() || sent.is_none() || greeted.is_none()) {
        let calls = place.telegram.accepted();
        let news = || calls[before..].iter().filter_map(Shown::of);
        let answers = |shown: Shown| shown.chat >= CROWD + DELIVERIES && shown.warning.is_none();
        if fetched.is_none() && place.telegram.waiting_updates() < waiting {
            fetched = Some(born.elapsed());
        }
        if sent.is_none() && news().next().is_some() {
            sent = Some(born.elapsed());
        }
        if greeted.is_none() && news().any(answers) {
            greeted = Some(born.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    seen.line(&format!(
        "{engine}: start with {UPDATES} updates and {DELIVERIES} deliveries waiting: first updates confirmed after {fetched:.0?}, first message accepted after {sent:.0?}, first of the updates answered after {greeted:.0?}"
    ));
    seen.wants(
        fetched.is_some() && sent.is_some() && greeted.is_some(),
        "the backlog is not worked off",
    );
}
