//! The people of a life: residents who subscribe, choose a second place and leave; observers who
//! report, correct each other and take back; a coordinator who ends convoys. They know nothing of
//! kills: whoever gets no answer waits. What they did is written down for the checker.
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use vigie::gazetteer::built_in;
use vigie::rehearsal::telegram::{Bubble, LocalTelegram, PhoneSpec};

use crate::dice::Dice;
use crate::phone::{Kind, Shown};

/// Phones are numbered from here.
const FIRST_ID: i64 = 7_400_000_001;
/// Between two looks at a phone.
const LOOK_AGAIN: Duration = Duration::from_millis(60);
/// Residents of each place at the beginning.
const RESIDENTS: usize = 6;
const LANGUAGES: [&str; 6] = ["fr", "en", "fa", "ti", "ps", "ar"];

/// Something somebody asked for, and what shows that it was heard.
#[derive(Debug, Clone)]
pub struct Asked {
    pub who: i64,
    /// The last thing accepted when it was asked.
    pub after: u64,
    pub sign: Sign,
}

/// What shows that something was heard.
#[derive(Debug, Clone)]
pub enum Sign {
    /// A message that answers this one.
    ReplyTo(i32),
    /// A greeting that names the place.
    Welcome(String),
    /// This message was changed, or another came that is no warning.
    Changed(i32),
    /// A last message that is no warning, and no warning after it.
    Goodbye,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Not yet.
    Stands,
    /// The coordinator said so, perhaps after it had left.
    Ended,
    /// The only report was taken back.
    TakenBack,
}

/// One operation at one place; a place sees one operation a life.
#[derive(Debug, Clone)]
pub struct Episode {
    pub place: String,
    /// What was reported, in this order.
    pub vans: Vec<u32>,
    /// Who chose the place, and did not leave.
    pub members: Vec<i64>,
    pub ending: Ending,
    /// Whether everybody had time to be warned before it ended.
    pub waited: bool,
}

/// What they did.
#[derive(Debug, Clone, Default)]
pub struct Deeds {
    pub asked: Vec<Asked>,
    pub episodes: Vec<Episode>,
    /// Steps that came to nothing within anybody's patience.
    pub gave_up: Vec<String>,
}

/// Everybody, with their telephones.
pub struct People {
    pub telegram: LocalTelegram,
    pub deeds: Mutex<Deeds>,
    /// No more new operations.
    pub calm: AtomicBool,
    next_id: AtomicI64,
    /// So long somebody waits for an answer.
    patience: Duration,
    team: Mutex<Vec<i64>>,
}

/// A place with those who chose it.
struct Place {
    code: String,
    name: String,
    members: Vec<i64>,
}

impl People {
    pub fn new(telegram: LocalTelegram, patience: Duration) -> Arc<People> {
        Arc::new(People {
            telegram,
            deeds: Mutex::default(),
            calm: AtomicBool::new(false),
            next_id: AtomicI64::new(FIRST_ID),
            patience,
            team: Mutex::default(),
        })
    }

    fn arrives(&self) -> i64 {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let label = id.to_string();
        self.telegram.add_phone(PhoneSpec { id, label, language_code: None });
        id
    }

    fn after(&self) -> u64 {
        self.telegram.counts().0
    }

    fn note(&self, who: i64, after: u64, sign: Sign) {
        self.deeds.lock().unwrap().asked.push(Asked { who, after, sign });
    }

    /// Somebody enrols with a link's token, and is welcomed.
    pub async fn enrols(&self, token: &str) {
        let id = self.arrives();
        self.telegram.say(id, &format!("/start {token}")).unwrap();
        let welcomed = self.until(id, |bubbles| bubbles.iter().any(|b| b.from_bot)).await;
        assert!(welcomed, "nobody was enrolled");
        self.team.lock().unwrap().push(id);
    }

    /// Who was enrolled, in this order.
    pub fn team(&self) -> Vec<i64> {
        self.team.lock().unwrap().clone()
    }

