//! Several processes on one PostgreSQL database: they share the work and the rate, and none of them
//! is needed. Each runs the whole service on a runtime of its own, so that it can be killed.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::runtime::Runtime;
use tokio::sync::{oneshot, watch};
use vigie::app::{App, AppError, Fittings};
use vigie::clock::Clock;
use vigie::dispatch::Pace;
use vigie::domain::lang::Lang;
use vigie::domain::person::{Chat, Person, Role};
use vigie::gazetteer::built_in;
use vigie::rehearsal::telegram::{LocalOptions, LocalTelegram, PhoneSpec};
use vigie::storage::{Peer, Store};
use vigie::vault::SystemEntropy;

use crate::post_office::{eight_five, site};
use crate::storage_story::postgres::Cluster;
use crate::storage_story::vault;
use crate::world::speech;

/// The machine may be busy; what is waited for takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);
const OBSERVER: i64 = 101;
const FIRST_RESIDENT: i64 = 1_000;

async fn open(url: &str) -> Store {
    Store::open(url, vault(), Arc::new(SystemEntropy)).await.unwrap()
}

/// One process, alive.
struct Process {
    runtime: Runtime,
    senders: watch::Receiver<usize>,
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<Result<(), AppError>>,
}

impl Process {
    fn start(town: &Town, name: &str) -> Process {
        let runtime = Runtime::new().unwrap();
        let (url, name) = (town.url.clone(), name.to_owned());
        let (telegram, clock) = (town.telegram.clone(), town.telegram.clock().clone());
        let (told, senders) = watch::channel(1);
        let (stop, stopped) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel();
        runtime.spawn(async move {
            let app = App::open(Fittings {
                api_url: telegram.api_url(),
                token: SecretString::from(telegram.token()),
                store: Arc::new(open(&url).await),
                gazetteer: built_in().unwrap(),
                speech: speech(),
                clock,
                entropy: Arc::new(SystemEntropy),
                phone: None,
                pace: Pace::free(vigie::config::RATE_DEFAULT),
                long_poll_seconds: 5,
                sender: name,
            })
            .await
            .unwrap();
            let mut count = app.senders.subscribe();
            tokio::spawn(async move {
                while count.changed().await.is_ok() {
                    told.send_replace(*count.borrow_and_update());
                }
            });
            let run = app.run(async {
                // Dropped without a word, it runs for ever.
                if stopped.await.is_err() {
                    std::future::pending::<()>().await;
                }
            });
            let _ = end.send(run.await);
        });
        Process { runtime, senders, stop, ended }
    }

    /// Nothing of it runs any more, and nobody is told.
    fn gets_killed(self) {
        self.runtime.shutdown_background();
    }

    /// It ends in order.
    async fn ends(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap().unwrap();
        self.runtime.shutdown_background();
    }

    async fn counts(&mut self, processes: usize) {
        let counted = self.senders.wait_for(|count| *count == processes);
        tokio::time::timeout(PATIENCE, counted).await.unwrap().unwrap();
    }
}

struct Town {
    cluster: Cluster,
    url: String,
    telegram: LocalTelegram,
    store: Store,
    residents: i64,
}

impl Town {
    /// A town with an observer and so many residents at BMX; `None` without PostgreSQL.
    async fn with(residents: i64) -> Option<Town> {
        let cluster = Cluster::start()?;
        let url = cluster.database("town");
        let clock = Clock::starting(eight_five(), 1.0);
        let telegram = LocalTelegram::start(clock.clone(), LocalOptions::default()).await.unwrap();
        let store = open(&url).await;
        let town = Town { cluster, url, telegram, store, residents };
        let mut tx = town.store.begin().await.unwrap();
        let mut observer = Person::resident(Chat(OBSERVER), Lang::FR, clock.now());
        (observer.role, observer.tag) = (Role::Observer, 1);
        town.phone(OBSERVER);
        tx.save_person(&observer).await.unwrap();
        for chat in town.chats() {
            let mut person = Person::resident(Chat(chat), Lang::EN, clock.now());
            person.sites.push(site("bmx"));
            town.phone(chat);
            tx.save_person(&person).await.unwrap();
        }
        tx.commit().await.unwrap();
        Some(town)
    }

    fn phone(&self, id: i64) {
        let spec = PhoneSpec { id, label: format!("phone {id}"), language_code: None };
        self.telegram.add_phone(spec);
        self.telegram.open_chat(id);
    }

    fn chats(&self) -> std::ops::Range<i64> {
        FIRST_RESIDENT..FIRST_RESIDENT + self.residents
    }

    fn observer_says(&self, text: &str) {
        self.telegram.say(OBSERVER, text).unwrap();
    }

