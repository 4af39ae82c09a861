//! What the tests of sending share: a database in a temporary folder, a local Telegram, a clock that
//! stands still, and the real sender and courier between them.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{SecretBox, SecretString};
use tempfile::TempDir;
use tokio::sync::Notify;
use vigie::clock::Clock;
use vigie::dispatch::{Pace, Sender, StepReport, Voice, Worker};
use vigie::domain::alert::{
    Alert, AlertKind, AlertText, Audience, Confidence, Mode, Thread, Urgency,
};
use vigie::domain::delivery::DeliveryState;
use vigie::domain::id::{AlertId, ConvoyId};
use vigie::domain::lang::Lang;
use vigie::domain::person::{Chat, Person, Role};
use vigie::domain::site::{Gazetteer, Place, PlaceKind, SiteCode, Zone};
use vigie::rehearsal::telegram::{
    Aim, Bubble, Fault, GroupSpec, LocalOptions, LocalTelegram, PhoneSpec, Times,
};
use vigie::speech::Speech;
use vigie::speech::say::Say;
use vigie::storage::{Answer, Store};
use vigie::telegram::api::Api;
use vigie::telegram::outbound::TelegramCourier;
use vigie::vault::{SystemEntropy, Vault};

/// So long a test's courier waits for an answer, in real time: what hangs must not hang the tests.
pub const CALL_TIME: Duration = Duration::from_millis(300);

pub struct PostOffice {
    folder: TempDir,
    pub clock: Clock,
    pub telegram: LocalTelegram,
    pub store: Arc<Store>,
    pub worker: Arc<Worker>,
    pub wake: Arc<Notify>,
    rate: f64,
    born: usize,
}

pub fn eight_five() -> DateTime<Utc> {
    "2025-11-10T07:05:00Z".parse().unwrap()
}

pub fn site(code: &str) -> SiteCode {
    code.parse().unwrap()
}

fn gazetteer() -> Gazetteer {
    let place = |code: &str, name: &str| Place {
        code: site(code),
        name: name.to_owned(),
        zone: "calais".parse().unwrap(),
        kind: PlaceKind::Site,
        scripts: BTreeMap::new(),
        aliases: Vec::new(),
        roads: BTreeMap::new(),
        point: None,
    };
    let places = vec![place("bmx", "BMX"), place("fort-vert", "Fort Vert")];
    Gazetteer::new(Vec::new(), places)
}

pub async fn open_store(folder: &TempDir) -> Arc<Store> {
    let url = format!("sqlite://{}", folder.path().join("vigie.db").display());
    let vault = Vault::from_key(&SecretBox::new(Box::new([7; 32])));
    Arc::new(Store::open(&url, vault, Arc::new(SystemEntropy)).await.unwrap())
}

pub fn api(telegram: &LocalTelegram) -> Api {
    Api::new(&telegram.api_url(), &SecretString::from(telegram.token())).unwrap()
}

impl PostOffice {
    /// At 8:05, without limits on sending at Telegram's side.
    pub async fn open() -> PostOffice {
        PostOffice::open_with(LocalOptions::unlimited(), 29.7).await
    }

    pub async fn open_with(options: LocalOptions, rate: f64) -> PostOffice {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::starting(eight_five(), 0.0);
        let telegram = LocalTelegram::start(clock.clone(), options).await.unwrap();
        let store = open_store(&folder).await;
        let wake = Arc::new(Notify::new());
        let worker = worker(&store, &telegram, &clock, &wake, Pace::free(rate));
        PostOffice { folder, clock, telegram, store, worker, wake, rate, born: 0 }
    }

    /// The process is killed: nothing is closed in order. Another starts on the same file.
    pub async fn restart(self) -> PostOffice {
        let PostOffice { folder, clock, telegram, store, worker: old, wake, rate, born } = self;
        drop(old);
        store.close().await;
        drop(store);
        let store = open_store(&folder).await;
        let worker = worker(&store, &telegram, &clock, &wake, Pace::free(rate));
        worker.resume().await.unwrap();
        PostOffice { folder, clock, telegram, store, worker, wake, rate, born }
    }

    /// Another sender on the same store, at another pace.
    pub fn worker_at(&self, pace: Pace) -> Arc<Worker> {
        worker(&self.store, &self.telegram, &self.clock, &self.wake, pace)
    }

    /// So many residents of a site, with an open chat each; gives their chats.
    pub async fn residents(&mut self, code: &str, count: usize) -> Vec<i64> {
        let mut chats = Vec::new();
        for _ in 0..count {
            self.born += 1;
            let chat = 1_000 + self.born as i64;
            let mut person = Person::resident(Chat(chat), Lang::EN, self.clock.now());
            person.sites.push(site(code));
            self.enrol(person).await;
            chats.push(chat);
        }
        chats
    }

    pub async fn observer(&self, chat: i64, tag: i64) {
        let mut person = Person::resident(Chat(chat), Lang::FR, self.clock.now());
        person.role = Role::Observer;
        person.tag = tag;
        self.enrol(person).await;
    }

