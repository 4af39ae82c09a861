//! How people come into a story: as they would, by a flyer's code or by an invitation's link.
use chrono::TimeDelta;
use vigie::domain::person::{Chat, Person, Role};
use vigie::rehearsal::telegram::PhoneSpec;
use vigie::telegram::handlers::token_hash;

use super::{Phone, World};

/// Phones are numbered from here; far apart, so that one found in a file is surely this one.
const FIRST_ID: i64 = 7_310_000_001;

impl World {
    /// Somebody with a phone who has never written to the bot.
    pub fn stranger(&mut self, name: &str) -> Phone<'_> {
        let id = FIRST_ID + 7_919 * i64::try_from(self.ids.len()).unwrap();
        assert!(self.ids.insert(name.to_owned(), id).is_none(), "{name} is there already");
        self.telegram.add_phone(PhoneSpec { id, label: name.to_owned(), language_code: None });
        self.strict.push(id);
        self.phone(name)
    }
    /// A resident who comes with a flyer's code, such as `fa-bmx`, and has been welcomed.
    pub async fn resident(&mut self, name: &str, flyer: &str) -> Phone<'_> {
        self.stranger(name).says(&format!("/start {flyer}")).await;
        let mut phone = self.phone(name);
        phone.has_read();
        phone
    }
    /// Many residents at once, without the greetings.
    pub async fn crowd(&mut self, flyer: &str, count: usize) {
        for n in 0..count {
            let name = format!("{flyer} {n}");
            self.stranger(&name);
            let id = self.id(&name);
            self.telegram.say(id, &format!("/start {flyer}")).unwrap();
        }
        self.deliver_everything().await;
        for n in 0..count {
            self.phone(&format!("{flyer} {n}")).has_read();
        }
    }
    /// An observer, who reads French.
    pub async fn observer(&mut self, name: &str) -> Phone<'_> {
        self.enrols(name, Role::Observer).await
    }
    /// A coordinator, who reads French.
    pub async fn coordinator(&mut self, name: &str) -> Phone<'_> {
        self.enrols(name, Role::Coordinator).await
    }
    /// A contact, and the language they read.
    pub async fn contact(&mut self, name: &str, lang: &str) -> Phone<'_> {
        self.enrols(name, Role::Contact).await;
        self.phone(name).taps(&format!("lang|{lang}")).await;
        let mut phone = self.phone(name);
        phone.has_read();
        phone
    }
    async fn enrols(&mut self, name: &str, role: Role) -> Phone<'_> {
        let token = self.invitation(role, 56).await;
        self.stranger(name).says(&format!("/start {token}")).await;
        self.is_relaxed(name);
        let mut phone = self.phone(name);
        phone.has_read();
        phone
    }
    /// What stands in a link that enrols, good for a week.
    pub async fn invitation(&mut self, role: Role, days: i64) -> String {
        let now = self.clock.now();
        let store = self.store();
        let mut tx = store.begin().await.unwrap();
        let token =
            format!("{:016x}", now.timestamp_millis() + i64::try_from(self.ids.len()).unwrap());
        let until = now + TimeDelta::days(7);
        tx.invite_add(token_hash(&token), role, days, until, now).await.unwrap();
        tx.commit().await.unwrap();
        token
    }
    /// Not everything this person is told must be expected.
    pub fn is_relaxed(&mut self, name: &str) {
        let id = self.id(name);
        self.strict.retain(|strict| *strict != id);
    }
    /// The number of somebody's chat.
    pub fn id(&self, name: &str) -> i64 {
        *self.ids.get(name).unwrap_or_else(|| panic!("there is nobody called {name}"))
    }
    /// What is kept of somebody.
    pub async fn person(&self, name: &str) -> Option<Person> {
        let store = self.store();
        store.read().await.unwrap().person_by_chat(Chat(self.id(name))).await.unwrap()
    }
}