    /// How many messages each resident has had.
    fn heard(&self) -> BTreeMap<i64, usize> {
        let mut heard = BTreeMap::new();
        for chat in self.telegram.accepted().iter().filter_map(|entry| entry.chat_id) {
            if self.chats().contains(&chat) {
                *heard.entry(chat).or_default() += 1;
            }
        }
        heard
    }

    /// Waits until so many residents have been told at least once.
    async fn told(&self, count: usize) {
        let told = self.telegram.until(PATIENCE, |_| (self.heard().len() >= count).then_some(()));
        assert!(told.await.is_some(), "only {} of {count} were told", self.heard().len());
    }

    async fn everybody_is_told(&self) {
        self.told(usize::try_from(self.residents).unwrap()).await;
    }

    /// How many residents had a message more than once.
    fn doubled(&self) -> usize {
        self.heard().values().filter(|count| **count > 1).count()
    }

    fn nothing_was_refused(&self) {
        let refused: Vec<_> =
            self.telegram.calls().into_iter().filter(|call| call.status != 200).collect();
        assert!(refused.is_empty(), "{} calls: {:?}", refused.len(), refused.first());
    }

    async fn journal(&self, kind: &str) -> usize {
        let mut tx = self.store.read().await.unwrap();
        let entries = tx.journal_range(None, None, 0, 100_000).await.unwrap();
        entries.iter().filter(|entry| entry.kind == kind).count()
    }

    async fn processes(&self) -> Vec<Peer> {
        self.store.read().await.unwrap().processes().await.unwrap()
    }

    /// The name of the one that polls, once there is one.
    async fn poller(&self) -> String {
        let polls = async {
            loop {
                let found = self.processes().await.into_iter().find(|process| process.polls);
                if let Some(found) = found {
                    return found.name;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, polls).await.unwrap()
    }
}

async fn three(town: &Town) -> Vec<(String, Process)> {
    let mut three = Vec::new();
    for name in ["one", "two", "three"] {
        three.push((name.to_owned(), Process::start(town, name)));
    }
    for (_, process) in &mut three {
        process.counts(3).await;
    }
    three
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_share_the_work_and_stay_within_the_rate_of_one() {
    let Some(town) = Town::with(150).await else { return };
    let mut processes = three(&town).await;
    town.observer_says("BMX 10 fourgons CRS");
    town.told(40).await;
    // One more comes and one goes in order, in the middle of it.
    let (_, leaving) = processes.remove(0);
    leaving.ends().await;
    processes.push(("four".to_owned(), Process::start(&town, "four")));
    town.everybody_is_told().await;
    assert_eq!(town.doubled(), 0);
    town.nothing_was_refused();
    assert_eq!(town.journal("sighting").await, 1, "one update, one effect");
    for (_, process) in processes {
        process.ends().await;
    }
    assert!(town.processes().await.is_empty(), "who ends in order takes leave");
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_42b_one_of_three_killed_in_mid_broadcast_loses_nothing_and_is_replaced() {
    let Some(town) = Town::with(150).await else { return };
    let mut processes = three(&town).await;
    let poller = town.poller().await;
    town.observer_says("BMX 10 fourgons CRS");
    town.told(30).await;
    let index = processes.iter().position(|(name, _)| *name == poller).unwrap();
    processes.remove(index).1.gets_killed();
    town.everybody_is_told().await;
    let doubled = town.doubled();
    assert!(doubled <= 6, "{doubled}: more than the killed one had on its way");
    town.nothing_was_refused();

    // Somebody else fetches what comes now.
    town.observer_says("Unicorn 3 fourgons CRS");
    let handled = async {
        while town.journal("sighting").await < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, handled).await.unwrap();
    assert_ne!(town.poller().await, poller);
    for (_, process) in &mut processes {
        process.counts(2).await;
    }
    for (_, process) in processes {
        process.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_42a_the_server_goes_away_and_comes_back_in_mid_broadcast_and_nobody_is_lost() {
    let Some(town) = Town::with(120).await else { return };
    let processes = three(&town).await;
    town.observer_says("BMX 10 fourgons CRS");
    town.told(30).await;
    town.cluster.goes_away();
    town.observer_says("Unicorn 3 fourgons CRS");
    tokio::time::sleep(Duration::from_secs(4)).await;
    town.cluster.goes_on();
    town.everybody_is_told().await;
    let handled = async {
        while town.journal("sighting").await < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, handled).await.unwrap();
    let copies = town.heard().into_values().max().unwrap();
    // The second sighting tells the residents of BMX of the other site, too.
    assert!(copies <= 3, "{copies}");
    for (_, process) in processes {
        process.ends().await;
    }
}
