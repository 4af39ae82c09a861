//! What the team is told, in French and English, with the buttons under it. The convoy's card is
//! `card_text`'s.
use super::alert_text::{first_line_bold, thread_number};
use super::buttons::{Rows, phase_button};
use super::say::{DeskAct, Effect, Question, Say, SureAct, Understood};
use super::time;
use super::words::{FSI, PDI, Slot, Words, typed};
use crate::domain::person::Role;
use crate::domain::sighting::{Crew, Phase, Qualifier, Vehicle, VehicleCount};
use crate::domain::site::SiteCode;
use crate::domain::tap::{FollowTap, Tap};

/// At most this many doubts are shown back: more would bury what was understood.
const DOUBTS_SHOWN_MAX: usize = 6;

impl Words<'_> {
    /// The text and buttons of what is said to the team.
    pub(super) fn tell_team(&self, say: &Say) -> (String, Rows) {
        match say {
            Say::Card(view) => self.card(view),
            Say::Understood(understood) => self.understood(understood),
            Say::Question(question) => self.question(question),
            Say::Enrolled { role, tag, until } => (
                self.html(
                    "enrolled-team",
                    &[
                        ("role", self.role(*role).into()),
                        ("tag", (*tag).into()),
                        ("until", time::day(*until).into()),
                    ],
                ),
                vec![vec![self.button("btn-report", Tap::Report)]],
            ),
            Say::Done { what, place } => (self.with_place(done(*what), place.as_ref()), vec![]),
            Say::Sure { what, place } => {
                let (id, tap) = match what {
                    SureAct::Ended(convoy) => ("sure-ended", Tap::EndedSure(convoy.clone())),
                    SureAct::Retract(visit) => ("sure-retract", Tap::RetractSure(visit.clone())),
                };
                (
                    self.with_place(id, place.as_ref()),
                    vec![vec![self.button("btn-sure", tap), self.button("btn-no", Tap::Never)]],
                )
            }
            Say::AllWell { convoy, place } => {
                let step = |id, tap| vec![self.button(id, Tap::Follow(convoy.clone(), tap))];
                (
                    self.html("all-well", &[("place", self.place(place).into())]),
                    vec![
                        step("btn-there", FollowTap::There),
                        step("btn-lost-it", FollowTap::LostIt),
                        step("btn-hand-over", FollowTap::HandOver),
                    ],
                )
            }
            Say::NobodyFollows { convoy, place, minutes } => (
                self.html(
                    "nobody-follows",
                    &[("place", self.place(place).into()), ("minutes", (*minutes).into())],
                ),
                vec![
                    self.going_buttons(convoy),
                    vec![self.button("btn-cannot", Tap::Follow(convoy.clone(), FollowTap::Cannot))],
                ],
            ),
            _ => match self.notice(say) {
                Some(text) => (text, vec![]),
                None => self.asked_back(say),
            },
        }
    }

    /// What the team is told and can only take note of.
    fn notice(&self, say: &Say) -> Option<String> {
        let text = match say {
            Say::RoleEnds { role, until } => self.html(
                "role-ends-team",
                &[("role", self.role(*role).into()), ("until", time::day(*until).into())],
            ),
            Say::RoleEnded { role } => {
                self.html("role-ended-team", &[("role", self.role(*role).into())])
            }
            Say::AlreadyDecided { role, tag, at } => self.html(
                "already-decided",
                &[
                    ("role", self.role(*role).into()),
                    ("tag", (*tag).into()),
                    ("time", self.clock(*at)),
                ],
            ),
            Say::LateSummary { count, from, until } => self.html(
                "late-summary",
                &[
                    ("count", (*count).into()),
                    ("from", self.clock(*from)),
                    ("until", self.clock(*until)),
                ],
            ),
            Say::CannotKeep => self.html("cannot-keep", &[]),
            Say::Restored { until, ended } => self.html(
                "restored",
                &[
                    ("day", time::day(*until).into()),
                    ("time", self.clock(*until)),
                    ("count", (*ended).into()),
                ],
            ),
            Say::RingLimit { site } => {
                self.html("ring-limit", &[("site", self.place(site).into())])
            }
            Say::NoConvoys => self.html("no-convoys", &[]),
            Say::Broadcast(line) => self.broadcast(line),
            Say::CardGone { no, place } => first_line_bold(&self.html(
                "card-gone",
                &[("no", thread_number(*no).into()), ("place", self.place(place).into())],
            )),
            _ => return None,
        };
        Some(text)
    }

    /// What the team is asked about something it sent.
    fn asked_back(&self, say: &Say) -> (String, Rows) {
        let all_places = || vec![self.button("btn-all-places", Tap::Report)];
        match say {
            Say::AskPlace { typed: text, suggestions } => {
                let mut rows = self.suggestion_buttons(suggestions, Tap::ReportPlace);
                rows.push(all_places());
                (self.html("ask-place", &[("typed", typed(text).into())]), rows)
            }
            Say::AskWhat { place, doubts } => {
                let mut lines =
                    vec![self.html("report-what", &[("place", self.place(place).into())])];
                lines.extend(self.doubts(doubts));
                (lines.join("\n"), self.team_phases(|phase| Tap::ReportWhat(place.clone(), phase)))
            }
            Say::ReportWhat { place, .. } => {
                let mut rows = self.team_phases(|phase| Tap::ReportWhat(place.clone(), phase));
                rows.push(vec![self.button("btn-other-place", Tap::Report)]);
                (self.html("report-what", &[("place", self.place(place).into())]), rows)
            }
            Say::FixPlace { sighting, suggestions } => (
                self.html("fix-place", &[]),
                self.suggestion_buttons(suggestions, |site| {
                    Tap::FixPlaceTo(sighting.clone(), site)
                }),
            ),
            Say::FixWhat { sighting, place } => (
                self.html("fix-what", &[("place", self.place(place).into())]),
                self.team_phases(|phase| Tap::FixWhatTo(sighting.clone(), phase)),
            ),
            Say::TimeUnclear { typed: text } => {
                (self.html("time-unclear", &[("typed", typed(text).into())]), vec![])
            }
            Say::TimeInFuture { at } => {
                (self.html("time-in-future", &[("time", self.clock(*at))]), vec![])
            }
            Say::PinNoSite { suggestions, .. } => {
                let mut rows = self.suggestion_buttons(suggestions, Tap::ReportPlace);
                rows.extend(suggestions.iter().map(|code| {
                    let mut button = self.button("btn-place-at", Tap::PlaceAt(code.clone()));
                    button.label =
                        self.label("btn-place-at", &[("place", self.place(code).into())]);
                    vec![button]
                }));
                rows.push(all_places());
                (self.html("pin-no-site-desk", &[]), rows)
            }
            Say::PointSet { place } => {
                (self.html("point-set", &[("place", self.place(place).into())]), vec![])
            }
            // Everything else is said in every language, and `Speech::render` has sent it there.
            _ => self.tell_resident(say),
        }
    }

    fn team_phases(&self, tap: impl Fn(Phase) -> Tap) -> Rows {
        self.phase_buttons(&Phase::ALL, tap)
    }

    fn understood(&self, seen: &Understood) -> (String, Rows) {
        let head = self.html(
            "understood",
            &[
                ("place", self.place(&seen.place).into()),
                ("what", self.what(seen.phase).into()),
                ("time", self.clock(seen.observed_at)),
            ],
        );
        let mut lines = vec![first_line_bold(&head)];
        if let Some(heading) = &seen.heading {
            lines.push(self.html("heading", &[("place", self.place(heading).into())]));
        }
        if !seen.vehicles.is_empty() {
            let told: Vec<String> = seen.vehicles.iter().map(|v| self.vehicle(v)).collect();
            lines.push(self.html("vehicles", &[("list", told.join(", ").into())]));
        } else if let Some(vans) = seen.vans {
            lines.push(self.strength(vans));
        }
        lines.extend(self.doubts(&seen.doubts));
        lines.push(self.html(effect(seen.effect), &[]));
        let mut rows = Rows::new();
        if seen.undo {
            rows.push(vec![self.button("btn-undo", Tap::Undo(seen.sighting.clone()))]);
        }
        rows.push(vec![
            self.button("btn-fix-place", Tap::FixPlace(seen.sighting.clone())),
            self.button("btn-fix-what", Tap::FixWhat(seen.sighting.clone())),
        ]);
        (lines.join("\n"), rows)
    }

    fn doubts(&self, doubts: &[String]) -> Option<String> {
        let shown: Vec<String> = doubts
            .iter()
            .take(DOUBTS_SHOWN_MAX)
            .map(|doubt| format!("{FSI}{}{PDI}", typed(doubt)))
            .collect();
        (!shown.is_empty())
            .then(|| self.html("not-understood", &[("words", shown.join(" · ").into())]))
    }

    fn question(&self, question: &Question) -> (String, Rows) {
        let same_or_not = |sighting: &crate::domain::id::SightingId| {
            vec![
                vec![self.button("btn-same", Tap::Same(sighting.clone()))],
                vec![self.button("btn-not-same", Tap::NotSame(sighting.clone()))],
            ]
        };
        match question {
            Question::SameConvoy { sighting, place, observed_at, rival_place, rival_seen, why } => {
                let head = self.two_places(
                    "question-same",
                    (place, *observed_at),
                    (rival_place, *rival_seen),
                );
                let text = format!("{}\n{}", first_line_bold(&head), self.why(why));
                (text, same_or_not(sighting))
            }
            Question::PossibleSplit { sighting, place, observed_at, other_place, other_seen } => (
                first_line_bold(&self.two_places(
                    "question-split",
                    (place, *observed_at),
                    (other_place, *other_seen),
                )),
                same_or_not(sighting),
            ),
            Question::BackOrStayed { sighting, place, observed_at, left_at } => (
                first_line_bold(&self.html(
                    "question-back",
                    &[
                        ("place", self.place(place).into()),
                        ("time", self.clock(*observed_at)),
                        ("left", self.clock(*left_at)),
                    ],
                )),
                same_or_not(sighting),
            ),
        }
    }

    fn two_places(
        &self,
        id: &str,
        (place, at): (&SiteCode, chrono::DateTime<chrono::Utc>),
        (other, other_at): (&SiteCode, chrono::DateTime<chrono::Utc>),
    ) -> String {
        self.html(
            id,
            &[
                ("place", self.place(place).into()),
                ("time", self.clock(at)),
                ("other", self.place(other).into()),
                ("othertime", self.clock(other_at)),
            ],
        )
    }

    /// A message, then the place it is about, where there is one.
    fn with_place(&self, id: &str, place: Option<&SiteCode>) -> String {
        let head = self.html(id, &[]);
        match place {
            Some(code) => format!(
                "{head}\n{}",
                self.html("place-line", &[("place", self.place(code).into())])
            ),
            None => head,
        }
    }

    fn role(&self, role: Role) -> String {
        self.label(
            match role {
                Role::Resident => "role-resident",
                Role::Contact => "role-contact",
                Role::Observer => "role-observer",
                Role::Coordinator => "role-coordinator",
                Role::Admin => "role-admin",
            },
            &[],
        )
    }

    /// What was seen, in the words of its button.
    pub(super) fn what(&self, phase: Phase) -> String {
        self.label(phase_button(phase), &[])
    }

    /// Some vehicles of one crew: "CRS : 10 fourgons".
    fn vehicle(&self, told: &VehicleCount) -> String {
        let kind = [("n", Slot::from(told.at_most.or(told.count).unwrap_or(MANY_UNCOUNTED)))];
        let vehicle = self.label(
            match told.vehicle {
                Vehicle::Van => "vehicle-van",
                Vehicle::Car => "vehicle-car",
                Vehicle::Truck => "vehicle-truck",
                Vehicle::Tipper => "vehicle-tipper",
                Vehicle::Bus => "vehicle-bus",
                Vehicle::Excavator => "vehicle-excavator",
                Vehicle::FourByFour => "vehicle-four-by-four",
                Vehicle::Vehicle => "vehicle-vehicle",
                Vehicle::Other => "vehicle-other",
            },
            &kind,
        );
        self.label(
            "crew-vehicles",
            &[
                ("crew", self.crew(told.crew).into()),
                ("count", count(told).into()),
                ("vehicle", vehicle.into()),
            ],
        )
    }

    pub(super) fn crew(&self, crew: Crew) -> String {
        self.label(
            match crew {
                Crew::Crs => "crew-crs",
                Crew::PoliceNationale => "crew-police-nationale",
                Crew::Police => "crew-police",
                Crew::Gendarmerie => "crew-gendarmerie",
                Crew::Paf => "crew-paf",
                Crew::Unmarked => "crew-unmarked",
                Crew::Interpreters => "crew-interpreters",
                Crew::Cleaning => "crew-cleaning",
                Crew::Transfer => "crew-transfer",
                Crew::Works => "crew-works",
                Crew::Other => "crew-other",
            },
            &[],
        )
    }
}