    fn subscribes(&self, who: i64, code: &str, name: &str, dice: &mut Dice) {
        let after = self.after();
        let lang = dice.one_of(&LANGUAGES);
        self.telegram.say(who, &format!("/start {lang}-{code}")).unwrap();
        self.note(who, after, Sign::Welcome(name.to_owned()));
    }

    /// Waits until this phone shows something.
    async fn until(&self, who: i64, shows: impl Fn(&[Bubble]) -> bool) -> bool {
        let asked = Instant::now();
        while asked.elapsed() < self.patience {
            if shows(&self.telegram.chat(who)) {
                return true;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        false
    }

    fn gave_up(&self, what: String) {
        self.deeds.lock().unwrap().gave_up.push(what);
    }

    /// A morning in one zone: one operation after another, each at a place of its own. The observer
    /// and the coordinator are the team's members of these numbers.
    pub async fn morning(self: Arc<Self>, zone: &str, team: [usize; 3], mut dice: Dice) {
        let mut places = self.populate(zone, &mut dice);
        let team = team.map(|n| self.team()[n]);
        while !self.calm.load(Ordering::Relaxed) && !places.is_empty() {
            let index = usize::try_from(dice.within(0, places.len() as u64)).unwrap();
            let place = places.swap_remove(index);
            self.operation(place, &places, team, &mut dice).await;
        }
    }

    fn populate(&self, zone: &str, dice: &mut Dice) -> Vec<Place> {
        let gazetteer = built_in().unwrap();
        let zone = zone.parse().unwrap();
        let mut places = Vec::new();
        for place in gazetteer.sites_of(&zone) {
            let (code, name) = (place.code.to_string(), place.name.clone());
            let members: Vec<i64> = (0..RESIDENTS).map(|_| self.arrives()).collect();
            for who in &members {
                self.subscribes(*who, &code, &name, dice);
            }
            places.push(Place { code, name, members });
        }
        places
    }

    /// An operation: reported, known to everybody, perhaps reported again, and over.
    async fn operation(
        &self,
        mut place: Place,
        others: &[Place],
        [amina, karim, yusuf]: [i64; 3],
        dice: &mut Dice,
    ) {
        let name = place.name.clone();
        let vans = u32::try_from(dice.within(6, 40)).unwrap();
        // Some come in the same moment: new ones, one who knows another place, and one who leaves.
        let leaver = place.members.pop();
        self.reports_at(amina, &name, vans);
        place.members.push(self.arrives());
        place.members.extend(others.last().and_then(|other| other.members.first()));
        for who in place.members.iter().rev().take(2) {
            self.subscribes(*who, &place.code, &name, dice);
        }
        if let Some(leaver) = leaver {
            let after = self.after();
            self.telegram.say(leaver, "/stop").unwrap();
            self.note(leaver, after, Sign::Goodbye);
        }
        let index = {
            let mut deeds = self.deeds.lock().unwrap();
            deeds.episodes.push(Episode {
                place: name.clone(),
                vans: vec![vans],
                members: place.members.clone(),
                ending: Ending::Stands,
                waited: false,
            });
            deeds.episodes.len() - 1
        };
        let story = Story { index, name: &name, members: &place.members };
        let Some(answer) = self.answered(amina).await else {
            return self.gave_up(format!("the report at {name} was not answered"));
        };
        let patient = dice.within(0, 3) > 0;
        if patient && !self.everybody_knows(&story).await {
            return self.gave_up(format!("not everybody was warned at {name}"));
        }
        if dice.within(0, 3) == 0 && self.takes_back(amina, &answer, &story, patient).await {
            return;
        }
        if dice.within(0, 2) == 0 {
            self.reports_at(karim, &name, vans + 1);
            self.deeds.lock().unwrap().episodes[index].vans.push(vans + 1);
            if self.answered(karim).await.is_none() {
                return self.gave_up(format!("the second report at {name} was not answered"));
            }
        }
        self.ends(yusuf, &story, patient).await;
    }

    fn reports_at(&self, who: i64, name: &str, vans: u32) {
        let after = self.after();
        let message = self.telegram.say(who, &format!("{name} {vans} fourgons CRS")).unwrap();
        self.note(who, after, Sign::ReplyTo(message));
    }

    /// Waits for the answer to somebody's last words.
    async fn answered(&self, who: i64) -> Option<Bubble> {
        let chat = self.telegram.chat(who);
        let said = chat.iter().rev().find(|b| !b.from_bot)?.message_id;
        let answers = |b: &&Bubble| b.reply_to.as_ref().is_some_and(|q| q.message_id == said);
        self.until(who, |bubbles| bubbles.iter().any(|b| answers(&b))).await;
        self.telegram.chat(who).iter().find(answers).cloned()
    }

    /// Waits until every member was warned.
    async fn everybody_knows(&self, story: &Story<'_>) -> bool {
        let asked = Instant::now();
        while asked.elapsed() < self.patience {
            let calls = self.telegram.accepted();
            let told: Vec<i64> = calls
                .iter()
                .filter_map(Shown::of)
                .filter(|shown| shown.tells(Kind::Threat, story.name))
                .map(|shown| shown.chat)
                .collect();
            if story.members.iter().all(|member| told.contains(member)) {
                return true;
            }
            tokio::time::sleep(LOOK_AGAIN * 4).await;
        }
        false
    }

    /// Taps a button that says this, on the newest message that has it and names the place.
    async fn taps(&self, who: i64, begins: &str, names: Option<&str>) -> Option<i32> {
        let holds = |b: &Bubble| {
            let named = names.is_none_or(|name| b.text.contains(name));
            let data = b.buttons.iter().flatten().filter_map(|button| button.data.clone());
            let fits = data.rev().find(|data| data.starts_with(begins));
            fits.filter(|_| named && !b.deleted)
        };
        self.until(who, |bubbles| bubbles.iter().any(|b| holds(b).is_some())).await;
        let chat = self.telegram.chat(who);
        let (message, data) = chat.iter().rev().find_map(|b| Some((b.message_id, holds(b)?)))?;
        self.telegram.tap_raw(who, message, &data).unwrap();
        Some(message)
    }

    /// The observer takes the report back; `false` when it is too late for that.
    async fn takes_back(&self, who: i64, answer: &Bubble, story: &Story<'_>, waited: bool) -> bool {
        let now = self.telegram.clock().now();
        // A minute is given from the moment it was received; some of it must be left.
        if now - answer.sent_at > chrono::TimeDelta::seconds(25) {
            return false;
        }
        let undo = answer
            .buttons
            .iter()
            .flatten()
            .find_map(|button| button.data.clone().filter(|data| data.starts_with("1|undo|")));
        let Some(undo) = undo else {
            self.gave_up(format!("the report at {} cannot be taken back", story.name));
            return true;
        };
        let after = self.after();
        self.telegram.tap_raw(who, answer.message_id, &undo).unwrap();
        self.note(who, after, Sign::Changed(answer.message_id));
        self.over(story, Ending::TakenBack, waited);
        self.until(who, |bubbles| {
            bubbles.iter().any(|b| b.message_id == answer.message_id && b.edited)
        })
        .await;
        true
    }

    /// The coordinator says that it is over, and is sure.
    async fn ends(&self, who: i64, story: &Story<'_>, waited: bool) {
        if self.taps(who, "1|end|", Some(story.name)).await.is_none() {
            return self.gave_up(format!("the convoy at {} has no card", story.name));
        }
        let after = self.after();
        match self.taps(who, "1|end!|", Some(story.name)).await {
            Some(message) => {
                self.note(who, after, Sign::Changed(message));
                self.over(story, Ending::Ended, waited);
                self.until(who, |bubbles| {
                    bubbles.iter().any(|b| b.message_id == message && b.edited)
                })
                .await;
            }
            None => self.gave_up(format!("the end at {} was not asked twice", story.name)),
        }
    }

    fn over(&self, story: &Story<'_>, ending: Ending, waited: bool) {
        let mut deeds = self.deeds.lock().unwrap();
        let episode = &mut deeds.episodes[story.index];
        episode.ending = ending;
        episode.waited = waited;
    }
}

/// The operation that is going on.
struct Story<'a> {
    index: usize,
    name: &'a str,
    members: &'a [i64],
}
