//! What ends a visit or a convoy: somebody saw it leave, lost it, or the desk said that it is over.
//! None of these ever opens a convoy.
use super::Rule;
use super::fold::Fold;
use super::voices::Voices;
use crate::domain::convoy::{ConvoyState, Stage};
use crate::domain::ruling::RulingKind;
use crate::domain::sighting::Sighting;

impl Fold<'_> {
    /// It left: closes the visit there, or nothing if there is none.
    pub fn left(&mut self, s: &Sighting) {
        let found = (0..self.drafts.len()).rev().find_map(|d| {
            let at = self.may_join(d, s).then(|| self.visit_to_close(d, s)).flatten()?;
            Some((d, at))
        });
        let Some((d, at)) = found else {
            let base = (0..self.drafts.len())
                .rfind(|d| self.may_join(*d, s) && self.drafts[*d].convoy.last_place == s.place);
            self.note(s, Rule::Left, base, None);
            if let Some(d) = base {
                self.drafts[d].see(s, &s.place);
                self.drafts[d].convoy.state = ConvoyState::Moving;
            }
            return;
        };
        self.note(s, Rule::Left, Some(d), Some((d, at)));
        self.drafts[d].see(s, &s.place);
        self.close(d, at, s);
        self.drafts[d].convoy.visits[at].sightings.push(s.id.clone());
        if self.drafts[d].convoy.live_visits().next().is_none() {
            self.drafts[d].convoy.state = ConvoyState::Gone;
        }
    }

    /// "They leave BMX for Virval" says both that it is on its way and that somebody saw it go.
    /// The sighting belongs to the visit it announces, not to the one it closes: visits are named by
    /// their sightings.
    pub fn departed(&mut self, d: usize, s: &Sighting) {
        if let Some(at) = self.visit_to_close(d, s) {
            self.close(d, at, s);
        }
    }

    fn close(&mut self, d: usize, at: usize, s: &Sighting) {
        let confirmed = self.ruling(RulingKind::Confirm, s).is_some();
        let draft = &mut self.drafts[d];
        let mut voices = Voices::default();
        voices.hear(s, confirmed);
        let visit = &mut draft.convoy.visits[at];
        visit.stage = Stage::Left;
        visit.until = Some(s.observed_at);
        visit.left_confidence = visit.left_confidence.max(Some(voices.confidence()));
        draft.visits[at].closed_at = Some(s.observed_at);
    }

    /// Nobody sees it any more: marks the convoy.
    pub fn lost(&mut self, s: &Sighting) {
        let open: Vec<usize> = (0..self.drafts.len()).filter(|d| self.may_join(*d, s)).collect();
        let named = open.iter().copied().rfind(|d| {
            let convoy = &self.drafts[*d].convoy;
            convoy.last_place == s.place || convoy.visits.iter().any(|v| v.site == s.place)
        });
        let latest = || open.iter().copied().max_by_key(|d| self.drafts[*d].convoy.last_seen);
        let convoy = named.or_else(latest);
        if let Some(d) = convoy {
            self.drafts[d].convoy.state = ConvoyState::Lost;
            self.drafts[d].convoy.sightings.push(s.id.clone());
        }
        self.note(s, Rule::Lost, convoy, None);
    }

    /// Rulings that a convoy has ended, once the sighting they name it by is known.
    pub fn apply_endings(&mut self, s: &Sighting) {
        for ruling in self.rulings.iter().filter(|r| r.kind == RulingKind::Ended) {
            let named = ruling.convoy.as_ref().and_then(|id| self.draft_of(id));
            if let Some(d) = named.filter(|d| self.drafts[*d].convoy.sightings.contains(&s.id)) {
                self.drafts[d].convoy.ended_at = Some(ruling.at);
            }
        }
    }

    fn visit_to_close(&self, d: usize, s: &Sighting) -> Option<usize> {
        self.drafts[d].convoy.visits.iter().rposition(|visit| {
            visit.site == s.place && visit.until.is_none() && visit.retracted_at.is_none()
        })
    }
}