/// Vehicles that were not counted are spoken of in the plural.
const MANY_UNCOUNTED: u32 = 2;

/// A count with its qualifier, in signs that need no translation.
fn count(told: &VehicleCount) -> String {
    let Some(n) = told.count else {
        return "?".to_owned();
    };
    match (told.at_most, told.qualifier) {
        (Some(most), _) => format!("{n}–{most}"),
        (None, Qualifier::Exact) => n.to_string(),
        (None, Qualifier::AtLeast) => format!("≥ {n}"),
        (None, Qualifier::About) => format!("~ {n}"),
        (None, Qualifier::AtMost) => format!("≤ {n}"),
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::NewConvoy => "effect-new-convoy",
        Effect::SameVisit => "effect-same-visit",
        Effect::NewVisit => "effect-new-visit",
        Effect::Held => "effect-held",
        Effect::TooOld => "effect-too-old",
        Effect::ClockWrong => "effect-clock-wrong",
        Effect::Logged => "effect-logged",
    }
}

fn done(what: DeskAct) -> &'static str {
    match what {
        DeskAct::Confirmed => "done-confirmed",
        DeskAct::NotTrue => "done-not-true",
        DeskAct::Same => "done-same",
        DeskAct::NotSame => "done-not-same",
        DeskAct::Ended => "done-ended",
        DeskAct::Retracted => "done-retracted",
    }
}
