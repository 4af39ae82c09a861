//! How people come: as residents, by a flyer's code or by choosing; as team, by an invitation.
use chrono::TimeDelta;
use serde_json::json;

use super::{How, Turn};
use crate::domain::lang::Lang;
use crate::domain::person::{Person, Role};
use crate::domain::site::{PlaceKind, SiteCode};
use crate::speech::say::Say;
use crate::telegram::inbox::{HandleError, Menu};
use crate::telegram::outbound::MenuFor;

/// The hash under which an invitation is stored: the token itself is known to its bearer alone.
pub fn token_hash(token: &str) -> [u8; 32] {
    blake3::derive_key("vigie 2026 invitation token", token.as_bytes())
}

impl Turn<'_> {
    /// `/start`, with what stands behind it: a flyer's code, an invitation, or nothing.
    pub(super) async fn start(&mut self, what: &str) -> Result<(), HandleError> {
        if what.is_empty() {
            return self.begin().await;
        }
        if let Some((lang, site)) = self.flyer(what) {
            return self.subscribe(lang, site).await;
        }
        if let Some((role, days)) = self.tx.invite_take(token_hash(what), self.now).await? {
            return self.enrol(role, days).await;
        }
        self.say(&Say::InviteNotValid).await?;
        self.begin().await
    }

    async fn begin(&mut self) -> Result<(), HandleError> {
        match &self.person {
            None => self.say(&Say::ChooseLanguage).await,
            Some(person) if person.sites.is_empty() && person.role == Role::Resident => {
                self.choose_sites(None, None).await
            }
            Some(_) => self.help().await,
        }
    }

    /// A flyer's code, `fa-bmx`: a language we have and a site we know.
    fn flyer(&self, what: &str) -> Option<(Lang, SiteCode)> {
        let (lang, site) = what.split_once('-')?;
        let lang: Lang = lang.to_lowercase().parse().ok()?;
        let site: SiteCode = site.to_lowercase().parse().ok()?;
        let place = self.house.gazetteer.place(&site)?;
        let has = self.hands.speech.language(lang).is_some() && place.kind == PlaceKind::Site;
        has.then_some((lang, site))
    }

    /// Subscribes at once, with one message and no further question.
    async fn subscribe(&mut self, lang: Lang, site: SiteCode) -> Result<(), HandleError> {
        let new = self.person.is_none();
        let mut person =
            self.person.clone().unwrap_or_else(|| Person::resident(self.chat, lang, self.now));
        person.lang = lang;
        person.renewed_at = self.now;
        let added = !person.sites.contains(&site);
        if added {
            person.sites.push(site.clone());
        }
        let sites = person.sites.clone();
        self.save(person).await?;
        if new {
            self.tx.journal_append("subscribed", &json!({}), self.now).await?;
        }
        self.say(&Say::Welcome { sites }).await?;
        if added { self.present_state(&site).await } else { Ok(()) }
    }

    /// Whoever comes while something is going on is told the present state, once.
    pub(super) async fn present_state(&mut self, site: &SiteCode) -> Result<(), HandleError> {
        let standing =
            crate::coordination::present_state(self.tx, &self.house, site, self.now).await?;
        if let Some((thread, text)) = standing {
            self.utter(&Say::Alert(text), How::default(), Some(&thread)).await?;
        }
        Ok(())
    }

    /// A role, for as long as the invitation says.
    async fn enrol(&mut self, role: Role, days: i64) -> Result<(), HandleError> {
        let new = self.person.is_none();
        let mut person =
            self.person.clone().unwrap_or_else(|| Person::resident(self.chat, Lang::FR, self.now));
        // A higher role that still holds is not lost to a link for a lower one.
        if person.role_at(self.now) > role {
            return self.help().await;
        }
        let until = self.now + TimeDelta::days(days);
        if role.is_team() && person.tag == 0 {
            person.tag = self.tx.next_tag().await?;
        }
        person.role = role;
        person.role_until = Some(until);
        person.role_warned = false;
        person.renewed_at = self.now;
        let tag = person.tag;
        self.save(person).await?;
        self.tx
            .journal_append("enrolled", &json!({ "role": role, "until": until }), self.now)
            .await?;
        self.menu(role);
        if role.is_team() || !new {
            self.say(&Say::Enrolled { role, tag, until }).await
        } else {
            // A contact reads another language than the team: asked first, welcomed then.
            self.say(&Say::ChooseLanguage).await
        }
    }

    /// A language was chosen.
    pub(super) async fn language(
        &mut self,
        lang: Lang,
        message: Option<i64>,
    ) -> Result<(), HandleError> {
        if self.hands.speech.language(lang).is_none() {
            return self.old_button().await;
        }
        let new = self.person.is_none();
        let mut person =
            self.person.clone().unwrap_or_else(|| Person::resident(self.chat, lang, self.now));
        person.lang = lang;
        let unsettled = person.sites.is_empty() && person.role == Role::Resident;
        self.save(person).await?;
        if new {
            self.tx.journal_append("subscribed", &json!({}), self.now).await?;
        }
        if self.role > Role::Resident {
            self.menu(self.role);
        }
        if unsettled {
            self.choose_sites(None, message).await
        } else {
            self.put(&Say::Help { role: self.role }, message).await
        }
    }

    /// The menu of a role, in the person's language, in this chat alone.
    pub(super) fn menu(&mut self, role: Role) {
        let commands = if role == Role::Resident {
            Vec::new()
        } else {
            let menu = self.hands.speech.command_menu(role, self.lang());
            menu.into_iter().map(|(name, says)| (name.to_owned(), says)).collect()
        };
        self.after.menus.push(Menu { shown_to: MenuFor::Chat(self.chat), lang: None, commands });
    }

    /// Says something in a language, to somebody who is no longer known.
    pub(super) async fn say_in(&mut self, say: &Say, lang: Lang) -> Result<(), HandleError> {
        let kept = self.person.replace(Person::resident(self.chat, lang, self.now));
        let said = self.say(say).await;
        self.person = kept;
        said
    }
}
