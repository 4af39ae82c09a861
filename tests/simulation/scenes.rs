//! What stories are made of: scenes, each a few acts with something going wrong among them.
use vigie::proof::Point;
use vigie::rehearsal::telegram::{Aim, Fault, Times};

use crate::actors::{Cast, LANGS};
use crate::rng::Rng;
use crate::script::{Act, MINUTE, SECOND, Step, Trouble};

/// A broadcast to twenty people takes less than a second: moments within it.
const MOMENTS: [i64; 6] = [20, 60, 120, 250, 400, 700];
/// Between scenes, and inside them where nothing special is meant.
const WHILES: [i64; 6] =
    [5 * SECOND, 40 * SECOND, 3 * MINUTE, 12 * MINUTE, 25 * MINUTE, 60 * MINUTE];

struct Making<'a> {
    steps: &'a mut Vec<Step>,
    cast: &'a Cast,
    rng: &'a mut Rng,
}

/// Adds one scene.
pub fn add(steps: &mut Vec<Step>, cast: &Cast, rng: &mut Rng) {
    let mut making = Making { steps, cast, rng };
    let scene = making.rng.below(100);
    match scene {
        0..=24 => making.sighting(),
        25..=36 => making.trouble_in_broadcast(),
        37..=48 => making.killed(),
        49..=60 => making.taken_back(),
        61..=68 => making.people_change(),
        69..=75 => making.outage(),
        76..=81 => making.old_news(),
        82..=86 => making.updates_in_disorder(),
        87..=90 => making.database(),
        91..=94 => making.clock(),
        95..=97 => making.operator(),
        _ => making.days_pass(),
    }
    let pause = *making.rng.pick(&WHILES);
    making.pass(pause);
}

/// Adds one of the scenes that chance alone makes too seldom.
pub fn add_rare(steps: &mut Vec<Step>, cast: &Cast, rng: &mut Rng) {
    let mut making = Making { steps, cast, rng };
    // Whatever was told before is another visit.
    making.pass(6 * 60 * MINUTE);
    match making.rng.below(3) {
        0 => making.killed_again_and_again(),
        1 => making.taken_back_from_who_may_have_it(),
        _ => making.overtaken_on_its_way(),
    }
}

