//! What people tap. The role is checked here for every button, again at every tap.
use super::Turn;
use crate::coordination::Act;
use crate::domain::person::Role;
use crate::domain::tap::Tap;
use crate::intake::{self, Corrected, Correction, TakenBack};
use crate::speech::say::{Say, SureAct};
use crate::telegram::inbox::HandleError;
use crate::telegram::schema::Written;

impl Turn<'_> {
    pub(super) async fn tapped(
        &mut self,
        tap: Option<Tap>,
        message: Option<i64>,
        about: Option<Written>,
    ) -> Result<(), HandleError> {
        let Some(tap) = tap else { return self.old_button().await };
        if self.role < least(&tap) {
            return self.not_yours(&tap).await;
        }
        match tap {
            Tap::Language(lang) => self.language(lang, message).await,
            Tap::Sites(zone) => self.choose_sites(Some(zone), message).await,
            Tap::ToggleSite(site) => self.toggle_site(site, message).await,
            Tap::SitesDone => self.sites_done(message).await,
            Tap::Stop if self.role > Role::Resident => {
                self.put(&Say::StopSure { role: self.role }, message).await
            }
            Tap::Stop | Tap::StopSure => self.stop_now().await,
            Tap::Renew => self.renewed(message).await,
            Tap::Never => self.put(&Say::Help { role: self.role }, message).await,
            Tap::Report => self.report_place(None, message).await,
            Tap::ReportZone(zone) => self.report_place(Some(zone), message).await,
            Tap::ReportPlace(place) => self.place_tapped(place, message, about).await,
            Tap::ReportWhat(place, phase) => self.what_tapped(place, phase, message, about).await,
            Tap::ReportVans(place, phase, many) => {
                self.tapped_sighting((place, phase, many), message, about).await
            }
            Tap::Mirror(no, lang, zone) => self.mirror((no, lang, zone), message).await,
            Tap::MirrorAsk(no) => self.about_mirror(no, false).await,
            Tap::MirrorEnd(no) => self.about_mirror(no, true).await,
            Tap::MirrorEndSure(no) => self.mirror_ends(no, message).await,
            Tap::PlaceAt(place) => self.place_at(place, message, about).await,
            Tap::Undo(_)
            | Tap::FixPlace(_)
            | Tap::FixPlaceTo(..)
            | Tap::FixWhat(_)
            | Tap::FixWhatTo(..) => self.own_sighting(tap, message).await,
            Tap::Follow(convoy, step) => self.follow(convoy, step).await,
            Tap::Confirm(id) => self.act(Act::Confirm(id), message).await,
            Tap::NotTrue(id) => self.act(Act::NotTrue(id), message).await,
            Tap::Same(id) => self.act(Act::Same(id), message).await,
            Tap::NotSame(id) => self.act(Act::NotSame(id), message).await,
            Tap::Ended(id) => self.sure(SureAct::Ended(id)).await,
            Tap::Retract(id) => self.sure(SureAct::Retract(id)).await,
            Tap::EndedSure(id) => self.act(Act::Ended(id), message).await,
            Tap::RetractSure(id) => self.act(Act::Retract(id), message).await,
        }
    }

    /// A button that means nothing any more: said so, with fresh ones.
    pub(super) async fn old_button(&mut self) -> Result<(), HandleError> {
        self.audit("old_button").await?;
        match &self.person {
            Some(_) => self.say(&Say::OldButton { role: self.role }).await,
            None => self.say(&Say::ChooseLanguage).await,
        }
    }

    /// A button of another role: it has no effect, and leaves a line in the journal.
    async fn not_yours(&mut self, tap: &Tap) -> Result<(), HandleError> {
        tracing::info!(role = self.role.code(), least = least(tap).code(), "a tap was refused");
        self.audit("tap_refused").await?;
        match &self.person {
            Some(person) if person.role > self.role => {
                self.say(&Say::RoleEnded { role: person.role }).await
            }
            Some(_) => self.say(&Say::NotYours).await,
            None => self.say(&Say::ChooseLanguage).await,
        }
    }

    async fn audit(&mut self, what: &str) -> Result<(), HandleError> {
        let entry = serde_json::json!({ "role": self.role });
        self.tx.journal_append(what, &entry, self.now).await?;
        Ok(())
    }

    async fn renewed(&mut self, message: Option<i64>) -> Result<(), HandleError> {
        let Some(mut person) = self.person.clone() else { return self.old_button().await };
        person.renewed_at = self.now;
        self.save(person).await?;
        self.put(&Say::Renewed, message).await
    }

    /// Taking back or correcting one's own report.
    async fn own_sighting(&mut self, tap: Tap, message: Option<i64>) -> Result<(), HandleError> {
        let by = (self.chat, self.role);
        let (id, correction) = match tap {
            Tap::Undo(id) => {
                let taken =
                    intake::take_back(self.tx, &self.house, self.chat, &id, self.now).await?;
                return match taken {
                    TakenBack::Done(was) => {
                        self.put(&Say::Undone { place: was.place }, message).await
                    }
                    refused => self.cannot_take_back(&refused).await,
                };
            }
            Tap::FixPlace(id) => {
                let suggestions = self.tx.sighting(&id).await?.map(|s| {
                    self.house.gazetteer.sites_of(&s.zone).map(|p| p.code.clone()).collect()
                });
                let Some(suggestions) = suggestions else { return self.old_button().await };
                return self.put(&Say::FixPlace { sighting: id, suggestions }, message).await;
            }
            Tap::FixWhat(id) => {
                let Some(was) = self.tx.sighting(&id).await? else {
                    return self.old_button().await;
                };
                return self.put(&Say::FixWhat { sighting: id, place: was.place }, message).await;
            }
            Tap::FixPlaceTo(id, place) => (id, Correction::Place(place)),
            Tap::FixWhatTo(id, phase) => (id, Correction::Phase(phase)),
            _ => return self.old_button().await,
        };
        match intake::correct(self.tx, &self.house, by, &id, correction, self.now).await? {
            Corrected::Done(received) => self.recorded(received, Vec::new(), message, None).await,
            Corrected::Refused(refused) => self.cannot_take_back(&refused).await,
        }
    }

    async fn cannot_take_back(&mut self, refused: &TakenBack) -> Result<(), HandleError> {
        match refused {
            TakenBack::TooLate => self.say(&Say::UndoTooLate).await,
            TakenBack::NotYours | TakenBack::Done(_) => self.old_button().await,
        }
    }
}

