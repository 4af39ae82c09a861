//! The fold: one sighting after the other is put with a convoy, or opens one.
use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::draft::{Draft, state_after};
use super::score::{ENOUGH, Fit, RIVAL_WITHIN, fit};
use super::{
    Candidate, Doubt, FOUND_WITHIN, LIVE_WITHIN, Picture, REOPEN_WITHIN, Rule, Standing, Verdict,
    operational_day,
};
use crate::domain::convoy::{Stage, Visit};
use crate::domain::id::{ConvoyId, SightingId};
use crate::domain::ruling::{Ruling, RulingKind};
use crate::domain::sighting::{Phase, Sighting};
use crate::domain::site::{Gazetteer, PlaceKind, SiteCode, Zone};

/// The gap of a zone the gazetteer says nothing of: Calais's.
const VISIT_GAP_MINUTES_DEFAULT: i64 = 45;

/// Where a sighting goes.
struct Choice {
    draft: usize,
    /// The visit of that draft it belongs to; `None` begins another.
    visit: Option<usize>,
    rule: Rule,
    minutes: Option<i64>,
    score: Option<f64>,
    candidates: Vec<(usize, Fit)>,
    doubt: Option<DoubtAt>,
}

/// A doubt that still names drafts by position.
enum DoubtAt {
    Rival(usize),
    Split(usize),
    Back(DateTime<Utc>),
}

/// A verdict that still names drafts, visits and candidates by position.
struct VerdictDraft {
    verdict: Verdict,
    draft: Option<usize>,
    visit: Option<(usize, usize)>,
    candidates: Vec<(usize, Fit)>,
}

/// The state of the fold over one zone.
pub struct Fold<'a> {
    zone: &'a Zone,
    sightings: Vec<&'a Sighting>,
    pub rulings: Vec<&'a Ruling>,
    gazetteer: &'a Gazetteer,
    gap: TimeDelta,
    pub drafts: Vec<Draft>,
    verdicts: Vec<VerdictDraft>,
}

impl<'a> Fold<'a> {
    pub fn new(
        zone: &'a Zone,
        sightings: &'a [Sighting],
        rulings: &'a [Ruling],
        gazetteer: &'a Gazetteer,
    ) -> Self {
        let rulings: Vec<&Ruling> = rulings.iter().filter(|r| r.undone_at.is_none()).collect();
        let untrue: BTreeSet<&SightingId> = rulings
            .iter()
            .filter(|r| r.kind == RulingKind::NotTrue)
            .filter_map(|r| r.sighting.as_ref())
            .collect();
        let mut counted: Vec<&Sighting> = sightings
            .iter()
            .filter(|s| s.zone == *zone && s.withdrawn_at.is_none() && !untrue.contains(&s.id))
            .collect();
        counted.sort_by(|a, b| (a.observed_at, &a.id).cmp(&(b.observed_at, &b.id)));
        let gap = gazetteer.zone(zone).map_or(VISIT_GAP_MINUTES_DEFAULT, |z| z.visit_gap_minutes);
        Fold {
            zone,
            sightings: counted,
            rulings,
            gazetteer,
            gap: TimeDelta::minutes(gap),
            drafts: Vec::new(),
            verdicts: Vec::new(),
        }
    }

    pub fn run(mut self, now: DateTime<Utc>) -> Picture {
        for sighting in std::mem::take(&mut self.sightings) {
            match sighting.phase {
                Phase::Nothing => self.note(sighting, Rule::Coverage, None, None),
                Phase::Left => self.left(sighting),
                Phase::Lost => self.lost(sighting),
                _ => self.presence(sighting),
            }
            self.apply_endings(sighting);
        }
        self.finish(now)
    }

    // ── Presence ────────────────────────────────────────────────────────────────────────────────

    fn presence(&mut self, s: &Sighting) {
        let place = aim(s).clone();
        let choice = self
            .ruled_same(s, &place)
            .or_else(|| self.same_visit(s, &place))
            .or_else(|| self.same_place(s, &place))
            .or_else(|| self.next_visit(s, &place));
        match choice {
            Some(choice) => self.attach(s, &place, choice),
            None => self.open(s, &place),
        }
    }

