//! What the team is told and asked.
use super::Setting;
use crate::domain::alert::{AlertKind, Confidence};
use crate::domain::convoy::{ConvoyState, Stage};
use crate::domain::follow::{Step, Taken};
use crate::domain::lang::Lang;
use crate::domain::person::Role;
use crate::domain::sighting::{Crew, Phase, Qualifier, Vans, Vehicle, VehicleCount};
use crate::domain::site::SiteCode;
use crate::speech::say::{
    BroadcastLine, CardView, CardVisit, ChannelLine, DeskAct, Effect, LinePlace, MirrorSay,
    Question, Say, SureAct, Understood, WhyLine,
};

/// Answers to what the team reports.
pub(super) fn sightings(s: &Setting) -> Vec<(&'static str, Say)> {
    let role = Role::Observer;
    let place = s.site.clone();
    let mut samples = vec![
        ("understood-text", Say::Understood(understood(s, Effect::NewConvoy, true))),
        ("understood-later", Say::Understood(understood(s, Effect::SameVisit, false))),
        (
            "ask-place",
            Say::AskPlace {
                typed: "<b>terre et o</b> & co".to_owned(),
                suggestions: vec![s.other.clone()],
            },
        ),
        ("ask-what", Say::AskWhat { place: place.clone(), doubts: vec!["pas loin".to_owned()] }),
        ("report-what-team", Say::ReportWhat { place: place.clone(), role }),
        ("fix-place", Say::FixPlace { sighting: s.sighting(), suggestions: vec![s.other.clone()] }),
        ("fix-what", Say::FixWhat { sighting: s.sighting(), place: place.clone() }),
        ("time-unclear", Say::TimeUnclear { typed: "à 6".to_owned() }),
        ("time-in-future", Say::TimeInFuture { at: s.ago(-90) }),
        (
            "pin-no-site-desk",
            Say::PinNoSite { suggestions: vec![s.site.clone(), s.other.clone()], may_place: true },
        ),
        ("point-set", Say::PointSet { place }),
        ("enrolled-team", Say::Enrolled { role, tag: 3, until: s.in_weeks(8) }),
        ("role-ends-team", Say::RoleEnds { role, until: s.in_weeks(1) }),
        ("role-ended-team", Say::RoleEnded { role }),
        ("help-observer", Say::Help { role }),
        ("help-desk", Say::Help { role: Role::Coordinator }),
    ];
    samples.extend(
        [
            ("understood-new-visit", Effect::NewVisit),
            ("understood-held", Effect::Held),
            ("understood-too-old", Effect::TooOld),
            ("understood-clock-wrong", Effect::ClockWrong),
            ("understood-logged", Effect::Logged),
        ]
        .map(|(name, effect)| {
            let taps = Understood {
                vehicles: vec![],
                doubts: vec![],
                heading: None,
                ..understood(s, effect, true)
            };
            (name, Say::Understood(taps))
        }),
    );
    samples
}

fn understood(s: &Setting, effect: Effect, undo: bool) -> Understood {
    let some = |crew, vehicle, count, at_most, qualifier| VehicleCount {
        crew,
        vehicle,
        count,
        at_most,
        qualifier,
    };
    Understood {
        sighting: s.sighting(),
        place: s.site.clone(),
        phase: Phase::OnSite,
        heading: Some(s.other.clone()),
        observed_at: s.ago(2),
        vans: Some(Vans { low: 6, high: Some(10) }),
        vehicles: vec![
            some(Crew::Crs, Vehicle::Van, Some(10), None, Qualifier::Exact),
            some(Crew::Cleaning, Vehicle::Tipper, Some(1), None, Qualifier::AtLeast),
            some(Crew::Paf, Vehicle::Car, Some(2), Some(3), Qualifier::AtLeast),
            some(Crew::Interpreters, Vehicle::Car, None, None, Qualifier::Exact),
            some(Crew::PoliceNationale, Vehicle::Bus, Some(1), None, Qualifier::About),
            some(Crew::Gendarmerie, Vehicle::Truck, Some(4), None, Qualifier::AtMost),
        ],
        doubts: vec!["<chien> & \u{202e}tournes".to_owned()],
        effect,
        undo,
    }
}

/// The cards, and what the desk is asked and told.
pub(super) fn desk(s: &Setting) -> Vec<(&'static str, Say)> {
    let mut samples = vec![
        ("card", Say::Card(Box::new(card(s)))),
        ("card-nobody", Say::Card(Box::new(card_of_nobody(s)))),
        ("already-decided", Say::AlreadyDecided { role: Role::Coordinator, tag: 2, at: s.ago(1) }),
        ("sure-ended", Say::Sure { what: SureAct::Ended(s.convoy()), place: None }),
        (
            "sure-retract",
            Say::Sure { what: SureAct::Retract(s.visit()), place: Some(s.site.clone()) },
        ),
        (
            "nobody-follows",
            Say::NobodyFollows { convoy: s.convoy(), place: s.site.clone(), minutes: 10 },
        ),
        ("all-well", Say::AllWell { convoy: s.convoy(), place: s.site.clone() }),
        ("late-summary", Say::LateSummary { count: 7, from: s.ago(130), until: s.ago(20) }),
        ("restored", Say::Restored { until: s.ago(200), ended: 12 }),
        ("cannot-keep", Say::CannotKeep),
        ("no-convoys", Say::NoConvoys),
        ("card-gone", Say::CardGone { no: 412, place: s.site.clone() }),
        ("ring-limit", Say::RingLimit { site: s.site.clone() }),
    ];
    samples.extend(questions(s));
    samples.extend(broadcasts(s));
    samples.extend(mirrors(s));
    samples.extend(super::upkeep::samples(s));
    samples.extend(
        [
            ("done-confirmed", DeskAct::Confirmed),
            ("done-not-true", DeskAct::NotTrue),
            ("done-same", DeskAct::Same),
            ("done-not-same", DeskAct::NotSame),
            ("done-ended", DeskAct::Ended),
            ("done-retracted", DeskAct::Retracted),
        ]
        .map(|(name, what)| {
            let place = Some(s.site.clone());
            (name, Say::Done { what, place })
        }),
    );
    samples
}

