//! Plays a story on the stage: does what people do, and lets go wrong what the story says.
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use vigie::domain::person::{Chat, Person, Role};
use vigie::proof::{self, Point, Then};
use vigie::rehearsal::telegram::{Bubble, GroupSpec, LocalTelegram, PhoneSpec};

use crate::actors::{CONTACT, COORDINATOR, GROUP, SUPERGROUP};
use crate::checker::{Breach, Checker};
use crate::faults::Kind;
use crate::ledger::{Mark, What};
use crate::operator;
use crate::script::{Act, Script, Step, Trouble};
use crate::stage::Stage;

/// After the last step nothing goes wrong any more, and within so long all must be settled.
const LIVENESS: TimeDelta = TimeDelta::minutes(10);
/// What a timer has to say is said within so long.
const TIMER_ANSWERED: TimeDelta = TimeDelta::seconds(10);
/// The old chat and the new one each get a message about it (core.telegram.org/bots/api#message).
const UPDATES_OF_A_MIGRATION: usize = 2;
/// What still waits then for its own time is over after so long.
const EVERYTHING_OVER: TimeDelta = TimeDelta::hours(13);

/// The process is armed to die, and then:
struct Killing {
    point: Point,
    nth: u64,
    down: TimeDelta,
    meanwhile: Option<Act>,
}

/// A story being played.
pub struct Play<'a> {
    script: &'a Script,
    pub stage: Stage,
    checker: Checker,
    killing: Option<Killing>,
    /// The latest report: who wrote it, which message, of which site, when.
    latest: Option<(i64, i32, usize, DateTime<Utc>)>,
    out_until: Option<DateTime<Utc>>,
    /// What the operator met and should not have.
    wrong: Option<Breach>,
}

/// Plays a story to its end; what breached a promise, if anything did.
pub async fn play(script: &Script) -> (Stage, Result<(), Breach>) {
    proof::disarm();
    let stage = Stage::set(script.seed, script.start).await;
    let checker = Checker::of(script);
    let mut play =
        Play { script, stage, checker, killing: None, latest: None, out_until: None, wrong: None };
    let outcome = play.through().await;
    proof::disarm();
    (play.stage, outcome)
}

