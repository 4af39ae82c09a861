//! Which sites a resident wants warnings for.
use super::Turn;
use crate::domain::site::{PlaceKind, SiteCode, Zone};
use crate::speech::say::Say;
use crate::telegram::inbox::HandleError;

impl Turn<'_> {
    /// Shows the sites of a zone: the one asked for, else that of the first chosen site, else the
    /// first.
    pub(super) async fn choose_sites(
        &mut self,
        zone: Option<Zone>,
        message: Option<i64>,
    ) -> Result<(), HandleError> {
        let chosen = self.person.as_ref().map(|p| p.sites.clone()).unwrap_or_default();
        let gazetteer = &self.house.gazetteer;
        let own = || chosen.first().and_then(|site| gazetteer.place(site)).map(|p| p.zone.clone());
        let first = || gazetteer.zones().first().map(|rules| rules.zone.clone());
        let Some(zone) = zone.or_else(own).or_else(first) else {
            return Err(HandleError::Defect("the gazetteer has no zone"));
        };
        self.put(&Say::ChooseSites { zone, chosen }, message).await
    }

    /// Chooses a site, or takes the choice back.
    pub(super) async fn toggle_site(
        &mut self,
        site: SiteCode,
        message: Option<i64>,
    ) -> Result<(), HandleError> {
        let place = self.house.gazetteer.place(&site).filter(|p| p.kind == PlaceKind::Site);
        let (Some(zone), Some(mut person)) = (place.map(|p| p.zone.clone()), self.person.clone())
        else {
            return self.old_button().await;
        };
        let added = match person.sites.iter().position(|chosen| *chosen == site) {
            Some(at) => {
                person.sites.remove(at);
                false
            }
            None => {
                person.sites.push(site.clone());
                true
            }
        };
        self.save(person).await?;
        self.choose_sites(Some(zone), message).await?;
        if added { self.present_state(&site).await } else { Ok(()) }
    }

    /// The choice is done.
    pub(super) async fn sites_done(&mut self, message: Option<i64>) -> Result<(), HandleError> {
        let Some(person) = self.person.clone() else { return self.old_button().await };
        if person.sites.is_empty() {
            return self.put(&Say::NoSites, message).await;
        }
        self.put(&Say::Welcome { sites: person.sites }, message).await
    }
}
