//! A sighting comes in: by taps, as free text, or as a pin.
use chrono::{DateTime, TimeDelta, Utc};

use super::Turn;
use crate::coordination::{self, Cause};
use crate::domain::moment::{Moment, moment};
use crate::domain::person::Role;
use crate::domain::reading::{self, Reading};
use crate::domain::sighting::{Phase, Source, Via};
use crate::domain::site::{PIN_SNAP_METRES, Point, SiteCode, Zone};
use crate::domain::tap::HowMany;
use crate::intake::{self, AHEAD_AT_MOST, Received, Report, receive};
use crate::speech::say::{Say, Understood};
use crate::telegram::inbox::HandleError;
use crate::telegram::schema::{Content, Written};

/// So many places are offered before "all places".
const FIRST_PLACES_MAX: usize = 6;
/// A pin further than this from the middle of every town is not of our area.
const AREA_METRES: f64 = 25_000.0;
/// A question that comes back later than this no longer carries the words it was asked about.
const ABOUT_WITHIN: TimeDelta = TimeDelta::hours(6);
/// So much of what was typed is shown back to its writer.
const TYPED_SHOWN_CHARS: usize = 60;

impl Turn<'_> {
    // ── By taps ─────────────────────────────────────────────────────────────────────────────────

    /// Where? Last used, its neighbours and the reporter's own sites first; or a zone's places.
    pub(super) async fn report_place(
        &mut self,
        zone: Option<Zone>,
        message: Option<i64>,
    ) -> Result<(), HandleError> {
        let first = self.first_places();
        let fallback = || self.house.gazetteer.zones().first().map(|rules| rules.zone.clone());
        let zone = zone.or_else(|| if first.is_empty() { fallback() } else { None });
        self.put(&Say::ReportPlace { first, zone }, message).await
    }

    fn first_places(&self) -> Vec<SiteCode> {
        let Some(person) = &self.person else { return Vec::new() };
        let gazetteer = &self.house.gazetteer;
        let last = person.last_place.iter().cloned();
        let near = person
            .last_place
            .as_ref()
            .and_then(|last| gazetteer.place(last))
            .map(|place| {
                let mut roads: Vec<_> = place.roads.iter().collect();
                roads.sort_by_key(|(_, minutes)| **minutes);
                roads.into_iter().map(|(code, _)| code.clone()).collect::<Vec<_>>()
            })
            .unwrap_or_default();
        let mut first: Vec<SiteCode> = Vec::new();
        for code in last.chain(person.sites.iter().cloned()).chain(near) {
            if first.len() < FIRST_PLACES_MAX
                && !first.contains(&code)
                && gazetteer.place(&code).is_some()
            {
                first.push(code);
            }
        }
        first
    }

    /// The place was tapped: what is seen there? Where the words it was asked about say it already,
    /// they are a sighting now.
    pub(super) async fn place_tapped(
        &mut self,
        place: SiteCode,
        message: Option<i64>,
        about: Option<Written>,
    ) -> Result<(), HandleError> {
        if self.house.gazetteer.place(&place).is_none() {
            return self.old_button().await;
        }
        if let Some(about) = self.still_about(about)
            && let Content::Text { text, .. } = &about.content
        {
            let read = reading::read(text, &self.house.gazetteer);
            if what(&read).is_some() {
                return self.text_sighting(&about, Some((place, None))).await;
            }
        }
        self.put(&Say::ReportWhat { place, role: self.role }, message).await
    }

    /// What is seen was tapped: how many vehicles? Where nothing is there, nothing is counted.
    pub(super) async fn what_tapped(
        &mut self,
        place: SiteCode,
        phase: Phase,
        message: Option<i64>,
        about: Option<Written>,
    ) -> Result<(), HandleError> {
        if let Some(about) = self.still_about(about.clone())
            && matches!(about.content, Content::Text { .. })
        {
            return self.text_sighting(&about, Some((place, Some(phase)))).await;
        }
        if phase.is_presence() {
            self.put(&Say::ReportVans { place, phase }, message).await
        } else {
            self.tapped_sighting((place, phase, HowMany::Unknown), message, about).await
        }
    }

    /// The last tap of three.
    pub(super) async fn tapped_sighting(
        &mut self,
        (place, phase, many): (SiteCode, Phase, HowMany),
        message: Option<i64>,
        about: Option<Written>,
    ) -> Result<(), HandleError> {
        let pinned =
            self.still_about(about).filter(|about| matches!(about.content, Content::Pin(_)));
        let report = Report {
            by: self.chat,
            role: self.role,
            place,
            phase,
            heading: None,
            observed_at: pinned.as_ref().map_or(self.now, |pin| pin.at),
            vans: many.vans(),
            vehicles: Vec::new(),
            source: Source::Direct,
            via: if pinned.is_some() { Via::Pin } else { Via::Taps },
            forward_of: None,
            said: None,
        };
        self.record(report, Vec::new(), message, None).await
    }

    fn still_about(&self, about: Option<Written>) -> Option<Written> {
        about.filter(|about| self.role.may_report() && self.now - about.at <= ABOUT_WITHIN)
    }

    // ── As text ─────────────────────────────────────────────────────────────────────────────────

    /// An observer's text. `settled` is what taps have settled since it was typed.
    pub(super) async fn text_sighting(
        &mut self,
        written: &Written,
        settled: Option<(SiteCode, Option<Phase>)>,
    ) -> Result<(), HandleError> {
        let Content::Text { text, forward_of } = &written.content else { return Ok(()) };
        let read = reading::read(text, &self.house.gazetteer);
        let (place, phase) = match settled {
            Some((place, phase)) => (Some(place), phase.or_else(|| what(&read))),
            None => (place_of(&read), what(&read)),
        };
        let Some(place) = place else {
            let typed = text.chars().take(TYPED_SHOWN_CHARS).collect();
            let suggestions = read.suggestions;
            return self.answer(&Say::AskPlace { typed, suggestions }, written.message).await;
        };
        let Some(phase) = phase else {
            let doubts = read.doubts;
            return self.answer(&Say::AskWhat { place, doubts }, written.message).await;
        };
        let observed_at = match self.when(&read, written.at) {
            Moment::At(at) => at,
            Moment::Unclear(typed) => return self.say(&Say::TimeUnclear { typed }).await,
            Moment::Future(at) => return self.say(&Say::TimeInFuture { at }).await,
        };
        let vans = read.vans();
        let report = Report {
            by: self.chat,
            role: self.role,
            place,
            phase,
            heading: read.heading,
            observed_at,
            vans,
            vehicles: read.vehicles,
            source: read.source,
            via: Via::Text,
            forward_of: forward_of.clone(),
            said: Some(text.clone()),
        };
        self.record(report, read.doubts, None, Some(written.message)).await
    }

    /// A text was changed after it was sent: what it said before is taken back, and what it says now
    /// is recorded beside it; nothing is overwritten (fault 22).
    pub(super) async fn text_changed(&mut self, written: &Written) -> Result<(), HandleError> {
        let (chat, now) = (self.chat, self.now);
        // A change counts from when it was made: it may have waited while we were away.
        let changed_at = written.changed_at.min(now);
        let span = (written.at, changed_at);
        let was = intake::of_text(self.tx, &self.house, chat, span, now).await?;
        let Some(was) = was else {
            if changed_at - written.at > intake::CORRECT_WITHIN {
                return self.answer(&Say::UndoTooLate, written.message).await;
            }
            return self.text_sighting(written, None).await;
        };
        intake::replace(self.tx, chat, &was.id, changed_at, now).await?;
        self.text_sighting(written, None).await?;
        coordination::reconsider(self.tx, &self.house, &was.zone, &Cause::Other, now).await?;
        Ok(())
    }

    fn when(&self, read: &Reading, written_at: DateTime<Utc>) -> Moment {
        let written_at = written_at.min(self.now);
        let clock = read.observed_at.or(read.window.map(|(_, until)| until));
        match (clock, read.minutes_ago) {
            _ if read.other_day => {
                Moment::Unclear(clock.map_or_else(String::new, |c| c.format("%H:%M").to_string()))
            }
            (Some(clock), _) => moment(clock, read.time_unclear, written_at, AHEAD_AT_MOST),
            (None, Some(ago)) => Moment::At(written_at - TimeDelta::minutes(i64::from(ago))),
            (None, None) => Moment::At(written_at),
        }
    }

    // ── As a pin ────────────────────────────────────────────────────────────────────────────────

    pub(super) async fn pin(&mut self, point: Point, message: i64) -> Result<(), HandleError> {
        let gazetteer = &self.house.gazetteer;
        let sound = point.lat.is_finite() && point.lon.is_finite();
        let near_town = gazetteer.zones().iter().any(|z| z.town.metres_to(point) <= AREA_METRES);
        if !(sound && near_town) {
            return self.say(&Say::PinOutside).await;
        }
        if let Some((place, metres)) = gazetteer.nearest(point)
            && metres <= PIN_SNAP_METRES
        {
            let say = Say::ReportWhat { place: place.code.clone(), role: self.role };
            return self.answer(&say, message).await;
        }
        let may_place = self.role.is_desk();
        let zone = gazetteer
            .zones()
            .iter()
            .min_by(|a, b| a.town.metres_to(point).total_cmp(&b.town.metres_to(point)))
            .map(|rules| rules.zone.clone());
        let suggestions = zone
            .map(|zone| gazetteer.sites_of(&zone).map(|place| place.code.clone()).collect())
            .unwrap_or_default();
        self.answer(&Say::PinNoSite { suggestions, may_place }, message).await
    }

    /// A coordinator says that the pin they sent is where a place is.
    pub(super) async fn place_at(
        &mut self,
        place: SiteCode,
        message: Option<i64>,
        about: Option<Written>,
    ) -> Result<(), HandleError> {
        let Some(Content::Pin(point)) = about.map(|about| about.content) else {
            return self.old_button().await;
        };
        if self.house.gazetteer.place(&place).is_none() {
            return self.old_button().await;
        }
        self.tx.point_set(&place, point, self.now).await?;
        let entry = serde_json::json!({ "place": place, "role": self.role });
        self.tx.journal_append("point_set", &entry, self.now).await?;
        self.hands.places.set_point(&place, point);
        self.put(&Say::PointSet { place }, message).await
    }

    // ── Recorded ────────────────────────────────────────────────────────────────────────────────

    pub(super) async fn record(
        &mut self,
        report: Report,
        doubts: Vec<String>,
        message: Option<i64>,
        answered: Option<i64>,
    ) -> Result<(), HandleError> {
        let received = receive(self.tx, &self.house, report, self.now).await?;
        self.recorded(received, doubts, message, answered).await
    }

    /// Says what became of a report. "Received" goes out with the same commit as the sighting.
    pub(super) async fn recorded(
        &mut self,
        received: Received,
        doubts: Vec<String>,
        message: Option<i64>,
        answered: Option<i64>,
    ) -> Result<(), HandleError> {
        let (sighting, effect) = match received {
            Received::TooMany => return self.say(&Say::TooMany).await,
            Received::UnknownPlace => return self.old_button().await,
            Received::Recorded { sighting, effect } => (*sighting, effect),
        };
        self.remember_place(&sighting.place).await?;
        let say = if self.role == Role::Contact {
            Say::Received {
                sighting: sighting.id,
                place: sighting.place,
                phase: sighting.phase,
                at: sighting.received_at,
                undo: true,
            }
        } else {
            Say::Understood(Understood {
                sighting: sighting.id,
                place: sighting.place,
                phase: sighting.phase,
                heading: sighting.heading,
                observed_at: sighting.observed_at,
                vans: sighting.vans,
                vehicles: sighting.vehicles,
                doubts,
                effect,
                undo: true,
            })
        };
        match answered {
            Some(to) => self.answer(&say, to).await,
            None => self.put(&say, message).await,
        }
    }

    async fn remember_place(&mut self, place: &SiteCode) -> Result<(), HandleError> {
        if let Some(mut person) = self.person.clone()
            && person.last_place.as_ref() != Some(place)
        {
            person.last_place = Some(place.clone());
            self.save(person).await?;
        }
        Ok(())
    }
}

/// What the text says is happening: as said, or, where vehicles are told of at a place, that they
/// are there.
fn what(read: &Reading) -> Option<Phase> {
    let seen = !read.vehicles.is_empty() || !read.people.is_empty();
    read.phase.or_else(|| seen.then_some(Phase::OnSite))
}

/// On the way, the place it is heading for stands for the place it is at.
fn place_of(read: &Reading) -> Option<SiteCode> {
    read.site.clone().or_else(|| read.heading.clone())
}