    /// A ruling *same* beats every rule.
    fn ruled_same(&self, s: &Sighting, place: &SiteCode) -> Option<Choice> {
        let ruling = self.ruling(RulingKind::Same, s)?;
        let draft = self.draft_of(ruling.convoy.as_ref()?)?;
        let visit = self.open_visit_at(draft, place, s);
        Some(self.choice(draft, visit, Rule::Ruled, s))
    }

    /// Rule 2: the same site within the visit's time.
    fn same_visit(&self, s: &Sighting, place: &SiteCode) -> Option<Choice> {
        let draft = (0..self.drafts.len())
            .filter(|d| self.may_join(*d, s))
            .filter(|d| self.open_visit_at(*d, place, s).is_some())
            .max_by_key(|d| self.drafts[*d].convoy.last_seen)?;
        let at = self.open_visit_at(draft, place, s)?;
        let visit = &self.drafts[draft].convoy.visits[at];
        let mut choice = self.choice(draft, Some(at), Rule::SameVisit, s);
        choice.minutes = Some((s.observed_at - visit.last_seen).num_minutes());
        if let (Stage::Left, Some(closed)) = (visit.stage, self.drafts[draft].visits[at].closed_at)
        {
            choice.doubt = Some(DoubtAt::Back(visit.until.unwrap_or(closed)));
        }
        Some(choice)
    }

    /// The same landmark (or a site where vehicles only gather) within the gap.
    fn same_place(&self, s: &Sighting, place: &SiteCode) -> Option<Choice> {
        let draft = (0..self.drafts.len()).rfind(|d| {
            let convoy = &self.drafts[*d].convoy;
            self.may_join(*d, s)
                && convoy.last_place == *place
                && convoy.live_visits().next().is_none()
                && s.observed_at - convoy.last_seen <= self.gap
                && (s.phase == Phase::Forming || !self.is_site(place))
        })?;
        Some(self.choice(draft, None, Rule::SamePlace, s))
    }

    /// Rule 3: the next visit of an open convoy, if the time allows the road.
    fn next_visit(&self, s: &Sighting, place: &SiteCode) -> Option<Choice> {
        if matches!(s.phase, Phase::Forming | Phase::Split) {
            return None;
        }
        let mut fits = self.fits(s, place);
        fits.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
        let best = fits.iter().position(|(_, fit)| fit.road && fit.score >= ENOUGH)?;
        let (draft, found, score) = (fits[best].0, fits[best].1.found_again, fits[best].1.score);
        let rule = if found { Rule::NextVisitFoundAgain } else { Rule::NextVisitMoved };
        let mut choice = self.choice(draft, None, rule, s);
        choice.score = Some(score);
        choice.doubt = fits
            .iter()
            .skip(best + 1)
            .find(|(_, fit)| fit.road && fit.score >= ENOUGH && score - fit.score <= RIVAL_WITHIN)
            .map(|(rival, _)| DoubtAt::Rival(*rival));
        if choice.doubt.is_none() && fits[best].1.live_elsewhere {
            choice.doubt = Some(DoubtAt::Split(draft));
        }
        choice.candidates = fits;
        Some(choice)
    }

    fn fits(&self, s: &Sighting, place: &SiteCode) -> Vec<(usize, Fit)> {
        (0..self.drafts.len())
            .filter(|d| self.may_join(*d, s))
            .filter_map(|d| {
                let draft = &self.drafts[d];
                let live = draft.live_elsewhere(s, place);
                let fit = fit(&draft.convoy, draft.stood.as_ref(), s, place, live, self.gazetteer)?;
                Some((d, fit))
            })
            .collect()
    }

    fn choice(&self, draft: usize, visit: Option<usize>, rule: Rule, s: &Sighting) -> Choice {
        let since = s.observed_at - self.drafts[draft].convoy.last_seen;
        Choice {
            draft,
            visit,
            rule,
            minutes: Some(since.num_minutes()),
            score: None,
            candidates: Vec::new(),
            doubt: None,
        }
    }

