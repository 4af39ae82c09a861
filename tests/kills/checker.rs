//! The judge. It reads what the local Telegram accepted and what people did, and nothing of the
//! program: no database, no log, none of its types.
use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use vigie::proof::Point;
use vigie::rehearsal::telegram::{Accepted, LocalTelegram};

use crate::life::{Kill, Record};
use crate::people::{Asked, Deeds, Ending, Episode, Sign};
use crate::phone::{Kind, Shown};

/// At most so many copies of anything reach anybody (G3).
const COPIES_MAX: usize = 3;
/// What is doubled was accepted at most so long before the kill that explains it: an answer is
/// written down with the next commit.
const IN_FLIGHT: TimeDelta = TimeDelta::seconds(2);
/// What was under way to Telegram when its sender was killed may be accepted so long after.
const LANDING: TimeDelta = TimeDelta::milliseconds(150);
/// One commit's rows, and those that were on their way.
const DOUBLES_MAX: usize = 45;
/// So many starts of a life may fail for want of time on a busy machine.
const FAILED_STARTS_MAX: usize = 3;
/// What was already on its way when somebody left may still arrive.
const GOODBYE_WITHIN: TimeDelta = TimeDelta::seconds(3);

/// What became of a life.
pub struct Verdict {
    pub name: &'static str,
    pub kills: Vec<Kill>,
    pub asked: usize,
    pub episodes: usize,
    pub messages: usize,
    pub lost: usize,
    /// Doubled messages, by the kill that explains them.
    pub doubles: BTreeMap<usize, usize>,
    pub refused: usize,
    /// Milliseconds from the start of a process to the first call that was accepted, sorted.
    pub back_millis: Vec<i64>,
    /// Starts that ended in a sentence before anything was done.
    pub failed_starts: usize,
    /// Milliseconds from the return of the database to twenty accepted calls.
    pub outages: Vec<i64>,
    pub faults: Vec<String>,
}

/// What happened, with what is needed to judge it.
struct Scene<'a> {
    shown: Vec<Shown>,
    deeds: &'a Deeds,
    faults: Vec<String>,
    lost: usize,
}

/// How much is still to come before everything that was asked had its effect.
pub fn open_questions(calls: &[Accepted], deeds: &Deeds) -> usize {
    let mut scene = Scene::of(calls, deeds);
    scene.everything_asked_was_heard();
    scene.everybody_was_told();
    scene.lost
}

/// Judges a life.
pub fn check(
    name: &'static str,
    telegram: &LocalTelegram,
    deeds: &Deeds,
    record: &Record,
) -> Verdict {
    let calls = telegram.accepted();
    let mut scene = Scene::of(&calls, deeds);
    scene.everything_asked_was_heard();
    scene.everybody_was_told();
    scene.versions_came_in_order();
    scene.nobody_was_written_to_after_leaving();
    let doubles = scene.doubles(&record.kills);
    let refused = telegram.calls().iter().filter(|call| call.status == 429).count();
    let mut faults = scene.faults;
    faults.extend(deeds.gave_up.iter().map(|what| format!("gave up: {what}")));
    faults.extend(record.ended.iter().map(|code| format!("a process ended by itself: {code:?}")));
    faults.extend(record.troubles.iter().cloned());
    if record.failed_starts > FAILED_STARTS_MAX {
        faults.push(format!("{} starts failed", record.failed_starts));
    }
    if doubles.values().any(|count| *count > DOUBLES_MAX) {
        faults.push(format!("too many doubles at one kill: {doubles:?}"));
    }
    Verdict {
        name,
        kills: record.kills.clone(),
        asked: deeds.asked.len(),
        episodes: deeds.episodes.len(),
        messages: scene.shown.len(),
        lost: scene.lost,
        doubles,
        refused,
        back_millis: back(&calls, &record.starts),
        failed_starts: record.failed_starts,
        outages: record.outages.clone(),
        faults,
    }
}

/// How long each start took to its first accepted call, where there was one before the next start.
fn back(calls: &[Accepted], starts: &[DateTime<Utc>]) -> Vec<i64> {
    let mut millis = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let until = starts.get(index + 1).copied().unwrap_or(DateTime::<Utc>::MAX_UTC);
        let mut later = calls.iter().filter(|call| call.chat_id.is_some() && call.at > *start);
        if let Some(call) = later.next().filter(|call| call.at < until) {
            millis.push((call.at - *start).num_milliseconds());
        }
    }
    millis.sort_unstable();
    millis
}

