//! A phone in somebody's hand: what is done with it, and what must be seen on it.
use vigie::domain::alert::AlertKind;
use vigie::domain::lang::Lang;
use vigie::gazetteer::built_in;
use vigie::rehearsal::telegram::{Bubble, Button, Other, clean};
use vigie::speech::Scene;
use vigie::speech::say::{Reader, Say};

use super::message::unmarked;
use super::{PHONE, Seen, World, speech};

/// Somebody's phone.
pub struct Phone<'w> {
    world: &'w mut World,
    name: String,
    id: i64,
    /// What was expected last.
    held: Option<Seen>,
}

impl World {
    /// Somebody's phone.
    pub fn phone(&mut self, name: &str) -> Phone<'_> {
        let id = self.id(name);
        Phone { world: self, name: name.to_owned(), id, held: None }
    }
    /// What came to a phone since it was last looked at.
    pub(super) fn unread(&self, id: i64) -> Vec<Seen> {
        let read = self.read.get(&id).copied().unwrap_or(0);
        let calls = self.telegram.accepted();
        let here = calls.iter().filter(|call| call.seq > read && call.chat_id == Some(id));
        here.filter_map(Seen::of).collect()
    }
    /// What came since a phone was last looked at, which counts as expected now. For tables.
    pub fn everything_told(&mut self, name: &str) -> Vec<Seen> {
        let id = self.id(name);
        let told = self.unread(id);
        self.phone(name).has_read();
        told
    }
    fn next(&mut self, id: i64) -> Option<Seen> {
        let read = self.read.get(&id).copied().unwrap_or(0);
        let calls = self.telegram.accepted();
        let mut here = calls.iter().filter(|call| call.seq > read && call.chat_id == Some(id));
        let (seq, seen) = here.find_map(|call| Some((call.seq, Seen::of(call)?)))?;
        self.read.insert(id, seq);
        Some(seen)
    }
}

