//! Load, decide, save: the one pipeline that every change of a zone goes through.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{ALERTS_WINDOW, CoordinationError, House, SIGHTINGS_WINDOW, card, desk, line, upkeep};
use crate::domain::alert::{Alert, AlertText, Mode, Urgency};
use crate::domain::alerting::{self, History, Outcome, Telling};
use crate::domain::convoy::Convoy;
use crate::domain::follow::{Taken, given_up_at};
use crate::domain::id::{AlertId, ConvoyId, SightingId, VisitId};
use crate::domain::matching::{self, Doubt, FOUND_WITHIN, Picture, Verdict};
use crate::domain::site::{SiteCode, Zone};
use crate::proof::{self, Defect};
use crate::speech::say::{Question, Say, WhyLine};
use crate::storage::{Answer, ConvoyRow, Tx, VisitRow};

/// A held report is decided again when its time is over.
pub const DUTY_HOLD: &str = "hold";
/// A convoy nobody has seen for long is over.
pub const DUTY_OVER: &str = "over";

/// Why a zone is considered again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A sighting came in.
    Sighting(SightingId),
    /// A sighting was taken back, a ruling was made, or time went by.
    Other,
}

/// What came out of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconsidered {
    /// The zone as it is now.
    pub picture: Picture,
    /// What was decided.
    pub outcomes: Vec<Outcome>,
}

/// Derives the zone again, decides what must be told, and writes it all down.
pub async fn reconsider(
    tx: &mut Tx,
    house: &House,
    zone: &Zone,
    cause: &Cause,
    now: DateTime<Utc>,
) -> Result<Reconsidered, CoordinationError> {
    let picture = picture(tx, house, zone, now).await?;
    let mut save = Save::open(tx, house, zone, now).await?;

    let outcomes = alerting::decide(&picture, &save.history, now);
    let outcomes = upkeep::held_back(save.tx, zone, outcomes);
    let verdict = match cause {
        Cause::Sighting(id) => picture.verdict(id).cloned(),
        Cause::Other => None,
    };

    save.verdict(verdict.as_ref()).await?;
    save.outcomes(&picture, &outcomes, verdict.as_ref()).await?;
    save.rows(&picture).await?;
    save.cards(&picture, &outcomes).await?;
    save.question(&picture, verdict.as_ref()).await?;
    Ok(Reconsidered { picture, outcomes })
}

/// The zone as derived from everything known.
pub(super) async fn picture(
    tx: &mut Tx,
    house: &House,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Result<Picture, CoordinationError> {
    let sightings = tx.sightings_since(zone, now - SIGHTINGS_WINDOW).await?;
    let rulings = tx.rulings_since(zone, now - SIGHTINGS_WINDOW).await?;
    Ok(matching::derive(zone, &sightings, &rulings, &house.gazetteer, now))
}

/// Writes down what was decided.
pub(super) struct Save<'a> {
    pub tx: &'a mut Tx,
    pub house: &'a House,
    pub zone: &'a Zone,
    pub now: DateTime<Utc>,
    pub history: History,
    numbers: BTreeMap<ConvoyId, i64>,
}

impl<'a> Save<'a> {
    /// Reads what was told so far.
    pub(super) async fn open(
        tx: &'a mut Tx,
        house: &'a House,
        zone: &'a Zone,
        now: DateTime<Utc>,
    ) -> Result<Self, CoordinationError> {
        let history = History::of(tx.alerts_since(zone, now - ALERTS_WINDOW).await?);
        Ok(Save { tx, house, zone, now, history, numbers: BTreeMap::new() })
    }

    /// For how long nobody has followed the convoy: since the last follower gave up, or since the
    /// team has known of it.
    pub(super) fn unfollowed_minutes(&self, convoy: &Convoy, steps: &[Taken]) -> i64 {
        let first = self.history.cards(convoy).first().map_or(self.now, |card| card.decided_at);
        (self.now - given_up_at(steps).unwrap_or(first)).num_minutes()
    }

    async fn verdict(&mut self, verdict: Option<&Verdict>) -> Result<(), CoordinationError> {
        if let Some(verdict) = verdict {
            self.tx.journal_append("decision", &json!({ "verdict": verdict }), self.now).await?;
        }
        Ok(())
    }

