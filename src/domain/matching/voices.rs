//! Who speaks for a visit: independent voices are counted, repetitions are not.
use std::collections::BTreeSet;

use super::Standing;
use crate::domain::alert::Confidence;
use crate::domain::person::Role;
use crate::domain::sighting::{Sighting, Source};

/// The voices heard so far.
#[derive(Default)]
pub struct Voices {
    people: BTreeSet<String>,
    messages: BTreeSet<String>,
    /// Contacts, and team members who pass on what somebody told them.
    relayed: usize,
    seen_by_team: bool,
}

impl Voices {
    /// Hears one sighting and says whether it adds anything.
    pub fn hear(&mut self, s: &Sighting, confirmed: bool) -> Standing {
        let first = self.people.is_empty();
        // A link that was erased after its time leaves a voice of its own: nothing speaks against it.
        let person = s.reporter.pseudonym.clone().unwrap_or_else(|| s.id.to_string());
        let new_person = self.people.insert(person);
        let new_message = s
            .reporter
            .forward_of
            .as_ref()
            .is_none_or(|origin| self.messages.insert(origin.clone()));
        self.seen_by_team |= confirmed || saw_it_as_team(s);
        if !(new_person && new_message) {
            return Standing::Repeats;
        }
        if s.reporter.role >= Role::Contact {
            self.relayed += 1;
        }
        if first { Standing::First } else { Standing::Corroborates }
    }

    /// How sure these voices make us.
    pub fn confidence(&self) -> Confidence {
        match (self.seen_by_team, self.relayed) {
            (true, _) => Confidence::Confirmed,
            (false, 0) => Confidence::Unvouched,
            (false, 1) => Confidence::OneContact,
            (false, _) => Confidence::TwoContacts,
        }
    }
}

/// An observer who passes on a call is one voice; a coordinator answers for what they enter.
fn saw_it_as_team(s: &Sighting) -> bool {
    match s.reporter.role {
        Role::Coordinator | Role::Admin => true,
        Role::Observer => s.source == Source::Direct,
        Role::Contact | Role::Resident => false,
    }
}
