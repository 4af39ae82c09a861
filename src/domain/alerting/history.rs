//! What was told so far in a zone, read from its alerts.
use chrono::{DateTime, Utc};

use super::{BROADCAST_WITHIN, Outcome, RETRACTION_WITHIN, Reason, Telling};
use crate::domain::alert::{Alert, AlertKind, Audience, Mode, Thread, Urgency};
use crate::domain::convoy::{Convoy, Visit};
use crate::domain::id::{ConvoyId, VisitId};
use crate::domain::matching::{Picture, operational_day};
use crate::domain::site::SiteCode;

/// The alerts of a zone, oldest first.
pub struct History {
    alerts: Vec<Alert>,
}

impl History {
    /// Alerts must be in the order in which they were decided.
    pub fn of(alerts: Vec<Alert>) -> History {
        History { alerts }
    }

    /// The last thing told in a thread.
    pub fn last(&self, thread: &Thread) -> Option<&Alert> {
        self.alerts.iter().rev().find(|alert| alert.thread == *thread)
    }

    /// Whether nothing was told in its thread after it.
    fn is_last_word(&self, alert: &Alert) -> bool {
        self.last(&alert.thread).is_some_and(|last| last.id == alert.id)
    }

    /// How many alerts a thread has.
    pub fn versions(&self, thread: &Thread) -> i64 {
        let versions = self.alerts.iter().filter(|a| a.thread == *thread).map(|a| a.version);
        versions.max().unwrap_or(0)
    }

    /// The last thing the residents of a site were told about this visit. The visit is recognised
    /// by any of its sightings; where the one that named it was taken back, by place and time. What
    /// was told of another visit that stands is not of this one, nor is what was itself taken back or
    /// ended since: this one must be heard.
    pub fn of_visit(&self, visit: &Visit, picture: &Picture) -> Option<&Alert> {
        let of = |alert: &Alert, visit| alert.visit.as_ref().is_some_and(|id| names(id, visit));
        let of_another =
            |alert| picture.convoys.iter().flat_map(|c| &c.visits).any(|v| of(alert, v));
        self.site_alerts(&visit.site).find(|alert| {
            of(alert, visit)
                || (visit.retracted_at.is_none()
                    && alert.text.kind.is_threat()
                    && self.is_last_word(alert)
                    && overlaps(alert, visit)
                    && !of_another(alert))
        })
    }

    /// The last thing told of a convoy to those who did not choose the visited sites.
    pub fn of_zone(&self, convoy: &Convoy) -> Option<&Alert> {
        self.alerts.iter().rev().find(|a| a.thread.is_zone() && holds(convoy, &a.convoy))
    }

    /// The cards of a convoy, oldest first.
    pub fn cards(&self, convoy: &Convoy) -> Vec<&Alert> {
        let of_this = |a: &&Alert| a.text.kind == AlertKind::Card && holds(convoy, &a.convoy);
        self.alerts.iter().filter(of_this).collect()
    }

    /// The latest card of each convoy that no sighting stands behind any more.
    pub fn cards_of_gone(&self, picture: &Picture) -> Vec<&Alert> {
        let mut seen: Vec<&Thread> = Vec::new();
        let mut gone = Vec::new();
        for alert in self.alerts.iter().rev().filter(|a| a.text.kind == AlertKind::Card) {
            if !seen.contains(&&alert.thread) {
                seen.push(&alert.thread);
                if !picture.convoys.iter().any(|convoy| holds(convoy, &alert.convoy)) {
                    gone.push(alert);
                }
            }
        }
        gone
    }

    /// The number of a convoy that no sighting stands behind any more.
    pub fn number_of(&self, convoy: &ConvoyId) -> Option<i64> {
        self.alerts.iter().find(|a| a.convoy == *convoy).map(|a| a.text.no)
    }

    /// The number already given to a convoy.
    pub fn number(&self, convoy: &Convoy) -> Option<i64> {
        self.alerts.iter().find(|a| holds(convoy, &a.convoy)).map(|a| a.text.no)
    }

    /// When a site rang today, newest first.
    pub fn rings(&self, site: &SiteCode, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        self.site_alerts(site)
            .filter(|a| a.mode == Mode::Ring)
            .filter(|a| operational_day(a.decided_at) == operational_day(now))
            .map(|a| a.decided_at)
            .collect()
    }