    async fn outcomes(
        &mut self,
        picture: &Picture,
        outcomes: &[Outcome],
        verdict: Option<&Verdict>,
    ) -> Result<(), CoordinationError> {
        for outcome in outcomes {
            match outcome {
                Outcome::Tell(telling) => self.tell(picture, telling).await?,
                Outcome::Hold { visit, until } => {
                    self.tx.duty_set(DUTY_HOLD, self.zone.as_str(), *until).await?;
                    let entry = json!({ "visit": visit, "until": until, "reason": "held_for_second_voice" });
                    if verdict.is_some_and(|v| v.visit.as_ref() == Some(visit)) {
                        self.tx.journal_append("held", &entry, self.now).await?;
                    }
                }
                Outcome::Silent { convoy, visit, reason } => {
                    let concerned = verdict.is_some_and(|v| v.visit.is_some() && v.visit == *visit);
                    if concerned {
                        let entry = json!({ "convoy": convoy, "visit": visit, "reason": reason });
                        self.tx.journal_append("silence", &entry, self.now).await?;
                    }
                }
                Outcome::AskRing { site } => self.ask_ring(site).await?,
            }
        }
        Ok(())
    }

    async fn tell(
        &mut self,
        picture: &Picture,
        telling: &Telling,
    ) -> Result<(), CoordinationError> {
        let no = match picture.convoy(&telling.convoy) {
            Some(convoy) => self.number(convoy).await?,
            None => self.number_of_gone(&telling.convoy).await?,
        };
        let text = AlertText {
            kind: telling.kind,
            site: telling.site.clone(),
            observed_at: telling.observed_at,
            vans: telling.vans,
            confidence: telling.confidence,
            no,
            exercise: false,
        };
        let alert = Alert {
            id: AlertId::fresh(self.now, self.house.entropy.as_ref()),
            version: self.history.versions(&telling.thread) + 1,
            thread: telling.thread.clone(),
            zone: self.zone.clone(),
            convoy: telling.convoy.clone(),
            visit: telling.visit.clone(),
            audience: telling.audience.clone(),
            mode: telling.mode,
            urgency: match telling.urgency {
                Urgency::Retraction if proof::broken(Defect::RetractionNotFirst) => Urgency::Rest,
                urgency => urgency,
            },
            reason: telling.reason.code().to_owned(),
            text: text.clone(),
            decided_at: self.now,
            expires_at: telling.expires_at,
        };
        self.send(&alert, &Say::Alert(text)).await
    }

    /// Writes an alert, its deliveries and its journal entry.
    pub(super) async fn send(&mut self, alert: &Alert, say: &Say) -> Result<(), CoordinationError> {
        let sites: Vec<SiteCode> =
            self.house.gazetteer.sites_of(self.zone).map(|place| place.code.clone()).collect();
        self.tx.alert_add(alert, &serde_json::to_string(say)?).await?;
        let recipients = self.tx.enqueue_alert(alert, &sites).await?;
        let entry = json!({
            "alert": alert.id, "no": alert.text.no, "version": alert.version,
            "tells": alert.text.kind, "audience": alert.audience, "mode": alert.mode,
            "reason": alert.reason, "convoy": alert.convoy, "visit": alert.visit,
            "site": alert.text.site, "observed_at": alert.text.observed_at,
            "recipients": recipients,
        });
        self.tx.journal_append("alert", &entry, self.now).await?;
        line::watch(self.tx, alert, recipients, self.now).await
    }

    /// The number of a convoy, given with the first thing told of it.
    pub(super) async fn number(&mut self, convoy: &Convoy) -> Result<i64, CoordinationError> {
        if let Some(no) =
            self.numbers.get(&convoy.id).copied().or_else(|| self.history.number(convoy))
        {
            return Ok(no);
        }
        let no = self.tx.next_thread_no().await?;
        self.numbers.insert(convoy.id.clone(), no);
        Ok(no)
    }

    async fn number_of_gone(&mut self, convoy: &ConvoyId) -> Result<i64, CoordinationError> {
        match self.history.number_of(convoy) {
            Some(no) => Ok(no),
            None => Ok(self.tx.next_thread_no().await?),
        }
    }

    async fn ask_ring(&mut self, site: &SiteCode) -> Result<(), CoordinationError> {
        self.tx.journal_append("ring_limit", &json!({ "site": site }), self.now).await?;
        self.tell_desk(&Say::RingLimit { site: site.clone() }).await
    }

