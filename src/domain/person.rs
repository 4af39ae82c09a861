//! What is known of a person: as little as can be. No name, no username, no telephone number.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::lang::Lang;
use super::site::SiteCode;

/// A Telegram chat. Only ever stored sealed, looked up by a keyed hash, and never logged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chat(pub i64);

impl std::fmt::Debug for Chat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chat(…)")
    }
}

/// The keyed hash of a chat: enough to recognise it again, not enough to write to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChatHash(pub [u8; 16]);

/// The roles, in rising order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Receives warnings.
    Resident,
    /// A displaced person enrolled by the HRO phone, who also reports, by taps.
    Contact,
    /// A volunteer who watches and follows convoys.
    Observer,
    /// Decides what is the same, what is true and what has ended.
    Coordinator,
    /// A coordinator who may also invite and erase.
    Admin,
}

impl Role {
    /// The code used in commands, the database and the journal.
    pub fn code(self) -> &'static str {
        match self {
            Role::Resident => "resident",
            Role::Contact => "contact",
            Role::Observer => "observer",
            Role::Coordinator => "coordinator",
            Role::Admin => "admin",
        }
    }
    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Role> {
        [Role::Resident, Role::Contact, Role::Observer, Role::Coordinator, Role::Admin]
            .into_iter()
            .find(|role| role.code() == code)
    }
    /// Observers, coordinators and admins: those who get the cards.
    pub fn is_team(self) -> bool {
        self >= Role::Observer
    }
    /// Coordinators and admins: those who are asked.
    pub fn is_desk(self) -> bool {
        self >= Role::Coordinator
    }
    /// Whether this role may report sightings at all.
    pub fn may_report(self) -> bool {
        self >= Role::Contact
    }
}

/// One enrolled or subscribed person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Where to write to.
    pub chat: Chat,
    /// The language of everything written to them.
    pub lang: Lang,
    /// The role as enrolled; see [`Person::role_at`] for the role that holds now.
    pub role: Role,
    /// When the role ends; residents have none.
    pub role_until: Option<DateTime<Utc>>,
    /// Whether "your role ends in a week" has been said for this term.
    pub role_warned: bool,
    /// The small number by which the team tells its members apart ("observer 3"); 0 for residents.
    pub tag: i64,
    /// The site or landmark last reported from, offered first next time.
    pub last_place: Option<SiteCode>,
    /// The sites this person wants warnings for.
    pub sites: Vec<SiteCode>,
    /// The last time the person showed that the warnings are still wanted.
    pub renewed_at: DateTime<Utc>,
}

impl Person {
    /// A plain resident who has just come.
    pub fn resident(chat: Chat, lang: Lang, now: DateTime<Utc>) -> Person {
        Person {
            chat,
            lang,
            role: Role::Resident,
            role_until: None,
            role_warned: false,
            tag: 0,
            last_place: None,
            sites: Vec::new(),
            renewed_at: now,
        }
    }
    /// The role that holds at `now`: an expired role is a resident's.
    pub fn role_at(&self, now: DateTime<Utc>) -> Role {
        match self.role_until {
            Some(until) if until <= now => Role::Resident,
            _ => self.role,
        }
    }
}