    /// Rule 4: a new convoy; a child, if only the other's still being live speaks against one.
    fn open(&mut self, s: &Sighting, place: &SiteCode) {
        let ruled_apart = self.ruling(RulingKind::NotSame, s).is_some();
        let fits = if s.phase == Phase::Forming { Vec::new() } else { self.fits(s, place) };
        let parent = if ruled_apart {
            None
        } else {
            fits.iter()
                .filter(|(_, fit)| fit.live_elsewhere || s.phase == Phase::Split)
                .max_by(|a, b| a.1.score.total_cmp(&b.1.score))
                .map(|(d, _)| *d)
        };
        let rule = match (ruled_apart, parent) {
            (true, _) => Rule::Ruled,
            (false, Some(_)) => Rule::PossibleSplit,
            (false, None) => Rule::NewConvoy,
        };
        self.drafts.push(Draft::new(self.zone, s, place, parent));
        let draft = self.drafts.len() - 1;
        let choice = Choice {
            draft,
            visit: None,
            rule,
            minutes: None,
            score: None,
            candidates: fits,
            doubt: parent.map(DoubtAt::Split),
        };
        self.attach(s, place, choice);
    }

    fn attach(&mut self, s: &Sighting, place: &SiteCode, choice: Choice) {
        let confirmed = self.ruling(RulingKind::Confirm, s).is_some();
        let makes_visit = self.is_site(place) && s.phase != Phase::Forming;
        if s.phase == Phase::Moving && s.place != *place {
            self.departed(choice.draft, s);
        }
        let draft = &mut self.drafts[choice.draft];
        let mut standing = draft.voices.hear(s, confirmed);
        draft.see(s, place);
        let found = choice.rule == Rule::NextVisitFoundAgain || s.phase == Phase::Found;
        draft.convoy.state = state_after(s.phase, found, draft.convoy.state, makes_visit);
        let mut visit = choice.visit;
        if makes_visit {
            let at = visit.unwrap_or_else(|| draft.begin_visit(s, place));
            standing = draft.extend_visit(at, s, confirmed);
            visit = Some(at);
        }
        let retracted =
            visit.and_then(|at| self.retracted(&self.drafts[choice.draft].convoy.visits[at]));
        if let (Some(at), Some(when)) = (visit, retracted) {
            self.drafts[choice.draft].convoy.visits[at].retracted_at = Some(when);
        }
        let doubt = self.doubt(choice.doubt, s);
        let verdict = Verdict {
            sighting: s.id.clone(),
            rule: choice.rule,
            convoy: None,
            visit: None,
            minutes: choice.minutes,
            score: choice.score,
            candidates: Vec::new(),
            standing,
            doubt,
        };
        let visit = visit.map(|at| (choice.draft, at));
        self.verdicts.push(VerdictDraft {
            verdict,
            draft: Some(choice.draft),
            visit,
            candidates: choice.candidates,
        });
    }

    /// A question the desk has already answered for this sighting is not asked again.
    fn doubt(&self, doubt: Option<DoubtAt>, s: &Sighting) -> Option<Doubt> {
        let answered = self.ruling(RulingKind::Same, s).is_some()
            || self.ruling(RulingKind::NotSame, s).is_some();
        if answered {
            return None;
        }
        Some(match doubt? {
            DoubtAt::Back(left_at) => Doubt::BackOrStayed { left_at },
            DoubtAt::Rival(d) => {
                let convoy = &self.drafts[d].convoy;
                Doubt::Rival {
                    convoy: convoy.id.clone(),
                    place: convoy.last_place.clone(),
                    seen: convoy.last_seen,
                }
            }
            DoubtAt::Split(d) => {
                let convoy = &self.drafts[d].convoy;
                let live = convoy.visits.iter().rev().find(|v| v.site != *aim(s));
                Doubt::PossibleSplit {
                    parent: convoy.id.clone(),
                    place: live.map_or(&convoy.last_place, |v| &v.site).clone(),
                    seen: live.map_or(convoy.last_seen, |v| v.last_seen),
                }
            }
        })
    }

    // ── Looking things up ───────────────────────────────────────────────────────────────────────