    /// The derived rows, for reports and numbers.
    async fn rows(&mut self, picture: &Picture) -> Result<(), CoordinationError> {
        for convoy in &picture.convoys {
            self.tx
                .save_convoy(&ConvoyRow {
                    id: convoy.id.clone(),
                    zone: convoy.zone.clone(),
                    state: convoy.state,
                    opened_at: convoy.opened_at,
                    last_at: convoy.last_seen,
                    parent: convoy.parent.clone(),
                })
                .await?;
            for visit in &convoy.visits {
                self.tx
                    .save_visit(&VisitRow {
                        id: visit.id.clone(),
                        convoy: convoy.id.clone(),
                        site: visit.site.clone(),
                        stage: visit.stage,
                        from: visit.from,
                        until: visit.until,
                        confidence: visit.confidence,
                    })
                    .await?;
            }
            if convoy.is_open() {
                let due = convoy.last_seen + FOUND_WITHIN;
                self.tx.duty_set(DUTY_OVER, convoy.id.as_str(), due).await?;
            }
        }
        self.void_what_vanished(picture).await
    }

    /// What is no longer derived counts no more. Only what began lately is looked at: the picture
    /// holds all of that, and not all of what is older.
    async fn void_what_vanished(&mut self, picture: &Picture) -> Result<(), CoordinationError> {
        let since = self.now - ALERTS_WINDOW;
        let convoys: Vec<ConvoyId> = picture.convoys.iter().map(|c| c.id.clone()).collect();
        let visits: Vec<VisitId> =
            picture.convoys.iter().flat_map(|c| &c.visits).map(|v| v.id.clone()).collect();
        self.tx.void_visits_not_in(self.zone, since, &visits).await?;
        self.tx.void_convoys_not_in(self.zone, since, &convoys).await?;
        Ok(())
    }

    async fn cards(
        &mut self,
        picture: &Picture,
        outcomes: &[Outcome],
    ) -> Result<(), CoordinationError> {
        for convoy in &picture.convoys {
            card::refresh(self, convoy, picture, outcomes).await?;
        }
        card::withdraw(self, picture).await
    }

    /// What the machine does not know it asks the desk, once.
    async fn question(
        &mut self,
        picture: &Picture,
        verdict: Option<&Verdict>,
    ) -> Result<(), CoordinationError> {
        let Some((verdict, doubt)) = verdict.and_then(|v| Some((v, v.doubt.as_ref()?))) else {
            return Ok(());
        };
        let Some(sighting) = self.tx.sighting(&verdict.sighting).await? else { return Ok(()) };
        if self.now - sighting.observed_at > FOUND_WITHIN || picture.convoys.is_empty() {
            return Ok(());
        }
        let (id, place, observed_at) = (sighting.id, sighting.place, sighting.observed_at);
        let question = match doubt.clone() {
            Doubt::Rival { place: rival_place, seen: rival_seen, .. } => Question::SameConvoy {
                sighting: id,
                place,
                observed_at,
                rival_place,
                rival_seen,
                why: why(verdict),
            },
            Doubt::PossibleSplit { place: other_place, seen: other_seen, .. } => {
                Question::PossibleSplit {
                    sighting: id,
                    place,
                    observed_at,
                    other_place,
                    other_seen,
                }
            }
            Doubt::BackOrStayed { left_at } => {
                Question::BackOrStayed { sighting: id, place, observed_at, left_at }
            }
        };
        self.tell_desk(&Say::Question(question)).await
    }

    /// Says something to every coordinator and admin.
    pub(super) async fn tell_desk(&mut self, say: &Say) -> Result<(), CoordinationError> {
        tell_desk(self.tx, say, self.now).await
    }
}

/// Says something to every coordinator and admin.
pub(super) async fn tell_desk(
    tx: &mut Tx,
    say: &Say,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let say_json = serde_json::to_string(say)?;
    for person in desk(tx, now).await? {
        let answer = Answer {
            to: person.chat,
            lang: person.lang,
            say_json: &say_json,
            mode: Mode::Ring,
            urgency: Urgency::Team,
            edit: None,
            reply: None,
            thread: None,
            expires_at: now + card::CARD_WITHIN,
        };
        tx.answer_add(&answer, now).await?;
    }
    Ok(())
}

/// Why a sighting was put where it was, in short.
pub(super) fn why(verdict: &Verdict) -> WhyLine {
    WhyLine {
        rule: verdict.rule.code().to_owned(),
        minutes: verdict.minutes,
        score_tenths: verdict.score.map(|score| (score * 10.0).round() as i64),
    }
}
