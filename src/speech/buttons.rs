//! Keyboards: rows of buttons, each carrying one whole step.
use super::words::Words;
use crate::domain::person::Role;
use crate::domain::sighting::Phase;
use crate::domain::site::{SiteCode, Zone};
use crate::domain::tap::{ETA_MINUTES, FollowTap, HowMany, Tap};

/// Two buttons share a row when both labels are at most this many characters: longer ones would be
/// cut on a small telephone.
const HALF_ROW_CHARS: usize = 16;

/// One button under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it shows: plain text, without isolates.
    pub label: String,
    /// What it says when tapped.
    pub tap: Tap,
}

impl Button {
    /// The callback data Telegram carries.
    pub fn data(&self) -> String {
        self.tap.encode()
    }
}

/// Rows of buttons.
pub(super) type Rows = Vec<Vec<Button>>;

impl Words<'_> {
    /// A button whose label is a message without slots.
    pub(super) fn button(&self, id: &str, tap: Tap) -> Button {
        Button { label: self.label(id, &[]), tap }
    }

    fn place_button(&self, code: &SiteCode, tap: Tap) -> Button {
        Button { label: self.place_label(code), tap }
    }

    /// One button a language, each in its own script.
    pub(super) fn language_buttons(&self, languages: &[&super::Language]) -> Rows {
        in_pairs(
            languages
                .iter()
                .map(|language| Button {
                    label: language.name.clone(),
                    tap: Tap::Language(language.lang),
                })
                .collect(),
        )
    }

    /// The zone's sites, the chosen ones ticked, then the other zones, then *done*.
    pub(super) fn site_buttons(&self, zone: &Zone, chosen: &[SiteCode]) -> Rows {
        let sites = self.scene.gazetteer.sites_of(zone).map(|site| {
            let mut button = self.place_button(&site.code, Tap::ToggleSite(site.code.clone()));
            if chosen.contains(&site.code) {
                button.label = format!("✅ {}", button.label);
            }
            button
        });
        let mut rows = in_pairs(sites.collect());
        rows.extend(in_pairs(self.zone_buttons(Some(zone), Tap::Sites)));
        rows.push(vec![self.button("btn-done", Tap::SitesDone)]);
        rows
    }

    fn zone_buttons(&self, except: Option<&Zone>, tap: impl Fn(Zone) -> Tap) -> Vec<Button> {
        self.scene
            .gazetteer
            .zones()
            .iter()
            .filter(|rules| Some(&rules.zone) != except)
            .map(|rules| Button {
                label: format!("🗺️ {}", self.zone(&rules.zone)),
                tap: tap(rules.zone.clone()),
            })
            .collect()
    }

    /// The zone a reader who has chosen nothing is shown first.
    pub(super) fn first_zone(&self) -> Option<Zone> {
        self.scene.gazetteer.zones().first().map(|rules| rules.zone.clone())
    }

    /// *Choose places*, where there are any.
    pub(super) fn choose_button(&self) -> Vec<Button> {
        self.first_zone()
            .map(|zone| self.button("btn-choose-sites", Tap::Sites(zone)))
            .into_iter()
            .collect()
    }

    /// What a reader of this role can do next.
    pub(super) fn next_buttons(&self, role: Role) -> Rows {
        let mut rows = Rows::new();
        if role.may_report() {
            rows.push(vec![self.button("btn-report", Tap::Report)]);
        }
        rows.push(self.choose_button());
        rows
    }

    /// The same, and for residents the end of all warnings. It never stands under a message that
    /// asks to press a button: a sleepy finger would silence what it meant to mend.
    pub(super) fn fresh_buttons(&self, role: Role) -> Rows {
        let mut rows = self.next_buttons(role);
        if !role.may_report() {
            rows.push(vec![self.button("btn-stop", Tap::Stop)]);
        }
        rows
    }

    /// Where police are seen: a few likely places and the zones, or all places of one zone.
    pub(super) fn report_place_buttons(&self, first: &[SiteCode], zone: Option<&Zone>) -> Rows {
        let tap = Tap::ReportPlace;
        let places: Vec<Button> = match zone {
            Some(zone) => self
                .scene
                .gazetteer
                .places()
                .iter()
                .filter(|place| place.zone == *zone)
                .map(|place| self.place_button(&place.code, tap(place.code.clone())))
                .collect(),
            None => first.iter().map(|code| self.place_button(code, tap(code.clone()))).collect(),
        };
        let mut rows = in_pairs(places);
        rows.extend(in_pairs(self.zone_buttons(zone, Tap::ReportZone)));
        rows
    }

    /// One button for each thing that can be seen.
    pub(super) fn phase_buttons(&self, phases: &[Phase], tap: impl Fn(Phase) -> Tap) -> Rows {
        in_pairs(
            phases.iter().map(|phase| self.button(phase_button(*phase), tap(*phase))).collect(),
        )
    }

    /// How many vehicles.
    pub(super) fn many_buttons(&self, place: &SiteCode, phase: Phase) -> Rows {
        let many = HowMany::ALL.into_iter().map(|many| {
            let id = match many {
                HowMany::Few => "btn-few",
                HowMany::Some => "btn-some",
                HowMany::Many => "btn-many",
                HowMany::Unknown => "btn-not-sure",
            };
            self.button(id, Tap::ReportVans(place.clone(), phase, many))
        });
        in_pairs(many.collect())
    }

    /// Places offered to correct or to complete something.
    pub(super) fn suggestion_buttons(
        &self,
        places: &[SiteCode],
        tap: impl Fn(SiteCode) -> Tap,
    ) -> Rows {
        in_pairs(places.iter().map(|code| self.place_button(code, tap(code.clone()))).collect())
    }

    /// "I follow", in so many minutes.
    pub(super) fn going_buttons(&self, convoy: &crate::domain::id::ConvoyId) -> Vec<Button> {
        ETA_MINUTES
            .into_iter()
            .map(|minutes| Button {
                label: self.label("btn-going", &[("minutes", minutes.into())]),
                tap: Tap::Follow(convoy.clone(), FollowTap::Going(minutes)),
            })
            .collect()
    }
}

/// The message that labels the button of a phase, in the words of the one who saw it.
pub(super) fn phase_button(phase: Phase) -> &'static str {
    match phase {
        Phase::Forming => "btn-forming",
        Phase::Moving => "btn-moving",
        Phase::Passing => "btn-passing",
        Phase::OnSite => "btn-on-site",
        Phase::Left => "btn-left",
        Phase::Lost => "btn-lost",
        Phase::Found => "btn-found",
        Phase::Split => "btn-split",
        Phase::Nothing => "btn-nothing",
    }
}

/// Two a row where both are short, else one a row, in the given order.
pub(super) fn in_pairs(buttons: Vec<Button>) -> Rows {
    let short = |button: &Button| button.label.chars().count() <= HALF_ROW_CHARS;
    let mut rows = Rows::new();
    for button in buttons {
        match rows.last_mut() {
            Some(row) if row.len() == 1 && short(&row[0]) && short(&button) => row.push(button),
            _ => rows.push(vec![button]),
        }
    }
    rows
}