    pub fn ruling(&self, kind: RulingKind, s: &Sighting) -> Option<&'a Ruling> {
        self.rulings
            .iter()
            .rev()
            .find(|r| r.kind == kind && r.sighting.as_ref() == Some(&s.id))
            .copied()
    }

    /// A convoy is named by one of its sightings, so it is found by whoever holds that sighting.
    pub fn draft_of(&self, convoy: &ConvoyId) -> Option<usize> {
        self.drafts
            .iter()
            .position(|d| d.convoy.sightings.iter().any(|id| id.as_str() == convoy.as_str()))
    }

    pub fn may_join(&self, d: usize, s: &Sighting) -> bool {
        let draft = &self.drafts[d];
        let apart = self.ruling(RulingKind::NotSame, s).and_then(|r| r.convoy.as_ref());
        draft.convoy.ended_at.is_none_or(|ended| known_at_the_end(s, ended))
            && s.observed_at - draft.convoy.last_seen <= FOUND_WITHIN
            && operational_day(s.observed_at) == operational_day(draft.convoy.last_seen)
            && apart.is_none_or(|convoy| self.draft_of(convoy) != Some(d))
    }

    /// The visit at `place` that a sighting still belongs to.
    fn open_visit_at(&self, d: usize, place: &SiteCode, s: &Sighting) -> Option<usize> {
        let draft = &self.drafts[d];
        draft.convoy.visits.iter().enumerate().rposition(|(at, visit)| {
            let closed = draft.visits[at].closed_at;
            visit.site == *place
                && visit.retracted_at.is_none_or(|when| s.received_at <= when)
                && s.observed_at - visit.last_seen <= self.gap
                && closed.is_none_or(|closed| s.observed_at - closed < REOPEN_WITHIN)
        })
    }

    fn retracted(&self, visit: &Visit) -> Option<DateTime<Utc>> {
        self.rulings
            .iter()
            .filter(|r| r.kind == RulingKind::Retract)
            .find(|r| {
                r.visit
                    .as_ref()
                    .is_some_and(|id| visit.sightings.iter().any(|s| s.as_str() == id.as_str()))
            })
            .map(|r| r.at)
    }

    fn is_site(&self, place: &SiteCode) -> bool {
        self.gazetteer.place(place).is_some_and(|p| p.kind == PlaceKind::Site)
    }

    pub fn note(
        &mut self,
        s: &Sighting,
        rule: Rule,
        draft: Option<usize>,
        visit: Option<(usize, usize)>,
    ) {
        let minutes =
            draft.map(|d| (s.observed_at - self.drafts[d].convoy.last_seen).num_minutes());
        let verdict = Verdict {
            sighting: s.id.clone(),
            rule,
            convoy: None,
            visit: None,
            minutes,
            score: None,
            candidates: Vec::new(),
            standing: Standing::First,
            doubt: None,
        };
        self.verdicts.push(VerdictDraft { verdict, draft, visit, candidates: Vec::new() });
    }

    // ── The end ─────────────────────────────────────────────────────────────────────────────────

    fn finish(mut self, now: DateTime<Utc>) -> Picture {
        for draft in &mut self.drafts {
            draft.settle(now);
        }
        let ids: Vec<ConvoyId> = self.drafts.iter().map(|d| d.convoy.id.clone()).collect();
        for draft in &mut self.drafts {
            draft.convoy.parent = draft.parent.map(|parent| ids[parent].clone());
        }
        let visit_id = |(d, at): (usize, usize)| self.drafts[d].convoy.visits[at].id.clone();
        let verdicts = self
            .verdicts
            .into_iter()
            .map(|VerdictDraft { mut verdict, draft, visit, candidates }| {
                verdict.convoy = draft.map(|d| ids[d].clone());
                verdict.visit = visit.map(visit_id);
                verdict.candidates = candidates
                    .into_iter()
                    .map(|(d, fit)| Candidate {
                        convoy: ids[d].clone(),
                        score: fit.score,
                        road: fit.road,
                        live_elsewhere: fit.live_elsewhere,
                    })
                    .collect();
                verdict
            })
            .collect();
        let convoys = self.drafts.into_iter().map(|draft| draft.convoy).collect();
        Picture { convoys, verdicts }
    }
}

/// Whether the desk, when it said that a convoy has ended, meant this too. Police seen in the quarter
/// of an hour before, of which it heard afterwards, are news: put with what has ended they would warn
/// nobody.
fn known_at_the_end(s: &Sighting, ended: DateTime<Utc>) -> bool {
    let news =
        s.phase.is_presence() && s.received_at > ended && ended - s.observed_at <= LIVE_WITHIN;
    s.observed_at <= ended && !news
}

/// The place a sighting warns of: on the way, it is where the convoy is heading.
fn aim(s: &Sighting) -> &SiteCode {
    match s.phase {
        Phase::Moving => s.heading.as_ref().unwrap_or(&s.place),
        _ => &s.place,
    }
}