    pub async fn enrol(&self, person: Person) {
        let chat = person.chat.0;
        if chat > 0 {
            let spec = PhoneSpec { id: chat, label: format!("phone {chat}"), language_code: None };
            self.telegram.add_phone(spec);
            self.telegram.open_chat(chat);
        } else {
            self.telegram.add_group(GroupSpec {
                id: chat,
                title: "team".to_owned(),
                supergroup: false,
                forum: false,
                members: Vec::new(),
            });
        }
        let mut tx = self.store.begin().await.unwrap();
        tx.save_person(&person).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Decides an alert to the residents of a site, the next version of the site's thread.
    pub async fn warn(&self, code: &str, kind: AlertKind, mode: Mode, urgency: Urgency) -> Alert {
        let text = self.text(code, kind);
        let audience = Audience::Site(site(code));
        self.publish(code, audience, mode, urgency, text.clone(), &Say::Alert(text)).await
    }

    pub fn text(&self, code: &str, kind: AlertKind) -> AlertText {
        AlertText {
            kind,
            site: Some(site(code)),
            observed_at: self.clock.now(),
            vans: None,
            confidence: Confidence::Confirmed,
            no: 412,
            exercise: false,
        }
    }

    pub async fn publish(
        &self,
        thread: &str,
        audience: Audience,
        mode: Mode,
        urgency: Urgency,
        text: AlertText,
        say: &Say,
    ) -> Alert {
        let now = self.clock.now();
        let thread = Thread(thread.to_owned());
        let zone: Zone = "calais".parse().unwrap();
        let mut tx = self.store.begin().await.unwrap();
        let before = tx.latest_alert(&thread).await.unwrap();
        let alert = Alert {
            id: AlertId::fresh(now, &SystemEntropy),
            version: before.map_or(1, |alert| alert.version + 1),
            thread,
            zone,
            convoy: ConvoyId::from("0".repeat(32)),
            visit: None,
            audience,
            mode,
            urgency,
            reason: "test".to_owned(),
            text,
            decided_at: now,
            expires_at: now + TimeDelta::hours(2),
        };
        let say = serde_json::to_string(say).unwrap();
        tx.alert_add(&alert, &say).await.unwrap();
        tx.enqueue_alert(&alert, &[]).await.unwrap();
        tx.commit().await.unwrap();
        self.wake.notify_one();
        alert
    }

    /// Queues an answer to one chat.
    pub async fn answer(
        &self,
        chat: i64,
        say: &Say,
        mode: Mode,
        edit: Option<i64>,
        reply: Option<i64>,
    ) {
        let say = serde_json::to_string(say).unwrap();
        let answer = Answer {
            to: Chat(chat),
            lang: Lang::EN,
            say_json: &say,
            mode,
            urgency: Urgency::Answer,
            edit,
            reply,
            thread: None,
            expires_at: self.clock.now() + TimeDelta::hours(1),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.answer_add(&answer, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        self.wake.notify_one();
    }

    pub async fn step(&self) -> StepReport {
        self.worker.step().await.unwrap()
    }

    /// Turns the crank, and the clock as far as each next thing is away, until nothing is left to do
    /// or `until` would be passed.
    pub async fn deliver_until(&self, until: DateTime<Utc>) {
        for _ in 0..20_000 {
            let report = self.step().await;
            let Some(at) = self.worker.next_at().await.unwrap() else {
                return;
            };
            if at > until {
                return;
            }
            if at > self.clock.now() {
                self.clock.set(at);
            } else if report == StepReport::default() {
                self.clock.advance(TimeDelta::milliseconds(50));
            }
        }
        panic!("sending does not come to an end");
    }

    pub async fn deliver_everything(&self) {
        self.deliver_until(self.clock.now() + TimeDelta::hours(12)).await;
    }

    /// What a phone shows of the bot.
    pub fn heard(&self, chat: i64) -> Vec<Bubble> {
        let bubbles = self.telegram.chat(chat);
        bubbles.into_iter().filter(|bubble| bubble.from_bot).collect()
    }

    /// Chats in the order in which Telegram accepted messages to them.
    pub fn order(&self) -> Vec<i64> {
        self.telegram.accepted().iter().filter_map(|entry| entry.chat_id).collect()
    }

    pub fn fault(&self, chat: i64, fault: Fault, times: Times) {
        self.telegram.script_fault(Aim::Chat(chat), fault, times);
    }

    /// How many deliveries of an alert are in a state.
    pub async fn count(&self, alert: &Alert, state: DeliveryState) -> i64 {
        let mut tx = self.store.read().await.unwrap();
        let letter = alert.id.as_str().into();
        let progress = tx.letter_progress(&letter).await.unwrap();
        progress.get(&state).copied().unwrap_or(0)
    }

    /// The payloads of the journal's entries of a kind.
    pub async fn journal(&self, kind: &str) -> Vec<serde_json::Value> {
        let mut tx = self.store.read().await.unwrap();
        let entries = tx.journal_range(None, None, 0, 10_000).await.unwrap();
        let of_kind = entries.into_iter().filter(|entry| entry.kind == kind);
        of_kind.map(|entry| serde_json::from_str(&entry.payload.unwrap()).unwrap()).collect()
    }
}

fn worker(
    store: &Arc<Store>,
    telegram: &LocalTelegram,
    clock: &Clock,
    wake: &Arc<Notify>,
    pace: Pace,
) -> Arc<Worker> {
    let voice = Voice {
        speech: Arc::new(Speech::load().unwrap()),
        gazetteer: Arc::new(gazetteer()),
        phone: Some(Arc::from("+33 6 00 00 00 00")),
    };
    let api = api(telegram).with_pulse(Arc::clone(store.pulse()), clock.clone());
    let courier = TelegramCourier::new(api).with_timeout(CALL_TIME);
    Arc::new(Worker::new(
        Arc::clone(store),
        Arc::new(courier),
        voice,
        clock.clone(),
        Arc::clone(wake),
        Sender { name: "test".to_owned(), pace, senders: tokio::sync::watch::channel(1).1 },
    ))
}