/// The least role a button needs.
fn least(tap: &Tap) -> Role {
    match tap {
        Tap::Language(_)
        | Tap::Sites(_)
        | Tap::ToggleSite(_)
        | Tap::SitesDone
        | Tap::Stop
        | Tap::StopSure
        | Tap::Renew
        | Tap::Never => Role::Resident,
        Tap::Report
        | Tap::ReportZone(_)
        | Tap::ReportPlace(_)
        | Tap::ReportWhat(..)
        | Tap::ReportVans(..)
        | Tap::Undo(_)
        | Tap::FixPlace(_)
        | Tap::FixPlaceTo(..)
        | Tap::FixWhat(_)
        | Tap::FixWhatTo(..) => Role::Contact,
        Tap::Follow(..) => Role::Observer,
        Tap::Confirm(_)
        | Tap::NotTrue(_)
        | Tap::Same(_)
        | Tap::NotSame(_)
        | Tap::Ended(_)
        | Tap::EndedSure(_)
        | Tap::Retract(_)
        | Tap::RetractSure(_)
        | Tap::Mirror(..)
        | Tap::MirrorAsk(_)
        | Tap::MirrorEnd(_)
        | Tap::MirrorEndSure(_)
        | Tap::PlaceAt(_) => Role::Coordinator,
    }
}