    fn site_alerts<'a, 'b>(
        &'a self,
        site: &'b SiteCode,
    ) -> impl Iterator<Item = &'a Alert> + use<'a, 'b> {
        self.alerts
            .iter()
            .rev()
            .filter(move |a| a.thread.is_site() && a.text.site.as_ref() == Some(site))
    }

    /// Takes back what has no visit or convoy behind it any more.
    pub fn wrong(&self, picture: &Picture, now: DateTime<Utc>, outcomes: &mut Vec<Outcome>) {
        let mut seen: Vec<&Thread> = Vec::new();
        for alert in self.alerts.iter().rev() {
            if seen.contains(&&alert.thread) {
                continue;
            }
            seen.push(&alert.thread);
            let stands = match alert.text.kind {
                // Also after its end: whoever left their place for nothing is owed the word.
                AlertKind::Left | AlertKind::Ended if alert.thread.is_site() => {
                    visit_stands(alert, picture)
                }
                kind if alert.thread.is_site() && kind.is_threat() => visit_stands(alert, picture),
                AlertKind::Elsewhere => visit_stands(alert, picture),
                AlertKind::BeReady => {
                    picture.convoys.iter().any(|convoy| holds(convoy, &alert.convoy))
                }
                _ => true,
            };
            let replaced = outcomes
                .iter()
                .any(|outcome| matches!(outcome, Outcome::Tell(t) if t.thread == alert.thread));
            if !stands && !replaced {
                outcomes.push(Outcome::Tell(retraction(alert, now)));
            }
        }
        hear_it_once(outcomes);
    }
}

/// Whoever is told for a site of their own that we were wrong need not hear it of the zone as well.
fn hear_it_once(outcomes: &mut [Outcome]) {
    let retracted = |outcome: &Outcome| match outcome {
        Outcome::Tell(t) if t.kind == AlertKind::Retracted && t.thread.is_site() => {
            Some((t.convoy.clone(), t.thread.clone()))
        }
        _ => None,
    };
    let own: Vec<(ConvoyId, Thread)> = outcomes.iter().filter_map(retracted).collect();
    for outcome in outcomes {
        if let Outcome::Tell(telling) = outcome
            && telling.kind == AlertKind::Retracted
            && telling.thread.is_zone()
        {
            let of_this = own.iter().filter(|(convoy, _)| *convoy == telling.convoy);
            telling.audience =
                Audience::ReachedHereOnly(of_this.map(|(_, thread)| thread.clone()).collect());
        }
    }
}

/// Visits and convoys are named by one of their sightings.
fn names(id: &VisitId, visit: &Visit) -> bool {
    visit.sightings.iter().any(|s| s.as_str() == id.as_str())
}

fn holds(convoy: &Convoy, id: &ConvoyId) -> bool {
    convoy.sightings.iter().any(|s| s.as_str() == id.as_str())
}

fn overlaps(alert: &Alert, visit: &Visit) -> bool {
    alert.text.observed_at >= visit.from - BROADCAST_WITHIN
        && alert.text.observed_at <= visit.last_seen + BROADCAST_WITHIN
}

fn visit_stands(alert: &Alert, picture: &Picture) -> bool {
    picture
        .convoys
        .iter()
        .flat_map(|convoy| &convoy.visits)
        .filter(|visit| Some(&visit.site) == alert.text.site.as_ref())
        .filter(|visit| visit.retracted_at.is_none())
        .any(|visit| {
            alert.visit.as_ref().is_some_and(|id| names(id, visit)) || overlaps(alert, visit)
        })
}

/// Takes back the last word of a thread.
pub(super) fn retraction(alert: &Alert, now: DateTime<Utc>) -> Telling {
    Telling {
        audience: Audience::Reached,
        thread: alert.thread.clone(),
        kind: AlertKind::Retracted,
        mode: Mode::Reply,
        urgency: Urgency::Retraction,
        reason: Reason::WasWrong,
        convoy: alert.convoy.clone(),
        visit: alert.visit.clone(),
        site: alert.text.site.clone(),
        observed_at: now,
        vans: None,
        confidence: alert.text.confidence,
        expires_at: now + RETRACTION_WITHIN,
    }
}