fn broadcasts(s: &Setting) -> Vec<(&'static str, Say)> {
    let running = BroadcastLine {
        no: 412,
        kind: AlertKind::AtSite,
        place: LinePlace::Site(s.site.clone()),
        total: 1_040,
        reached: 812,
        maybe: 0,
        blocked: 19,
        refused: 0,
        expired: 0,
        superseded: 0,
        left: 0,
        seconds_left: Some(40),
        took_seconds: None,
    };
    let over = BroadcastLine {
        kind: AlertKind::Elsewhere,
        place: LinePlace::Zone(s.zone.clone()),
        reached: 1_001,
        maybe: 2,
        refused: 1,
        expired: 4,
        superseded: 11,
        left: 2,
        seconds_left: None,
        took_seconds: Some(130),
        ..running.clone()
    };
    vec![("broadcast-running", Say::Broadcast(running)), ("broadcast-over", Say::Broadcast(over))]
}

fn mirrors(s: &Setting) -> Vec<(&'static str, Say)> {
    let open = ChannelLine {
        no: 3,
        title: "<b>Alertes</b> & \u{202e}Calais".to_owned(),
        lang: None,
        zone: None,
    };
    let decided = ChannelLine { lang: Some(Lang::FR), zone: Some(s.zone.clone()), ..open.clone() };
    let channels = vec![decided.clone(), open.clone()];
    [
        ("mirror-ask", MirrorSay::Ask(open)),
        ("mirror-begun", MirrorSay::Begun(decided.clone())),
        ("mirror-list", MirrorSay::List { channels }),
        ("mirror-list-none", MirrorSay::List { channels: vec![] }),
        ("mirror-sure", MirrorSay::Sure(decided.clone())),
        ("mirror-ended", MirrorSay::Ended(decided.clone())),
        ("mirror-lost", MirrorSay::Lost(decided)),
    ]
    .map(|(name, say)| (name, Say::Mirror(say)))
    .into()
}

fn questions(s: &Setting) -> Vec<(&'static str, Say)> {
    let (sighting, place, observed_at) = (s.sighting(), s.site.clone(), s.ago(2));
    vec![
        (
            "question-same",
            Question::SameConvoy {
                sighting: sighting.clone(),
                place: place.clone(),
                observed_at,
                rival_place: s.other.clone(),
                rival_seen: s.ago(25),
                why: why("next_visit_moved"),
            },
        ),
        (
            "question-split",
            Question::PossibleSplit {
                sighting: sighting.clone(),
                place: place.clone(),
                observed_at,
                other_place: s.other.clone(),
                other_seen: s.ago(3),
            },
        ),
        (
            "question-back",
            Question::BackOrStayed { sighting, place, observed_at, left_at: s.ago(15) },
        ),
    ]
    .into_iter()
    .map(|(name, question)| (name, Say::Question(question)))
    .collect()
}

fn why(rule: &str) -> WhyLine {
    WhyLine { rule: rule.to_owned(), minutes: Some(4), score_tenths: Some(15) }
}

/// A card with everything on it.
pub fn card(s: &Setting) -> CardView {
    let visit = |site: &SiteCode, stage, from, until, retracted| CardVisit {
        visit: s.visit(),
        site: site.clone(),
        stage,
        from: s.ago(from),
        until,
        retracted,
    };
    CardView {
        convoy: s.convoy(),
        no: 412,
        zone: s.zone.clone(),
        state: ConvoyState::OnSite,
        last_place: s.site.clone(),
        last_seen: s.ago(4),
        vans: Some(Vans { low: 11, high: None }),
        crews: vec![Crew::Crs, Crew::Interpreters],
        confidence: Confidence::Confirmed,
        visits: vec![
            visit(&s.other, Stage::Left, 60, Some(s.ago(35)), true),
            visit(&s.other, Stage::Passing, 20, None, false),
            visit(&s.site, Stage::Present, 8, None, false),
        ],
        following: vec![
            Taken { tag: 3, step: Step::Going { eta: s.ago(-6) }, at: s.ago(4) },
            Taken { tag: 5, step: Step::There, at: s.ago(1) },
            Taken { tag: 6, step: Step::Silent, at: s.ago(1) },
        ],
        unfollowed_since: None,
        why: Some(why("same_visit")),
        split_from: Some(s.convoy()),
        held: Some(s.sighting()),
        latest: Some(s.sighting()),
    }
}

fn card_of_nobody(s: &Setting) -> CardView {
    CardView {
        state: ConvoyState::Forming,
        confidence: Confidence::OneContact,
        visits: vec![],
        vans: None,
        crews: vec![],
        following: vec![],
        unfollowed_since: Some(s.ago(10)),
        why: Some(WhyLine { rule: "forming".to_owned(), minutes: None, score_tenths: None }),
        split_from: None,
        held: None,
        ..card(s)
    }
}
