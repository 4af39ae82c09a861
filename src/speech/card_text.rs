//! The team's card of one convoy: where it is, what it is, who follows it, why the machine put
//! the latest sighting here, and the buttons to act on it.
use super::alert_text::thread_number;
use super::buttons::{Button, Rows};
use super::say::{CardView, CardVisit, WhyLine};
use super::time;
use super::words::{FSI, PDI, Words};
use crate::domain::alert::Confidence;
use crate::domain::convoy::{ConvoyState, Stage};
use crate::domain::follow::{Step, Taken};
use crate::domain::sighting::Vans;
use crate::domain::tap::{FollowTap, Tap};

/// At most this many visits stand on a card, the latest: a long morning must not hide who follows.
const VISITS_SHOWN_MAX: usize = 8;

impl Words<'_> {
    /// The card and its buttons.
    pub(super) fn card(&self, view: &CardView) -> (String, Rows) {
        let head = self.html(state(view.state), &[("place", self.place(&view.last_place).into())]);
        let mut lines = vec![
            format!(
                "<b>{} · {}</b>",
                self.html(
                    "card-head",
                    &[
                        ("no", thread_number(view.no).into()),
                        ("zone", self.zone(&view.zone).into()),
                    ],
                ),
                head
            ),
            self.last_seen(view),
        ];
        lines.extend(self.composition(view));
        lines.push(self.html(sureness(view.confidence), &[]));
        if !view.visits.is_empty() {
            lines.push(self.route(&view.visits));
        }
        if view.state != ConvoyState::Ended || !view.following.is_empty() {
            lines.push(self.followers(view));
        }
        lines.extend(view.why.as_ref().map(|why| self.why(why)));
        if view.split_from.is_some() {
            lines.push(self.html("card-split", &[]));
        }
        if view.held.is_some() {
            lines.push(self.html("card-held", &[]));
        }
        (lines.join("\n"), self.card_buttons(view))
    }

    fn last_seen(&self, view: &CardView) -> String {
        let place = ("place", self.place(&view.last_place).into());
        let at = ("time", self.clock(view.last_seen));
        match time::minutes(view.last_seen, self.reader.now) {
            ..=time::JUST_NOW_MINUTES => self.html("card-seen-now", &[place, at]),
            n => self.html("card-seen", &[place, at, ("n", n.min(MINUTES_SAID_MAX).into())]),
        }
    }

    fn composition(&self, view: &CardView) -> Option<String> {
        let crews: Vec<String> = view.crews.iter().map(|crew| self.crew(*crew)).collect();
        match (view.vans, crews.is_empty()) {
            (None, true) => None,
            (None, false) => Some(self.html("card-crews", &[("crews", crews.join(", ").into())])),
            (Some(vans), true) => Some(self.strength(vans)),
            (Some(vans), false) => {
                let strength = self.strength(vans);
                let crews = self.html("card-crews", &[("crews", crews.join(", ").into())]);
                Some(format!("{strength} {crews}"))
            }
        }
    }

    /// The police vehicles as a range: "🚐 6–10".
    pub(super) fn strength(&self, vans: Vans) -> String {
        let range = match vans.high {
            Some(high) if high == vans.low => high.to_string(),
            Some(high) => format!("{}–{high}", vans.low),
            None => format!("≥ {}", vans.low),
        };
        self.html("card-vans", &[("range", range.into())])
    }

    /// Its places in order, each with its times.
    fn route(&self, visits: &[CardVisit]) -> String {
        let skipped = visits.len().saturating_sub(VISITS_SHOWN_MAX);
        let mut stops: Vec<String> =
            visits[skipped..].iter().map(|visit| self.stop(visit)).collect();
        if skipped > 0 {
            stops.insert(0, "…".to_owned());
        }
        self.html("card-route", &[("route", stops.join(" → ").into())])
    }

    fn stop(&self, visit: &CardVisit) -> String {
        let from = time::clock(visit.from, self.reader.now);
        let times = match (visit.stage, visit.until) {
            (Stage::Coming, _) => format!("({from} …)"),
            (Stage::Passing, _) => format!("({from})"),
            (Stage::Present, _) => format!("{from}–"),
            (Stage::Left, Some(until)) => {
                format!("{from}–{}", time::clock(until, self.reader.now))
            }
            (Stage::Left, None) => format!("{from}–?"),
        };
        let mark = if visit.retracted { "❌ " } else { "" };
        format!("{mark}{FSI}{}{PDI} {times}", self.place(&visit.site))
    }

    fn followers(&self, view: &CardView) -> String {
        if view.following.is_empty() {
            return match view.unfollowed_since {
                Some(since) => self.html("card-nobody-since", &[("time", self.clock(since))]),
                None => self.html("card-nobody", &[]),
            };
        }
        let each: Vec<String> = view.following.iter().map(|t| self.follower(t)).collect();
        self.html("card-following", &[("list", each.join(", ").into())])
    }

    fn follower(&self, taken: &Taken) -> String {
        let who = if taken.tag != 0 && taken.tag == self.reader.tag {
            self.label("person-you", &[])
        } else {
            self.label("person-tag", &[("tag", taken.tag.into())])
        };
        let (id, at) = match taken.step {
            Step::Going { eta } => ("follow-going", eta),
            Step::There => ("follow-there", taken.at),
            Step::LostIt => ("follow-lost", taken.at),
            Step::HandedOver => ("follow-handed-over", taken.at),
            Step::Cannot => ("follow-cannot", taken.at),
            Step::Silent => ("follow-silent", taken.at),
        };
        self.label(id, &[("who", who.into()), ("time", self.clock(at))])
    }

    /// Why the latest sighting was put here: "même lieu, 4 min après".
    pub(super) fn why(&self, why: &WhyLine) -> String {
        let rule = match why.rule.as_str() {
            "same_visit" | "same_place" => "why-same-visit",
            "next_visit_moved" => "why-moved",
            "next_visit_found_again" => "why-found-again",
            "new_convoy" => "why-new",
            "possible_split" => "why-split",
            "ruled" => "why-ruled",
            "left" => "why-left",
            "lost" => "why-lost",
            "coverage" => "why-coverage",
            "forming" => "why-forming",
            "passing" => "why-passing",
            _ => "why-other",
        };
        let rule = self.label(rule, &[]);
        let line = match why.minutes {
            Some(..=time::JUST_NOW_MINUTES) => self.html("why-at-once", &[("rule", rule.into())]),
            Some(minutes) => {
                self.html("why-after", &[("rule", rule.into()), ("minutes", minutes.into())])
            }
            None => self.html("why", &[("rule", rule.into())]),
        };
        match why.score_tenths {
            Some(tenths) => format!(
                "{line} {}",
                self.html("why-score", &[("score", tenths_as_number(tenths).into())])
            ),
            None => line,
        }
    }

    fn card_buttons(&self, view: &CardView) -> Rows {
        let mut rows = Rows::new();
        let follow =
            |id: &str, step: FollowTap| self.button(id, Tap::Follow(view.convoy.clone(), step));
        if view.state != ConvoyState::Ended {
            rows.push(self.going_buttons(&view.convoy));
            rows.push(vec![
                follow("btn-there", FollowTap::There),
                follow("btn-lost-it", FollowTap::LostIt),
            ]);
            rows.push(vec![
                follow("btn-hand-over", FollowTap::HandOver),
                follow("btn-cannot", FollowTap::Cannot),
            ]);
        }
        if self.reader.desk {
            rows.extend(self.desk_buttons(view));
        }
        rows
    }

    fn desk_buttons(&self, view: &CardView) -> Rows {
        let mut rows = Rows::new();
        if let Some(sighting) = &view.held {
            rows.push(vec![
                self.button("btn-confirm", Tap::Confirm(sighting.clone())),
                self.button("btn-not-true", Tap::NotTrue(sighting.clone())),
            ]);
        }
        if let (Some(sighting), Some(why)) = (&view.latest, &view.why) {
            let mut row: Vec<Button> = Vec::new();
            if view.split_from.is_some() || why.rule == "possible_split" {
                row.push(self.button("btn-same", Tap::Same(sighting.clone())));
            }
            if !matches!(why.rule.as_str(), "new_convoy" | "forming") {
                row.push(self.button("btn-not-same", Tap::NotSame(sighting.clone())));
            }
            rows.push(row);
        }
        if view.state != ConvoyState::Ended {
            rows.push(vec![self.button("btn-ended", Tap::Ended(view.convoy.clone()))]);
        }
        for visit in view.visits.iter().rev().filter(|visit| !visit.retracted) {
            rows.push(vec![Button {
                label: self
                    .label("btn-retract", &[("place", self.place_label(&visit.site).into())]),
                tap: Tap::Retract(visit.visit.clone()),
            }]);
        }
        rows
    }
}

/// Older than this, a card's "minutes ago" says no more than the clock time beside it.
const MINUTES_SAID_MAX: i64 = 999;

/// 15 tenths as `1.5`.
fn tenths_as_number(tenths: i64) -> String {
    let sign = if tenths < 0 { "−" } else { "" };
    let tenths = tenths.unsigned_abs();
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

fn state(state: ConvoyState) -> &'static str {
    match state {
        ConvoyState::Forming => "state-forming",
        ConvoyState::Moving => "state-moving",
        ConvoyState::OnSite => "state-on-site",
        ConvoyState::Gone => "state-gone",
        ConvoyState::Lost => "state-lost",
        ConvoyState::FoundAgain => "state-found-again",
        ConvoyState::Ended => "state-ended",
    }
}

fn sureness(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Unvouched => "card-unvouched",
        Confidence::OneContact => "card-one-contact",
        Confidence::TwoContacts => "card-two-contacts",
        Confidence::Confirmed => "card-confirmed",
    }
}
