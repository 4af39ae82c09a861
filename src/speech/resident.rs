//! What residents and contacts are told, in every language, with the buttons under it.
use super::buttons::Rows;
use super::say::Say;
use super::time;
use super::words::Words;
use crate::domain::person::Role;
use crate::domain::sighting::Phase;
use crate::domain::tap::Tap;

/// What a contact can say was seen: fewer and plainer than the team's.
const CONTACT_PHASES: [Phase; 7] = [
    Phase::OnSite,
    Phase::Moving,
    Phase::Passing,
    Phase::Forming,
    Phase::Left,
    Phase::Lost,
    Phase::Nothing,
];

impl Words<'_> {
    /// The text and buttons of what is said to residents and contacts.
    pub(super) fn tell_resident(&self, say: &Say) -> (String, Rows) {
        match say {
            Say::Alert(text) => (self.alert(text), Rows::new()),
            Say::ChooseSites { zone, chosen } => {
                (self.html("choose-sites", &[]), self.site_buttons(zone, chosen))
            }
            Say::Welcome { sites } => self.welcome(sites),
            Say::NoSites => (self.html("no-sites", &[]), vec![self.choose_button()]),
            Say::Stopped => (
                self.html("stopped", &[]),
                vec![vec![self.button("btn-come-back", Tap::Language(self.reader.lang))]],
            ),
            Say::StopSure { .. } => (
                self.html("stop-sure", &[]),
                vec![
                    vec![self.button("btn-stop-sure", Tap::StopSure)],
                    vec![self.button("btn-no", Tap::Never)],
                ],
            ),
            Say::Privacy => {
                (self.html("privacy", &[]), vec![vec![self.button("btn-stop", Tap::Stop)]])
            }
            Say::Help { role } => self.help(*role),
            Say::NotReceived => (self.all(["not-received"], &[self.call_now_or_again()]), vec![]),
            Say::OldButton { role } => {
                (self.all(["old-button", press(*role)], &[]), self.next_buttons(*role))
            }
            Say::TextNotRead { role } => self.not_taken("text-not-read", *role),
            Say::KindNotTaken { role } => self.not_taken("kind-not-taken", *role),
            Say::ContactNotKept => (self.html("contact-not-kept", &[]), vec![]),
            Say::RenewAsk => (
                self.html("renew-ask", &[]),
                vec![
                    vec![self.button("btn-renew", Tap::Renew)],
                    vec![self.button("btn-stop", Tap::Stop)],
                ],
            ),
            Say::Renewed => (self.html("renewed", &[]), vec![]),
            Say::TooMany => (self.all(["too-many"], &self.call_us()), vec![]),
            Say::InviteNotValid => (self.html("invite-not-valid", &[]), vec![]),
            Say::NotYours => (self.html("not-yours", &[]), vec![]),
            Say::Enrolled { until, .. } => (
                self.html("enrolled-contact", &[("until", time::day(*until).into())]),
                vec![vec![self.button("btn-report", Tap::Report)]],
            ),
            Say::RoleEnds { until, .. } => {
                (self.html("role-ends-contact", &[("until", time::day(*until).into())]), vec![])
            }
            Say::RoleEnded { .. } => (self.html("role-ended-contact", &[]), vec![]),
            _ => self.of_a_report(say),
        }
    }

    /// The steps of a report by taps.
    fn of_a_report(&self, say: &Say) -> (String, Rows) {
        match say {
            Say::ReportPlace { first, zone } => {
                (self.html("report-place", &[]), self.report_place_buttons(first, zone.as_ref()))
            }
            Say::ReportWhat { place, role } => {
                let phases: &[Phase] = if role.is_team() { &Phase::ALL } else { &CONTACT_PHASES };
                let mut rows =
                    self.phase_buttons(phases, |phase| Tap::ReportWhat(place.clone(), phase));
                rows.push(vec![self.button("btn-other-place", Tap::Report)]);
                (self.html("report-what", &[("place", self.place(place).into())]), rows)
            }
            Say::ReportVans { place, phase } => {
                (self.html("how-many", &[]), self.many_buttons(place, *phase))
            }
            Say::Received { sighting, place, at, undo, .. } => {
                let text = self.html(
                    "received",
                    &[("place", self.place(place).into()), ("time", self.clock(*at))],
                );
                let undo = undo.then(|| self.button("btn-undo", Tap::Undo(sighting.clone())));
                (text, vec![undo.into_iter().collect()])
            }
            Say::Undone { place } => {
                (self.html("undone", &[("place", self.place(place).into())]), vec![])
            }
            Say::UndoTooLate => (self.all(["undo-too-late"], &self.call_us()), vec![]),
            Say::PinNoSite { suggestions, .. } => {
                let mut rows = self.suggestion_buttons(suggestions, Tap::ReportPlace);
                rows.push(vec![self.button("btn-other-place", Tap::Report)]);
                (self.html("pin-no-site", &[]), rows)
            }
            // Whatever is left is the pin from far away; a team message cannot come here, because
            // `Speech::render` has sent it to the team's words.
            _ => (self.html("pin-outside", &[]), vec![]),
        }
    }

    fn welcome(&self, sites: &[crate::domain::site::SiteCode]) -> (String, Rows) {
        let mut text = self.html("welcome", &[("sites", self.places(sites).into())]);
        text.push('\n');
        text.push_str(&self.html("convoy-means", &[]));
        let rows = vec![self.choose_button(), vec![self.button("btn-stop", Tap::Stop)]];
        (text, rows)
    }

    /// What this is, who we are, what the reader can do here, whom to call.
    pub(super) fn help(&self, role: Role) -> (String, Rows) {
        let purpose = match role {
            Role::Resident => "help-resident",
            Role::Contact => "help-contact",
            Role::Observer => "help-observer",
            Role::Coordinator | Role::Admin => "help-desk",
        };
        let text = self.all([purpose, "who-we-are", "convoy-means"], &self.call_us());
        (text, self.fresh_buttons(role))
    }

    fn not_taken(&self, id: &str, role: Role) -> (String, Rows) {
        (self.all([id, press(role)], &self.call_us()), self.next_buttons(role))
    }

    /// "If you need help, call …", where there is a number.
    fn call_us(&self) -> Vec<String> {
        self.phone()
            .map(|phone| self.html("call-us", &[("phone", phone.into())]))
            .into_iter()
            .collect()
    }

    /// "Please call …: volunteers answer"; without a number, "try again".
    fn call_now_or_again(&self) -> String {
        match self.phone() {
            Some(phone) => self.html("call-now", &[("phone", phone.into())]),
            None => self.html("try-again", &[]),
        }
    }

    /// The number without spaces: within a line from right to left, groups of digits would change
    /// places.
    fn phone(&self) -> Option<String> {
        let number: String =
            self.scene.phone?.chars().filter(|letter| !letter.is_whitespace()).collect();
        (!number.is_empty()).then_some(number)
    }

    /// Messages without slots and ready lines, one below the other.
    pub(super) fn all<const N: usize>(&self, ids: [&str; N], lines: &[String]) -> String {
        ids.iter()
            .map(|id| self.html(id, &[]))
            .chain(lines.iter().cloned())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Which button to press: named, because the one meant is not always the lowest.
fn press(role: Role) -> &'static str {
    if role.may_report() { "press-report" } else { "press-choose" }
}