impl<'a> Scene<'a> {
    fn of(calls: &[Accepted], deeds: &'a Deeds) -> Scene<'a> {
        let shown = calls.iter().filter_map(Shown::of).collect();
        Scene { shown, deeds, faults: Vec::new(), lost: 0 }
    }

    fn loses(&mut self, what: String) {
        self.lost += 1;
        self.faults.push(format!("lost: {what}"));
    }

    fn on(&self, chat: i64) -> impl DoubleEndedIterator<Item = &Shown> {
        self.shown.iter().filter(move |shown| shown.chat == chat)
    }

    fn everything_asked_was_heard(&mut self) {
        let leavers = self.leavers();
        for asked in &self.deeds.asked {
            // Whoever leaves before the greeting came is owed the goodbye alone.
            let waived = matches!(asked.sign, Sign::Welcome(_)) && leavers.contains(&asked.who);
            if !waived && !self.was_heard(asked) {
                self.loses(format!("{:?}", asked.sign));
            }
        }
    }

    fn was_heard(&self, asked: &Asked) -> bool {
        let mut later = self.on(asked.who).filter(|shown| shown.seq > asked.after);
        match &asked.sign {
            Sign::ReplyTo(message) => later.any(|shown| shown.reply_to == Some(*message)),
            Sign::Welcome(place) => {
                later.any(|s| !s.edited && s.warning.is_none() && s.text.contains(place.as_str()))
            }
            Sign::Changed(message) => {
                later.any(|s| s.warning.is_none() && (s.message == *message || !s.edited))
            }
            Sign::Goodbye => later.any(|s| s.warning.is_none() && !s.edited),
        }
    }

    /// Who is at a threatened place was warned; whoever was warned learns how it ended; and the last
    /// count is the last that was reported.
    fn everybody_was_told(&mut self) {
        for episode in &self.deeds.episodes {
            let mut missing = Vec::new();
            if episode.waited || episode.ending == Ending::Stands {
                missing.extend(self.unwarned(episode));
            }
            if episode.ending != Ending::Stands {
                missing.extend(self.untold_of_the_end(episode));
            }
            for what in missing {
                self.loses(format!("{what} at {}", episode.place));
            }
        }
    }

    fn unwarned(&self, episode: &Episode) -> Vec<String> {
        let last = episode.vans.last().copied();
        let mut missing = Vec::new();
        for member in &episode.members {
            let mut warned = self.on(*member).filter(|s| s.tells(Kind::Threat, &episode.place));
            match warned.next_back().and_then(|shown| shown.warning.as_ref()) {
                None => missing.push("a warning".to_owned()),
                // An end that follows at once may supersede the newer count.
                Some(warning) if episode.ending == Ending::Stands && warning.vans != last => {
                    missing.push(format!("the last count ({:?} for {last:?})", warning.vans));
                }
                Some(_) => {}
            }
        }
        missing
    }

    /// Everybody who was told of it is told that it is over, or that it was wrong, later.
    fn untold_of_the_end(&self, episode: &Episode) -> Vec<String> {
        let of_it = |shown: &&Shown| {
            shown.tells(Kind::Threat, &episode.place)
                || shown.tells(Kind::Elsewhere, &episode.place)
        };
        let mut told: BTreeMap<i64, &Shown> = BTreeMap::new();
        for shown in self.shown.iter().filter(of_it) {
            told.insert(shown.chat, shown);
        }
        let leavers = self.leavers();
        let end = match episode.ending {
            Ending::TakenBack => Kind::Retracted,
            _ => Kind::Ended,
        };
        let mut missing = Vec::new();
        for (chat, last) in told.into_iter().filter(|(chat, _)| !leavers.contains(chat)) {
            let no = last.warning.as_ref().map(|w| w.no.as_str());
            let ends = |s: &Shown| {
                s.seq > last.seq
                    && s.warning
                        .as_ref()
                        .is_some_and(|w| w.kind == end && Some(w.no.as_str()) == no)
            };
            if !self.on(chat).any(ends) {
                let was = last.warning.as_ref().map(|w| w.kind);
                missing.push(format!("{end:?} {no:?} after {was:?}"));
            }
        }
        missing
    }

    fn leavers(&self) -> Vec<i64> {
        let goodbyes = self.deeds.asked.iter().filter(|a| matches!(a.sign, Sign::Goodbye));
        goodbyes.map(|asked| asked.who).collect()
    }

    /// On each phone: of one convoy at one place no lower count after a higher, nothing of it after
    /// its end.
    fn versions_came_in_order(&mut self) {
        let mut last: BTreeMap<(i64, String, bool), (u8, u32)> = BTreeMap::new();
        let mut wrong = Vec::new();
        for shown in &self.shown {
            let Some(warning) = &shown.warning else { continue };
            let rank = match warning.kind {
                Kind::Threat => (0, warning.vans.unwrap_or(0)),
                Kind::Elsewhere | Kind::Other => (0, 0),
                Kind::Left => (1, 0),
                Kind::Ended | Kind::Retracted => (2, 0),
            };
            let own = warning.kind != Kind::Elsewhere;
            let key = (shown.chat, warning.no.clone(), own);
            let before = last.insert(key, rank);
            if before.is_some_and(|before| before > rank) {
                wrong.push(format!("out of order: {warning:?} after {before:?}"));
            }
        }
        self.faults.extend(wrong);
    }

    fn nobody_was_written_to_after_leaving(&mut self) {
        let mut wrong = Vec::new();
        for asked in self.deeds.asked.iter().filter(|a| matches!(a.sign, Sign::Goodbye)) {
            let mut later = self.on(asked.who).filter(|s| s.seq > asked.after);
            let Some(goodbye) = later.find(|s| s.warning.is_none() && !s.edited) else { continue };
            let until = goodbye.at + GOODBYE_WITHIN;
            if self.on(asked.who).any(|s| s.warning.is_some() && s.at > until) {
                wrong.push("a warning after /stop".to_owned());
            }
        }
        self.faults.extend(wrong);
    }

    /// Counts what came more than once, each by the kill that explains it; what no kill explains, and
    /// more than three of anything, is a fault.
    fn doubles(&mut self, kills: &[Kill]) -> BTreeMap<usize, usize> {
        let mut copies: BTreeMap<(i64, String), Vec<DateTime<Utc>>> = BTreeMap::new();
        for shown in self.shown.iter().filter(|shown| !shown.edited) {
            let said = match (&shown.warning, shown.reply_to) {
                (Some(w), _) => format!("{:?} {} {} {:?}", w.kind, w.no, w.head, w.vans),
                (None, Some(to)) => format!("to {to}"),
                (None, None) => shown.text.clone(),
            };
            copies.entry((shown.chat, said)).or_default().push(shown.at);
        }
        let mut doubles: BTreeMap<usize, usize> = BTreeMap::new();
        for ((_, said), times) in copies {
            if times.len() > COPIES_MAX {
                self.faults.push(format!("{} copies of {said:?}", times.len()));
            }
            for pair in times.windows(2) {
                let between = |kill: &Kill| {
                    kill.from <= pair[1]
                        && pair[0] <= kill.until + LANDING
                        && pair[0] >= kill.from - IN_FLIGHT
                };
                match kills.iter().position(between) {
                    Some(kill) => *doubles.entry(kill).or_default() += 1,
                    None => self.faults.push(format!(
                        "a double that no kill explains, {} ms after: {said:?}",
                        (pair[1] - pair[0]).num_milliseconds()
                    )),
                }
            }
        }
        doubles
    }
}

impl Verdict {
    /// Keeps the log, and the file where there is one, for whoever looks into it.
    pub fn keep(&mut self, folder: &Path) {
        let kept = std::env::temp_dir().join(format!("vigie-kills-{}-kept", self.name));
        let _ = std::fs::create_dir_all(&kept);
        for file in ["log", "vigie.key", "vigie.db", "vigie.db-wal"] {
            let _ = std::fs::copy(folder.join(file), kept.join(file));
        }
        self.faults.push(format!("log and file are kept in {}", kept.display()));
    }
    /// Its line of the table.
    pub fn line(&self) -> String {
        let at = |share: usize| self.back_millis.get(self.back_millis.len() * share / 100).copied();
        let random = self.kills.iter().filter(|kill| kill.point.is_none()).count();
        let doubles: usize = self.doubles.values().sum();
        let most = self.doubles.values().max().copied().unwrap_or(0);
        format!(
            "{:<10} kills {:>4} (random {random}, named {}) · asked {} · operations {} · messages {} · lost {} · doubles {doubles} (most at one kill {most}) · 429 {} · failed starts {} · back in ms p50 {:?} p95 {:?}{}",
            self.name,
            self.kills.len(),
            self.kills.len() - random,
            self.asked,
            self.episodes,
            self.messages,
            self.lost,
            self.refused,
            self.failed_starts,
            at(50),
            at(95),
            match self.outages.as_slice() {
                [] => String::new(),
                outages => format!(" · after the server's return {outages:?} ms"),
            }
        )
    }
    /// Kills and doubles at each point.
    pub fn by_point(&self) -> Vec<(Option<Point>, usize, usize)> {
        let mut table: BTreeMap<Option<Point>, (usize, usize)> = BTreeMap::new();
        for (index, kill) in self.kills.iter().enumerate() {
            let row = table.entry(kill.point).or_default();
            row.0 += 1;
            row.1 += self.doubles.get(&index).copied().unwrap_or(0);
        }
        table.into_iter().map(|(point, (kills, doubles))| (point, kills, doubles)).collect()
    }
}