/// What is done with a phone. Each waits until all that follows from it has happened.
impl Phone<'_> {
    /// Writes.
    pub async fn says(self, text: &str) {
        self.world.telegram.say(self.id, text).unwrap();
        self.world.deliver_everything().await;
    }
    /// Writes, and nobody has looked yet.
    pub fn types(self, text: &str) -> i32 {
        self.world.telegram.say(self.id, text).unwrap()
    }
    /// Taps the newest button that says `pattern` (`rw|bmx|on_site`, `go|*|10`), or is labelled so.
    pub async fn taps(self, pattern: &str) {
        self.press(pattern);
        self.world.deliver_everything().await;
    }
    /// Taps, and nobody has looked yet.
    pub fn touches(self, pattern: &str) {
        self.press(pattern);
    }
    /// Three taps make a report.
    pub async fn reports(self, site: &str, what: &str, vans: &str) {
        let Phone { world, name, .. } = self;
        world.phone(&name).says("/report").await;
        // A place that is not offered first is found among all places of its zone.
        if !world.phone(&name).offers(&format!("rp|{site}")) {
            let gazetteer = built_in().unwrap();
            let place = gazetteer.place(&site.parse().unwrap()).unwrap();
            let zone = place.zone.to_string();
            world.phone(&name).taps(&format!("rz|{zone}")).await;
        }
        world.phone(&name).taps(&format!("rp|{site}")).await;
        world.phone(&name).taps(&format!("rw|{site}|{what}")).await;
        if world.phone(&name).offers(&format!("rv|{site}|{what}|{vans}")) {
            world.phone(&name).taps(&format!("rv|{site}|{what}|{vans}")).await;
        }
    }
    /// Presses with any data on the newest message, as a forged client could.
    pub async fn forges(self, data: &str) {
        let newest = self.world.telegram.chat(self.id).last().map_or(1, |b| b.message_id);
        self.world.telegram.tap_raw(self.id, newest, data).unwrap();
        self.world.deliver_everything().await;
    }
    /// The same, again and again, and nobody has looked yet.
    pub fn hurls(self, data: &str) {
        self.world.telegram.tap_raw(self.id, 1, data).unwrap();
    }
    /// Sends a position.
    pub async fn sends_pin(self, lat: f64, lon: f64) {
        self.world.telegram.send_location(self.id, lat, lon).unwrap();
        self.world.deliver_everything().await;
    }
    /// Sends something that is not text.
    pub async fn sends_other(self, other: Other) {
        self.world.telegram.send_other(self.id, other).unwrap();
        self.world.deliver_everything().await;
    }
    /// Changes the last text they wrote.
    pub async fn corrects_to(self, text: &str) {
        let chat = self.world.telegram.chat(self.id);
        let mine = chat.iter().rev().find(|b| !b.from_bot).unwrap().message_id;
        self.world.telegram.edit_message(self.id, mine, text).unwrap();
        self.world.deliver_everything().await;
    }
    /// Blocks the bot.
    pub fn blocks(self) {
        self.world.telegram.block(self.id);
    }
    /// Presses the newest button that fits.
    fn press(&self, pattern: &str) {
        let telegram = &self.world.telegram;
        let Some((message, button)) = self.find(pattern) else {
            panic!("{} has no button {pattern}; the chat ends:\n{}", self.name, self.tail());
        };
        telegram.tap_raw(self.id, message, button.data.as_deref().unwrap()).unwrap();
    }
    fn find(&self, pattern: &str) -> Option<(i32, Button)> {
        let chat = self.world.telegram.chat(self.id);
        let newest_first = || chat.iter().rev().filter(|b| !b.deleted && b.from_bot);
        let by = |fits: &dyn Fn(&Button) -> bool| {
            newest_first().find_map(|bubble| {
                let button =
                    bubble.buttons.iter().flatten().find(|b| b.data.is_some() && fits(b))?;
                Some((bubble.message_id, button.clone()))
            })
        };
        by(&|b| b.data.as_deref().is_some_and(|data| fits(pattern, data)))
            .or_else(|| by(&|b| b.label == pattern))
            .or_else(|| by(&|b| b.label.contains(pattern)))
    }
    fn tail(&self) -> String {
        let shown = self.world.telegram.chat_tail(self.id, 3);
        let show = |b: &Bubble| {
            let data: Vec<_> = b.buttons.iter().flatten().filter_map(|b| b.data.clone()).collect();
            format!("- {}\n  {data:?}", b.text)
        };
        shown.iter().map(show).collect::<Vec<_>>().join("\n")
    }
}