impl Play<'_> {
    async fn through(&mut self) -> Result<(), Breach> {
        self.people_come().await;
        self.note_start();
        for (n, step) in self.script.steps.iter().enumerate() {
            self.step(step).await;
            self.look(false).map_err(|breach| breach.at_step(n, step))?;
        }
        self.heal().await;
        self.pass(LIVENESS).await;
        self.look(false).map_err(Breach::after_the_end)?;
        if Checker::settled(&self.stage).await.is_err() {
            // A timer may have gone off in that very moment.
            self.pass(TIMER_ANSWERED).await;
            Checker::settled(&self.stage).await.map_err(Breach::after_the_end)?;
        }
        self.pass(EVERYTHING_OVER).await;
        self.look(true).map_err(Breach::after_the_end)?;
        self.checker.kept(&self.stage).await.map_err(Breach::after_the_end)
    }

    fn look(&mut self, end: bool) -> Result<(), Breach> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        if let Some(why) = self.stage.hung.take() {
            return Err(Breach::of("liveness", why));
        }
        let looked = self.checker.look(&self.stage, end);
        if self.checker.aged_in_queue {
            self.stage.ledger.struck.insert(Kind::AgedInQueue);
        }
        looked
    }

    /// Whatever goes wrong ends.
    async fn heal(&mut self) {
        proof::disarm();
        self.stage.armed = false;
        self.killing = None;
        self.stage.telegram.clear_weather();
        self.stage.telegram.outage(false).await;
        self.out_until = None;
        self.stage.skew(TimeDelta::zero());
        if self.stage.app.is_none() {
            self.stage.open().await;
        }
        let _ = operator::act(&mut self.stage, &Trouble::DiskFull(false)).await;
    }

    fn note_start(&mut self) {
        let kind = match self.script.start.to_rfc3339().get(..7) {
            Some("2026-03") => Kind::SpringNight,
            Some("2025-10") => Kind::AutumnNight,
            Some("2025-12") => Kind::YearsEnd,
            _ => return,
        };
        self.stage.ledger.struck.insert(kind);
    }

    // ── People ──────────────────────────────────────────────────────────────────────────────────

    /// Those who are there as the story begins, as if they had come some days before.
    async fn people_come(&mut self) {
        let now = self.stage.now();
        let telegram = self.stage.telegram.clone();
        let Some(store) = self.stage.store() else { return };
        let mut tx = store.begin().await.unwrap();
        let team = self.script.cast.observers.iter().map(|chat| (*chat, Role::Observer));
        let team = team.chain([(CONTACT, Role::Contact), (COORDINATOR, Role::Coordinator)]);
        for (n, (chat, role)) in team.enumerate() {
            phone(&telegram, chat);
            let mut person = Person::resident(Chat(chat), "fr".parse().unwrap(), now);
            person.role = role;
            person.tag = if role == Role::Contact { 0 } else { n as i64 + 1 };
            tx.save_person(&person).await.unwrap();
        }
        for resident in &self.script.cast.residents {
            if resident.chat < 0 {
                telegram.add_group(GroupSpec {
                    id: resident.chat,
                    title: "a family".to_owned(),
                    supergroup: false,
                    forum: false,
                    members: vec![CONTACT],
                });
            } else {
                phone(&telegram, resident.chat);
            }
            let mut person =
                Person::resident(Chat(resident.chat), resident.lang.parse().unwrap(), now);
            person.sites = resident
                .sites
                .iter()
                .map(|site| self.script.cast.sites[*site].code.parse().unwrap())
                .collect();
            tx.save_person(&person).await.unwrap();
            // Before the story began.
            let mark = Mark { call: 0, accepted: 0, ..self.stage.mark() };
            self.stage
                .ledger
                .did(mark, What::Language { chat: resident.chat, lang: resident.lang });
            for site in &resident.sites {
                self.stage.ledger.did(mark, What::Subscribed { chat: resident.chat, site: *site });
            }
        }
        tx.commit().await.unwrap();
        let mark = self.stage.mark();
        self.stage.ledger.taken(mark);
    }

    fn act(&mut self, act: &Act) {
        let telegram = self.stage.telegram.clone();
        let mark = self.stage.mark();
        let sites = &self.script.cast.sites;
        let chat_of = |who: usize| self.script.cast.residents[who].chat;
        let observer = |by: usize| self.script.cast.observers[by];
        let ledger = &mut self.stage.ledger;
        match act {
            Act::Report { by, site, vans, ago } => {
                let mut text = format!("{} {vans} fourgons CRS", sites[*site].name);
                if *ago > 0 {
                    text.push_str(&format!(", il y a {ago} min"));
                }
                let Ok(message) = telegram.say(observer(*by), &text) else { return };
                let seen = mark.at - TimeDelta::minutes(*ago);
                let by = observer(*by);
                self.latest = Some((by, message, *site, mark.at));
                ledger.did(
                    mark,
                    What::Report { by, message: Some(message), site: *site, seen, changed: false },
                );
            }
            Act::Edit { site, vans } => {
                let Some((by, message, was, written)) = self.latest else { return };
                let text = format!("{} {vans} fourgons CRS", sites[*site].name);
                if telegram.edit_message(by, message, &text).is_err() {
                    return;
                }
                ledger.struck.insert(Kind::Edited);
                self.latest = Some((by, message, *site, written));
                ledger.did(mark, What::Cancel { site: Some(was), by_desk: false });
                ledger.did(
                    mark,
                    What::Report {
                        by,
                        message: Some(message),
                        site: *site,
                        // A text counts from when it was first written.
                        seen: written,
                        changed: true,
                    },
                );
            }
            Act::Undo => {
                let Some((by, _, site, _)) = self.latest else { return };
                if tap_newest(&telegram, by, "1|undo|", "1|undo|") {
                    ledger.did(mark, What::Cancel { site: Some(site), by_desk: false });
                }
            }
            Act::Left { by, site } => {
                let text = format!("partis de {}", sites[*site].name);
                let Ok(message) = telegram.say(observer(*by), &text) else { return };
                ledger.did(mark, What::Asked { by: observer(*by), message });
                ledger.did(mark, What::Cancel { site: Some(*site), by_desk: false });
            }
            Act::ContactSees { site } => {
                let data = format!("1|rv|{}|on_site|some", sites[*site].code);
                if telegram.tap_raw(CONTACT, 1, &data).is_ok() {
                    ledger.did(
                        mark,
                        What::Report {
                            by: CONTACT,
                            message: None,
                            site: *site,
                            seen: mark.at,
                            changed: false,
                        },
                    );
                }
            }
            Act::Retract => {
                if tap_newest(&telegram, COORDINATOR, "1|wrong|", "1|wrong!|") {
                    ledger.did(mark, What::Cancel { site: None, by_desk: true });
                }
            }
            Act::Ended => {
                if tap_newest(&telegram, COORDINATOR, "1|end|", "1|end!|") {
                    ledger.did(mark, What::Cancel { site: None, by_desk: true });
                }
            }
            Act::HourUnclear { by, site } => {
                let text = format!("{} 5 fourgons CRS demain à 6h", sites[*site].name);
                if telegram.say(observer(*by), &text).is_ok() {
                    ledger.struck.insert(Kind::TimeUnclear);
                }
            }
            Act::Stop(who) => {
                let chat = chat_of(*who);
                if telegram.say(chat, "/stop").is_ok() {
                    ledger.did(mark, What::Stopped { chat });
                }
            }
            Act::Subscribe { who, site } => {
                let (chat, lang) = (chat_of(*who), self.script.cast.residents[*who].lang);
                let flyer = format!("/start {lang}-{}", sites[*site].code);
                if telegram.say(chat, &flyer).is_ok() {
                    ledger.did(mark, What::Language { chat, lang });
                    ledger.did(mark, What::Subscribed { chat, site: *site });
                }
            }
            Act::Language(who, lang) => {
                let chat = chat_of(*who);
                if telegram.tap_raw(chat, 1, &format!("1|lang|{lang}")).is_ok() {
                    ledger.did(mark, What::Language { chat, lang });
                }
            }
            Act::Block(who) => {
                let chat = chat_of(*who);
                if chat > 0 {
                    telegram.block(chat);
                    ledger.did(mark, What::Gone { chat });
                }
            }
            Act::Deactivate(who) => {
                let chat = chat_of(*who);
                if chat > 0 {
                    telegram.deactivate(chat);
                    ledger.did(mark, What::Gone { chat });
                }
            }
            Act::Migrate { told } => {
                if telegram.migrate(GROUP, SUPERGROUP).is_ok() {
                    if !told {
                        telegram.lose_newest_updates(UPDATES_OF_A_MIGRATION);
                    }
                    ledger.did(mark, What::Moved { from: GROUP, to: SUPERGROUP });
                }
            }
        }
    }

    // ── Time and trouble ────────────────────────────────────────────────────────────────────────

    async fn step(&mut self, step: &Step) {
        match step {
            Step::Do(act) => self.act(act),
            Step::Pass(millis) => self.pass(TimeDelta::milliseconds(*millis)).await,
            Step::Away(millis) => self.away(TimeDelta::milliseconds(*millis)).await,
            Step::Strike(trouble) => self.strike(trouble).await,
        }
    }

    async fn pass(&mut self, span: TimeDelta) {
        let until = self.stage.now() + span;
        while self.stage.now() < until || self.stage.now() == until && span.is_zero() {
            let stop = self.out_until.filter(|end| *end < until).unwrap_or(until);
            let dead = self.stage.pass_until(stop).await;
            if dead {
                self.killed().await;
            } else if self.out_until.is_some_and(|end| end <= self.stage.now()) {
                self.out_until = None;
                self.stage.telegram.outage(false).await;
            } else if self.stage.hung.is_some() || stop == until {
                return;
            }
        }
    }

    async fn away(&mut self, span: TimeDelta) {
        let kind = match span.num_minutes() {
            15..=60 => Some(Kind::OfflineShort),
            61.. => Some(Kind::OfflineLong),
            _ => None,
        };
        self.stage.ledger.struck.extend(kind);
        self.stage.away(span).await;
    }

    /// The process stands at its point: it dies there.
    async fn killed(&mut self) {
        let Some(killing) = self.killing.take() else { return };
        self.stage.dies(killing.down).await;
        let kind = match killing.point {
            Point::UpdatesFetched => Kind::KilledBeforeInboxCommit,
            Point::UpdatesKept => Kind::KilledAfterInboxCommit,
            Point::Handling => Kind::KilledInHandling,
            Point::Handled => Kind::KilledAfterHandling,
            Point::Claiming => Kind::KilledInClaim,
            Point::IntentKept => Kind::KilledAfterIntent,
            Point::Answered => Kind::KilledAfterAnswer,
            Point::DutyDone => Kind::KilledInDuty,
            Point::Purging => Kind::KilledInPurge,
        };
        self.stage.ledger.struck.insert(kind);
        if killing.nth >= 8 {
            self.stage.ledger.struck.insert(Kind::KilledMidBroadcast);
        }
        if let Some(act) = &killing.meanwhile {
            self.act(act);
        }
    }

    async fn strike(&mut self, trouble: &Trouble) {
        let telegram = self.stage.telegram.clone();
        match trouble {
            Trouble::Weather(aim, fault, times) => {
                telegram.script_fault(aim.clone(), fault.clone(), times.clone());
            }
            Trouble::Clear => telegram.clear_weather(),
            Trouble::Outage(millis) => {
                telegram.outage(true).await;
                self.stage.ledger.storm();
                self.stage.ledger.struck.insert(Kind::Refused);
                self.out_until = Some(self.stage.now() + TimeDelta::milliseconds(*millis));
            }
            Trouble::Kill { point, nth, down, meanwhile } => {
                let down = TimeDelta::milliseconds(*down);
                proof::arm(*point, *nth, Then::Freeze);
                self.stage.armed = true;
                self.killing =
                    Some(Killing { point: *point, nth: *nth, down, meanwhile: meanwhile.clone() });
            }
            Trouble::KillNow { down } => {
                self.killing = None;
                self.stage.dies(TimeDelta::milliseconds(*down)).await;
            }
            Trouble::SameUpdateTwice => {
                if telegram.repeat_update(telegram.last_update_id()) {
                    self.stage.ledger.struck.insert(Kind::SameUpdateTwice);
                }
            }
            Trouble::OutOfOrder => {
                if telegram.waiting_updates() > 1 {
                    telegram.reverse_updates();
                    self.stage.ledger.struck.insert(Kind::OutOfOrder);
                }
            }
            Trouble::IdsFall => {
                // Numbers fall after a quiet week, when nothing waits.
                if telegram.waiting_updates() == 0 {
                    telegram.restart_ids();
                    self.stage.ledger.struck.insert(Kind::IdsFall);
                }
            }
            Trouble::Skew(millis) => {
                self.stage.skew(TimeDelta::milliseconds(*millis));
                self.stage.ledger.struck.insert(Kind::ClockJump);
            }
            Trouble::Busy(millis) => self.busy(Duration::from_millis(*millis)).await,
            Trouble::StopInOrder
            | Trouble::SecondInstance
            | Trouble::DiskFull(_)
            | Trouble::Corrupt
            | Trouble::ForeignWebhook => {
                if let Err(breach) = operator::act(&mut self.stage, trouble).await {
                    self.wrong = Some(breach);
                }
            }
        }
    }

    /// Another program holds the write lock while the service works.
    async fn busy(&mut self, span: Duration) {
        self.stage.ledger.storm();
        let holding = operator::hold_lock(&self.stage.file(), span).await;
        self.pass(TimeDelta::milliseconds(300)).await;
        holding.await.unwrap();
        self.stage.ledger.struck.insert(Kind::Busy);
    }
}

fn phone(telegram: &LocalTelegram, chat: i64) {
    telegram.add_phone(PhoneSpec { id: chat, label: format!("phone {chat}"), language_code: None });
    telegram.open_chat(chat);
}

/// Taps the newest button whose data begins so, as if it said something else. `false` where there is
/// none.
fn tap_newest(telegram: &LocalTelegram, chat: i64, begins: &str, instead: &str) -> bool {
    let bubbles: Vec<Bubble> = telegram.chat_tail(chat, 40);
    let found = bubbles.iter().rev().find_map(|bubble| {
        let mut buttons = bubble.buttons.iter().flatten();
        let data =
            buttons.find_map(|button| button.data.clone().filter(|d| d.starts_with(begins)))?;
        Some((bubble.message_id, data))
    });
    let Some((message, data)) = found else { return false };
    telegram.tap_raw(chat, message, &data.replacen(begins, instead, 1)).is_ok()
}