impl Making<'_> {
    fn act(&mut self, act: Act) {
        self.steps.push(Step::Do(act));
    }
    fn pass(&mut self, millis: i64) {
        self.steps.push(Step::Pass(millis));
    }
    fn strike(&mut self, trouble: Trouble) {
        self.steps.push(Step::Strike(trouble));
    }
    fn site(&mut self) -> usize {
        // The first has the most residents.
        if self.rng.percent(60) { 0 } else { self.rng.below(self.cast.sites.len()) }
    }
    fn observer(&mut self) -> usize {
        self.rng.below(self.cast.observers.len())
    }
    fn resident(&mut self) -> usize {
        self.rng.below(self.cast.residents.len())
    }
    /// Somebody who chose a site.
    fn of_site(&mut self, site: usize) -> i64 {
        let chose = self.cast.residents.iter().filter(|resident| resident.sites.contains(&site));
        let chats: Vec<i64> = chose.map(|resident| resident.chat).collect();
        if chats.is_empty() { self.cast.residents[0].chat } else { *self.rng.pick(&chats) }
    }
    fn moment(&mut self) -> i64 {
        *self.rng.pick(&MOMENTS)
    }
    fn report(&mut self, site: usize) {
        self.report_of(site, 0);
    }
    fn report_of(&mut self, site: usize, ago: i64) {
        let (by, vans) = (self.observer(), self.rng.range(6, 14) as u32);
        self.act(Act::Report { by, site, vans, ago });
    }
    fn settle(&mut self) {
        let seconds = self.rng.range(20, 240);
        self.pass(seconds * SECOND);
    }

    /// A sighting, and how it goes on.
    fn sighting(&mut self) {
        let site = self.site();
        if self.rng.percent(20) {
            self.act(Act::ContactSees { site });
            let later = self.rng.range(10, 140);
            self.pass(later * SECOND);
        }
        self.report(site);
        let moment = self.moment();
        self.pass(moment);
        if self.rng.percent(40) {
            self.report(site);
        }
        self.settle();
        match self.rng.below(6) {
            0 => {
                let later = self.rng.range(11, 16);
                self.pass(later * MINUTE);
                self.report(site);
            }
            1 => {
                let by = self.observer();
                self.act(Act::Left { by, site });
            }
            2 => {
                let vans = self.rng.range(6, 14) as u32;
                self.act(Act::Edit { site, vans });
            }
            3 => {
                let other = (site + 1) % self.cast.sites.len();
                self.report(other);
            }
            4 => self.act(Act::Ended),
            _ => {}
        }
        self.settle();
    }

    /// A broadcast during which Telegram fails calls.
    fn trouble_in_broadcast(&mut self) {
        let site = self.site();
        let chat = self.of_site(site);
        let many = self.rng.range(1, 6) as u32;
        let spared = self.rng.range(0, 12) as u32;
        let wait = self.rng.range(1, 90) as u32;
        let sends = || Aim::Method("sendMessage".to_owned());
        let (aim, fault, times) = match self.rng.below(13) {
            0 => (Aim::Chat(chat), Fault::TooMany(wait), Times::Next(1)),
            1 => (sends(), Fault::TooMany(wait), Times::After(spared, many.max(4))),
            2 => (sends(), Fault::ServerError(502), Times::After(spared, many)),
            3 => (Aim::Chat(chat), Fault::ServerError(500), Times::Next(many)),
            4 => (sends(), Fault::CutBefore, Times::After(spared, many)),
            5 => (sends(), Fault::CutAfterAccept, Times::After(spared, many)),
            6 | 7 => (Aim::Chat(chat), Fault::LostAnswer, Times::Next(many)),
            8 => (sends(), Fault::BrokenJson, Times::After(spared, many)),
            9 => (Aim::Chat(chat), Fault::Blocked, Times::Always),
            10 => (Aim::Chat(chat), Fault::ChatNotFound, Times::Always),
            11 => (sends(), Fault::CannotParse, Times::After(spared, 1)),
            _ => (Aim::Chat(chat), Fault::BrokenJson, Times::Next(many)),
        };
        self.strike(Trouble::Weather(aim, fault, times));
        self.report(site);
        let moment = self.moment();
        self.pass(moment);
        if self.rng.percent(35) {
            let vans = self.rng.range(6, 14) as u32;
            let to = if self.rng.percent(50) { site } else { (site + 1) % self.cast.sites.len() };
            self.act(Act::Edit { site: to, vans });
        }
        self.pass(2 * MINUTE);
        self.strike(Trouble::Clear);
        self.pass(3 * MINUTE);
    }

    /// The process dies somewhere, and is started again.
    fn killed(&mut self) {
        let site = self.site();
        let point = *self.rng.pick(&Point::ALL);
        let nth = match point {
            Point::IntentKept | Point::Answered | Point::Claiming => self.rng.range(1, 20) as u64,
            _ => 1,
        };
        let down = *self.rng.pick(&[10, SECOND, 30 * SECOND, 200 * SECOND, 20 * MINUTE]);
        let other = (site + 1) % self.cast.sites.len();
        let vans = self.rng.range(6, 14) as u32;
        let meanwhile = match self.rng.below(4) {
            0 => Some(Act::Edit { site: other, vans }),
            1 => Some(Act::ContactSees { site }),
            2 => Some(Act::Stop(self.resident())),
            _ => None,
        };
        if point == Point::DutyDone || (point != Point::Purging && self.rng.percent(25)) {
            self.act(Act::ContactSees { site });
        }
        self.strike(Trouble::Kill { point, nth, down, meanwhile });
        if point != Point::DutyDone {
            self.report(site);
        }
        self.pass(3 * MINUTE);
        if self.rng.percent(40) {
            let point = *self.rng.pick(&[Point::Claiming, Point::IntentKept, Point::Answered]);
            let nth = self.rng.range(1, 6) as u64;
            self.strike(Trouble::Kill { point, nth, down: SECOND, meanwhile: None });
            self.report(other);
            self.pass(3 * MINUTE);
        }
    }

    /// What was told turns out wrong, while other things wait to be sent.
    fn taken_back(&mut self) {
        let site = self.site();
        self.report(site);
        let moment = if self.rng.percent(50) { self.moment() } else { 20 * SECOND };
        self.pass(moment);
        // Something else to send at the same time, in the other zone.
        let elsewhere = self.cast.sites.len() - 1;
        let act = match self.rng.below(4) {
            0 => Act::Undo,
            1 => Act::Retract,
            _ => Act::Edit { site: elsewhere, vans: 9 },
        };
        self.act(act);
        if self.rng.percent(70) {
            self.act(Act::ContactSees { site: elsewhere });
            let by = self.observer();
            self.act(Act::Report { by, site: elsewhere, vans: 7, ago: 0 });
        }
        self.pass(2 * MINUTE);
        if self.rng.percent(30) {
            self.report(site);
            self.settle();
        }
    }

    /// The process dies at its first claim, more often than anybody may be sent a message.
    fn killed_again_and_again(&mut self) {
        let kill =
            |nth| Trouble::Kill { point: Point::Claiming, nth, down: SECOND, meanwhile: None };
        // The first claim finds nothing yet: the report is just being handled.
        self.strike(kill(2));
        self.report(0);
        self.pass(300);
        for _ in 0..4 {
            self.strike(kill(1));
            self.pass(1_100);
        }
        self.pass(3 * MINUTE);
    }

    /// Of somebody's warning nobody knows whether it arrived; then it turns out wrong.
    fn taken_back_from_who_may_have_it(&mut self) {
        let chat = self.of_site(0);
        self.strike(Trouble::Weather(Aim::Chat(chat), Fault::LostAnswer, Times::Next(3)));
        self.report(0);
        self.pass(3 * MINUTE);
        self.act(Act::Edit { site: 1, vans: 9 });
        self.pass(2 * MINUTE);
        self.strike(Trouble::Clear);
        self.pass(3 * MINUTE);
    }

    /// A warning turns out wrong while calls hang of which the answer is lost.
    fn overtaken_on_its_way(&mut self) {
        let sends = Aim::Method("sendMessage".to_owned());
        self.strike(Trouble::Weather(sends, Fault::LostAnswer, Times::Next(30)));
        self.report(0);
        let moment = *self.rng.pick(&MOMENTS[..4]);
        self.pass(moment);
        self.act(Act::Edit { site: 1, vans: 9 });
        self.pass(200);
        self.strike(Trouble::Clear);
        self.pass(4 * MINUTE);
    }

    /// People stop, block, come, change language, while a broadcast runs.
    fn people_change(&mut self) {
        let site = 0;
        self.report(site);
        let moment = self.moment();
        self.pass(moment);
        for _ in 0..self.rng.range(1, 4) {
            let who = self.resident();
            let lang = LANGS[self.rng.below(LANGS.len())];
            let act = match self.rng.below(6) {
                0 | 1 => Act::Stop(who),
                2 => Act::Language(who, lang),
                3 => Act::Subscribe { who, site },
                4 => Act::Block(who),
                _ => Act::Deactivate(who),
            };
            self.act(act);
            let moment = self.moment();
            self.pass(moment);
        }
        if self.rng.percent(30) {
            let told = self.rng.percent(50);
            self.act(Act::Migrate { told });
        }
        self.settle();
        self.pass(11 * MINUTE);
        self.report(site);
        self.settle();
    }

    /// Telegram cannot be reached in the middle of a broadcast.
    fn outage(&mut self) {
        let site = self.site();
        self.report(site);
        let moment = self.moment();
        self.pass(moment);
        let minutes = *self.rng.pick(&[1, 4, 20, 45, 70]);
        self.strike(Trouble::Outage(minutes * MINUTE));
        self.pass(minutes * MINUTE);
        self.pass(4 * MINUTE);
    }

    /// News that is old when it comes, or when it goes out.
    fn old_news(&mut self) {
        let site = self.site();
        match self.rng.below(4) {
            0 => {
                let ago = self.rng.range(5, 58);
                self.report_of(site, ago);
            }
            1 => {
                let ago = self.rng.range(61, 200);
                self.report_of(site, ago);
            }
            2 => {
                self.report(site);
                let minutes = self.rng.range(16, 50);
                self.steps.push(Step::Away(minutes * MINUTE));
            }
            _ => {
                self.report(site);
                let hours = self.rng.range(1, 3);
                self.steps.push(Step::Away(hours * 60 * MINUTE + 5 * MINUTE));
                self.report(site);
            }
        }
        self.settle();
    }

    /// Updates come twice, in another order, or with lower numbers.
    fn updates_in_disorder(&mut self) {
        let site = self.site();
        self.report(site);
        if self.rng.percent(50) {
            self.act(Act::Edit { site, vans: 12 });
            self.strike(Trouble::OutOfOrder);
        } else if self.rng.percent(50) {
            self.settle();
            self.strike(Trouble::IdsFall);
            let other = self.site();
            self.report(other);
        }
        self.settle();
        self.strike(Trouble::SameUpdateTwice);
        self.settle();
        if self.rng.percent(40) {
            let by = self.observer();
            self.act(Act::HourUnclear { by, site });
            self.settle();
        }
    }

    /// The database is busy, full, or damaged.
    fn database(&mut self) {
        let site = self.site();
        self.report(site);
        let moment = self.moment();
        self.pass(moment);
        match self.rng.below(10) {
            0 => self.strike(Trouble::Busy(5_600)),
            1..=4 => self.strike(Trouble::Busy(60)),
            5 | 6 => self.strike(Trouble::Corrupt),
            _ => {
                self.strike(Trouble::DiskFull(true));
                for _ in 0..5 {
                    let site = self.site();
                    self.report(site);
                }
                self.pass(20 * SECOND);
                self.strike(Trouble::DiskFull(false));
            }
        }
        let other = self.site();
        self.report(other);
        self.pass(2 * MINUTE);
    }

    /// The machine's clock is set wrong, and right again.
    fn clock(&mut self) {
        let site = self.site();
        self.report(site);
        let moment = self.moment();
        self.pass(moment);
        let skew = *self.rng.pick(&[-60 * MINUTE, 60 * MINUTE, -40 * SECOND, 90 * SECOND]);
        self.strike(Trouble::Skew(skew));
        self.settle();
        self.strike(Trouble::Skew(0));
        self.pass(MINUTE);
        self.report(site);
        self.settle();
    }

    /// What the operator does, or what is done to the bot.
    fn operator(&mut self) {
        let site = self.site();
        self.report(site);
        let moment = self.moment();
        self.pass(moment);
        let trouble = match self.rng.below(5) {
            0 => Trouble::StopInOrder,
            1 => Trouble::SecondInstance,
            2 => Trouble::ForeignWebhook,
            3 => Trouble::KillNow { down: 2 * SECOND },
            _ => Trouble::Weather(Aim::Everything, Fault::Unauthorized, Times::Next(1)),
        };
        self.strike(trouble);
        self.pass(2 * MINUTE);
    }

    /// Days pass, and what is kept too long is erased.
    fn days_pass(&mut self) {
        let site = self.site();
        self.report(site);
        self.settle();
        if self.rng.percent(60) {
            let kill =
                Trouble::Kill { point: Point::Purging, nth: 1, down: SECOND, meanwhile: None };
            self.strike(kill);
        }
        self.steps.push(Step::Away(4 * 24 * 60 * MINUTE));
        self.pass(2 * MINUTE);
        self.report(site);
        self.settle();
    }
}