/// What must be seen on it.
impl Phone<'_> {
    /// The next thing on the phone is this warning.
    #[track_caller]
    pub fn expect(mut self, kind: AlertKind) -> Self {
        let name = self.name.clone();
        let Some(seen) = self.world.next(self.id) else {
            panic!("{name} was told nothing, not {kind:?}; the chat ends:\n{}", self.tail());
        };
        assert_eq!(seen.kind, Some(kind), "{name} was told: {}", seen.text);
        self.held = Some(seen);
        self
    }
    /// The next thing on the phone holds these words. For what is no warning.
    #[track_caller]
    pub fn expect_words(mut self, fragment: &str) -> Self {
        let name = self.name.clone();
        let Some(seen) = self.world.next(self.id) else {
            panic!("{name} was told nothing, not \"{fragment}\"; the chat ends:\n{}", self.tail());
        };
        let text = unmarked(&seen.text);
        assert!(text.contains(fragment), "{name} was told, without \"{fragment}\": {text}");
        self.held = Some(seen);
        self
    }
    /// The next thing on the phone is exactly this, in that language.
    #[track_caller]
    pub fn expect_say(mut self, lang: &str, say: &Say) -> Self {
        let Some(seen) = self.world.next(self.id) else {
            panic!("{} was told nothing, not {say:?}; the chat ends:\n{}", self.name, self.tail());
        };
        let lang: Lang = lang.parse().unwrap();
        let gazetteer = built_in().unwrap();
        let scene = Scene { gazetteer: &gazetteer, phone: Some(PHONE) };
        let reader = Reader { lang, now: seen.at, tag: 0, desk: false };
        let words = speech().render(say, &reader, &scene).plain();
        let plain = |text: &str| unmarked(&clean(text)).trim().to_owned();
        assert_eq!(plain(&seen.text), plain(&words), "on the phone of {}", self.name);
        self.held = Some(seen);
        self
    }
    #[track_caller]
    fn arrived(self, how: &str) -> Self {
        let seen = self.held.as_ref().unwrap();
        assert_eq!(seen.arrived(), how, "on the phone of {}: {}", self.name, seen.text);
        self
    }
    /// It made a sound.
    #[track_caller]
    pub fn ringing(self) -> Self {
        self.arrived("ringing")
    }
    /// It made no sound.
    #[track_caller]
    pub fn quiet(self) -> Self {
        self.arrived("quiet")
    }
    /// It changed a message that was there.
    #[track_caller]
    pub fn edited(self) -> Self {
        self.arrived("edited")
    }
    /// It quotes the message it is about.
    #[track_caller]
    pub fn reply(self) -> Self {
        self.arrived("reply")
    }
    /// It also says this.
    #[track_caller]
    pub fn saying(self, fragment: &str) -> Self {
        let seen = self.held.as_ref().unwrap();
        let text = unmarked(&seen.text);
        assert!(text.contains(fragment), "{}: \"{fragment}\" is not in: {text}", self.name);
        self
    }
    /// It does not say this.
    #[track_caller]
    pub fn without(self, fragment: &str) -> Self {
        let seen = self.held.as_ref().unwrap();
        assert!(!unmarked(&seen.text).contains(fragment), "\"{fragment}\" is in: {}", seen.text);
        self
    }
    /// Nothing else came.
    #[track_caller]
    pub fn expect_nothing_more(self) -> Self {
        let more = self.world.unread(self.id);
        assert!(more.is_empty(), "{} was also told: {more:#?}", self.name);
        self
    }
    /// Among all that came since the phone was last looked at, something holds these words. For the
    /// team, whose cards come and change often.
    #[track_caller]
    pub fn finds(mut self, fragment: &str) -> Self {
        let mut all = String::new();
        while let Some(seen) = self.world.next(self.id) {
            if unmarked(&seen.text).contains(fragment) {
                self.held = Some(seen);
                return self;
            }
            all.push_str(&format!("- {} ({})\n", seen.text, seen.arrived()));
        }
        panic!("{} did not find \"{fragment}\" among:\n{all}", self.name);
    }
    /// Nothing of all that came since holds these words.
    #[track_caller]
    pub fn finds_no(self, fragment: &str) -> Self {
        let more = self.world.unread(self.id);
        let found = more.iter().find(|seen| unmarked(&seen.text).contains(fragment));
        assert!(found.is_none(), "{} was told: {found:?}", self.name);
        self
    }
    /// Whatever came is read and done with.
    pub fn has_read(&mut self) {
        while self.world.next(self.id).is_some() {}
    }
    /// How many things came since.
    pub fn count(&self) -> usize {
        self.world.unread(self.id).len()
    }
    /// Whether there is a button that says this.
    pub fn offers(&self, pattern: &str) -> bool {
        self.find(pattern).is_some()
    }
    /// The newest message as it looks now.
    pub fn newest(&self) -> Bubble {
        self.world.telegram.chat_tail(self.id, 1).pop().unwrap()
    }
    /// Everything this phone shows, as text.
    pub fn shows(&self) -> String {
        let chat = self.world.telegram.chat(self.id);
        let texts = chat.iter().filter(|b| b.from_bot && !b.deleted).map(|b| unmarked(&b.text));
        texts.collect::<Vec<_>>().join("\n—\n")
    }
    /// The data of the newest button that fits, for a forger.
    pub fn data(&self, pattern: &str) -> String {
        self.find(pattern).and_then(|(_, b)| b.data).unwrap()
    }
    /// The names of the commands in the menu.
    pub fn menu(&self) -> Vec<String> {
        self.world.telegram.commands(self.id).into_iter().map(|(name, _)| name).collect()
    }
}

/// Whether a button's data fits a pattern without the version, in which `*` is any field.
fn fits(pattern: &str, data: &str) -> bool {
    let fields: Vec<&str> = data.split('|').skip(1).collect();
    let wanted: Vec<&str> = pattern.split('|').collect();
    fields.len() == wanted.len() && fields.iter().zip(wanted).all(|(f, w)| w == "*" || *f == w)
}
