//! Matching, told as mornings.
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};

use super::*;
use crate::domain::alert::Confidence;
use crate::domain::convoy::{ConvoyState, Stage};
use crate::domain::id::{RulingId, SightingId};
use crate::domain::person::Role;
use crate::domain::ruling::RulingKind;
use crate::domain::sighting::{
    Crew, Phase, Qualifier, Reporter, Source, Vans, Vehicle, VehicleCount, Via,
};
use crate::domain::site::{Place, PlaceKind, Point, ZoneRules};

/// A morning in one zone: who says what, when.
struct Morning {
    zone: Zone,
    places: Gazetteer,
    sightings: Vec<Sighting>,
    rulings: Vec<Ruling>,
    now: DateTime<Utc>,
}

fn paris(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    chrono_tz::Europe::Paris.from_local_datetime(&local).single().unwrap().with_timezone(&Utc)
}

fn gazetteer() -> Gazetteer {
    let zone = |code: &str, gap| ZoneRules {
        zone: code.parse().unwrap(),
        name: code.to_owned(),
        scripts: BTreeMap::new(),
        aliases: Vec::new(),
        visit_gap_minutes: gap,
        town: Point { lat: 51.0, lon: 2.0 },
    };
    let place = |code: &str, zone: &str, kind, roads: &[(&str, u32)]| Place {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        zone: zone.parse().unwrap(),
        kind,
        scripts: BTreeMap::new(),
        aliases: Vec::new(),
        roads: roads.iter().map(|(to, minutes)| (to.parse().unwrap(), *minutes)).collect(),
        point: None,
    };
    use PlaceKind::{Landmark, Site};
    Gazetteer::new(
        vec![zone("calais", 45), zone("dunkerque", 75)],
        vec![
            place("commissariat", "calais", Landmark, &[("bmx", 10)]),
            place("bmx", "calais", Site, &[("commissariat", 10), ("terre-et-eaux", 10)]),
            place("terre-et-eaux", "calais", Site, &[("bmx", 10), ("marck", 40)]),
            place("marck", "calais", Site, &[("terre-et-eaux", 40)]),
            place("ryssen", "dunkerque", Site, &[("total", 8)]),
            place("total", "dunkerque", Site, &[("ryssen", 8)]),
        ],
    )
}

impl Morning {
    fn in_zone(zone: &str) -> Morning {
        Morning {
            zone: zone.parse().unwrap(),
            places: gazetteer(),
            sightings: Vec::new(),
            rulings: Vec::new(),
            now: paris("2025-11-10 12:00"),
        }
    }
    fn calais() -> Morning {
        Morning::in_zone("calais")
    }
    /// `who` says that at `clock` they saw this; it is received then, too.
    fn says(&mut self, who: &str, clock: &str, place: &str, phase: Phase) -> &mut Sighting {
        let at = paris(&format!("2025-11-10 {clock}"));
        let id = SightingId::from(format!("{:032x}", self.sightings.len() + 1));
        self.sightings.push(Sighting {
            id,
            zone: self.zone.clone(),
            place: place.parse().unwrap(),
            phase,
            heading: None,
            observed_at: at,
            received_at: at,
            reporter: Reporter {
                role: if who.starts_with("contact") { Role::Contact } else { Role::Observer },
                pseudonym: Some(who.to_owned()),
                forward_of: None,
            },
            vans: None,
            vehicles: Vec::new(),
            source: Source::Direct,
            via: Via::Text,
            withdrawn_at: None,
        });
        self.sightings.last_mut().unwrap()
    }
    fn desk_rules(&mut self, kind: RulingKind, clock: &str, sighting: usize, convoy: &ConvoyId) {
        self.rulings.push(Ruling {
            id: RulingId::from(format!("{:032x}", 1000 + self.rulings.len())),
            zone: self.zone.clone(),
            kind,
            sighting: Some(self.sightings[sighting].id.clone()),
            convoy: Some(convoy.clone()),
            visit: None,
            role: Role::Coordinator,
            tag: 1,
            at: paris(&format!("2025-11-10 {clock}")),
            undone_at: None,
        });
    }
    fn picture(&self) -> Picture {
        derive(&self.zone, &self.sightings, &self.rulings, &self.places, self.now)
    }
    fn rules(&self) -> Vec<Rule> {
        self.picture().verdicts.iter().map(|verdict| verdict.rule).collect()
    }
}

fn crs(count: u32) -> Vec<VehicleCount> {
    vec![VehicleCount {
        crew: Crew::Crs,
        vehicle: Vehicle::Van,
        count: Some(count),
        at_most: None,
        qualifier: Qualifier::Exact,
    }]
}

#[test]
fn two_people_at_one_site_are_one_visit_and_the_second_corroborates() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:05", "bmx", Phase::OnSite);
    morning.says("observer 2", "08:09", "bmx", Phase::OnSite);
    let picture = morning.picture();
    assert_eq!(picture.convoys.len(), 1);
    assert_eq!(picture.convoys[0].visits.len(), 1);
    assert_eq!(picture.verdicts[1].rule, Rule::SameVisit);
    assert_eq!(picture.verdicts[1].minutes, Some(4));
    assert_eq!(picture.verdicts[1].standing, Standing::Corroborates);
}

#[test]
fn the_same_person_and_a_forward_of_the_same_message_never_corroborate() {
    let mut morning = Morning::calais();
    morning.says("contact a", "08:05", "bmx", Phase::OnSite).reporter.forward_of = Some("m".into());
    morning.says("contact a", "08:06", "bmx", Phase::OnSite);
    morning.says("contact b", "08:07", "bmx", Phase::OnSite).reporter.forward_of = Some("m".into());
    let picture = morning.picture();
    assert_eq!(picture.verdicts[1].standing, Standing::Repeats);
    assert_eq!(picture.verdicts[2].standing, Standing::Repeats);
    assert_eq!(picture.convoys[0].visits[0].confidence, Confidence::OneContact);
}

#[test]
fn two_contacts_who_do_not_depend_on_each_other_are_believed() {
    let mut morning = Morning::calais();
    morning.says("contact a", "08:05", "bmx", Phase::OnSite);
    morning.says("contact b", "08:06", "bmx", Phase::OnSite);
    assert_eq!(morning.picture().convoys[0].visits[0].confidence, Confidence::TwoContacts);
}

#[test]
fn an_observer_who_passes_on_a_call_is_one_voice_only() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:05", "bmx", Phase::OnSite).source = Source::ResidentCall;
    assert_eq!(morning.picture().convoys[0].visits[0].confidence, Confidence::OneContact);
}

#[test]
fn sparse_news_is_one_visit_for_45_minutes_in_calais_and_75_in_dunkirk() {
    let mut calais = Morning::calais();
    calais.says("observer 1", "08:00", "bmx", Phase::OnSite);
    calais.says("observer 2", "08:44", "bmx", Phase::OnSite);
    calais.says("observer 2", "09:40", "bmx", Phase::OnSite);
    assert_eq!(calais.picture().convoys[0].visits.len(), 2);

    let mut dunkirk = Morning::in_zone("dunkerque");
    dunkirk.says("observer 1", "08:00", "ryssen", Phase::OnSite);
    dunkirk.says("observer 2", "09:14", "ryssen", Phase::OnSite);
    assert_eq!(dunkirk.picture().convoys[0].visits.len(), 1);
}

#[test]
fn a_convoy_moves_to_the_next_site_when_the_road_allows_it() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "bmx", Phase::OnSite);
    morning.says("observer 1", "08:30", "terre-et-eaux", Phase::OnSite);
    let picture = morning.picture();
    assert_eq!(picture.convoys.len(), 1);
    assert_eq!(picture.verdicts[1].rule, Rule::NextVisitMoved);
    assert_eq!(picture.convoys[0].visits[0].stage, Stage::Left);
    assert_eq!(picture.convoys[0].visits[0].until, None, "nobody saw it leave");
    assert_eq!(picture.verdicts[1].doubt, None, "the follower is not a witness against himself");
}

#[test]
fn a_convoy_cannot_be_forty_minutes_away_in_ten() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "terre-et-eaux", Phase::OnSite);
    morning.says("observer 1", "08:01", "terre-et-eaux", Phase::Left);
    morning.says("observer 2", "08:10", "marck", Phase::OnSite);
    let picture = morning.picture();
    assert_eq!(picture.convoys.len(), 2);
    assert_eq!(picture.verdicts[2].rule, Rule::NewConvoy);
}

#[test]
fn while_it_is_still_reported_elsewhere_by_others_a_split_is_asked_about() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "terre-et-eaux", Phase::OnSite);
    morning.says("observer 2", "08:05", "marck", Phase::OnSite);
    let picture = morning.picture();
    assert_eq!(picture.convoys.len(), 2);
    assert_eq!(picture.verdicts[1].rule, Rule::PossibleSplit);
    assert_eq!(picture.convoys[1].parent, Some(picture.convoys[0].id.clone()));
    assert!(matches!(picture.verdicts[1].doubt, Some(Doubt::PossibleSplit { .. })));
}

#[test]
fn the_tenth_of_november_is_one_convoy_lost_and_found_again() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "07:50", "commissariat", Phase::Forming);
    morning.says("observer 1", "08:05", "bmx", Phase::Moving);
    morning.says("observer 1", "08:12", "bmx", Phase::OnSite);
    morning.says("observer 2", "09:20", "bmx", Phase::Left);
    morning.says("observer 2", "09:30", "bmx", Phase::Lost);
    morning.says("observer 1", "10:15", "terre-et-eaux", Phase::OnSite);
    let picture = morning.picture();
    assert_eq!(
        morning.rules(),
        [
            Rule::NewConvoy,
            Rule::NextVisitMoved,
            Rule::SameVisit,
            Rule::Left,
            Rule::Lost,
            Rule::NextVisitFoundAgain
        ]
    );
    assert_eq!(picture.convoys.len(), 1);
    assert_eq!(picture.convoys[0].visits.len(), 2);
    assert_eq!(picture.convoys[0].state, ConvoyState::FoundAgain);
    assert_eq!(picture.convoys[0].visits[0].until, Some(paris("2025-11-10 09:20")));
}

#[test]
fn leaving_one_site_for_another_closes_the_one_and_announces_the_other() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "bmx", Phase::OnSite);
    let going = morning.says("observer 1", "08:40", "bmx", Phase::Moving);
    going.heading = Some("terre-et-eaux".parse().unwrap());
    let convoy = &morning.picture().convoys[0];
    assert_eq!(convoy.visits[0].until, Some(paris("2025-11-10 08:40")));
    assert_eq!(convoy.visits[0].left_confidence, Some(Confidence::Confirmed));
    assert_eq!(convoy.visits[1].site.as_str(), "terre-et-eaux");
    assert_eq!(convoy.visits[1].stage, Stage::Coming);
}

#[test]
fn nothing_left_and_lost_never_open_a_convoy() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "bmx", Phase::Nothing);
    morning.says("observer 1", "08:01", "bmx", Phase::Left);
    morning.says("observer 1", "08:02", "bmx", Phase::Lost);
    assert!(morning.picture().convoys.is_empty());
    assert_eq!(morning.rules(), [Rule::Coverage, Rule::Left, Rule::Lost]);
}

#[test]
fn both_zones_on_one_morning_stay_apart() {
    let mut calais = Morning::calais();
    calais.says("observer 1", "08:00", "bmx", Phase::OnSite);
    let mut stray = calais.sightings[0].clone();
    stray.zone = "dunkerque".parse().unwrap();
    stray.place = "ryssen".parse().unwrap();
    stray.id = SightingId::from(format!("{:032x}", 77));
    calais.sightings.push(stray);
    assert_eq!(calais.picture().convoys.len(), 1);
}

#[test]
fn a_late_sighting_is_put_where_it_would_have_been() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:40", "terre-et-eaux", Phase::OnSite);
    let late = morning.says("observer 2", "08:00", "bmx", Phase::OnSite);
    late.received_at = paris("2025-11-10 08:50");
    let picture = morning.picture();
    assert_eq!(picture.convoys.len(), 1);
    assert_eq!(picture.convoys[0].visits[0].site.as_str(), "bmx");
    assert_eq!(picture.convoys[0].id.as_str(), morning.sightings[0].id.as_str());
}

#[test]
fn back_within_ten_minutes_of_leaving_asks_whether_it_stayed() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "bmx", Phase::OnSite);
    morning.says("observer 1", "08:20", "bmx", Phase::Left);
    morning.says("observer 2", "08:26", "bmx", Phase::OnSite);
    let picture = morning.picture();
    assert_eq!(picture.convoys[0].visits.len(), 1);
    assert!(matches!(picture.verdicts[2].doubt, Some(Doubt::BackOrStayed { .. })));

    morning.sightings.pop();
    morning.says("observer 2", "08:35", "bmx", Phase::OnSite);
    assert_eq!(morning.picture().convoys[0].visits.len(), 2, "it came back: another visit");
}

#[test]
fn two_convoys_that_fit_nearly_the_same_are_a_question() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "bmx", Phase::OnSite).vehicles = crs(8);
    morning.says("observer 2", "08:02", "marck", Phase::OnSite).vehicles = crs(8);
    morning.says("observer 1", "08:10", "bmx", Phase::Left);
    morning.says("observer 2", "08:10", "marck", Phase::Left);
    morning.says("observer 3", "09:00", "terre-et-eaux", Phase::OnSite).vehicles = crs(8);
    let picture = morning.picture();
    assert!(matches!(picture.verdicts[4].doubt, Some(Doubt::Rival { .. })), "{picture:#?}");
}

#[test]
fn counts_that_contradict_speak_against_a_convoy() {
    let mut morning = Morning::calais();
    let first = morning.says("observer 1", "08:00", "bmx", Phase::OnSite);
    first.vans = Some(Vans { low: 15, high: Some(15) });
    first.vehicles = crs(15);
    morning.says("observer 1", "08:01", "bmx", Phase::Left);
    let other = morning.says("observer 2", "10:00", "terre-et-eaux", Phase::OnSite);
    other.vans = Some(Vans { low: 2, high: Some(2) });
    assert_eq!(morning.picture().convoys.len(), 2);
}

#[test]
fn the_desk_can_part_and_join_and_everything_is_derived_again() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "bmx", Phase::OnSite);
    morning.says("observer 1", "08:30", "terre-et-eaux", Phase::OnSite);
    let convoy = morning.picture().convoys[0].id.clone();
    morning.desk_rules(RulingKind::NotSame, "08:40", 1, &convoy);
    let parted = morning.picture();
    assert_eq!(parted.convoys.len(), 2);
    assert_eq!(parted.verdicts[1].rule, Rule::Ruled);

    morning.rulings[0].undone_at = Some(paris("2025-11-10 08:45"));
    assert_eq!(morning.picture().convoys.len(), 1);

    let mut split = Morning::calais();
    split.says("observer 1", "08:00", "terre-et-eaux", Phase::OnSite);
    split.says("observer 2", "08:05", "marck", Phase::OnSite);
    let parent = split.picture().convoys[0].id.clone();
    split.desk_rules(RulingKind::Same, "08:10", 1, &parent);
    assert_eq!(split.picture().convoys.len(), 1);
}

#[test]
fn a_report_taken_back_or_ruled_untrue_leaves_nothing() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "bmx", Phase::OnSite);
    morning.sightings[0].withdrawn_at = Some(paris("2025-11-10 08:01"));
    assert!(morning.picture().convoys.is_empty());
}

#[test]
fn after_the_desk_ends_a_convoy_what_comes_is_another() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "08:00", "bmx", Phase::OnSite);
    let convoy = morning.picture().convoys[0].id.clone();
    morning.desk_rules(RulingKind::Ended, "08:30", 0, &convoy);
    morning.says("observer 1", "08:40", "bmx", Phase::OnSite);
    let picture = morning.picture();
    assert_eq!(picture.convoys.len(), 2);
    assert_eq!(picture.convoys[0].state, ConvoyState::Ended);
    assert!(picture.convoys[1].is_open());
}

#[test]
fn what_the_desk_had_not_heard_of_when_it_ended_a_convoy_is_another_unless_it_is_old() {
    let morning = |place: &str, seen: &str, phase: Phase| {
        let mut morning = Morning::calais();
        morning.says("observer 1", "08:00", "bmx", Phase::OnSite);
        let convoy = morning.picture().convoys[0].id.clone();
        morning.desk_rules(RulingKind::Ended, "08:30", 0, &convoy);
        morning.says("observer 2", seen, place, phase).received_at = paris("2025-11-10 08:31");
        morning.picture().convoys
    };
    for place in ["bmx", "terre-et-eaux"] {
        let fresh = morning(place, "08:29", Phase::OnSite);
        assert_eq!(fresh.len(), 2, "{place}");
        assert!(fresh[0].ended_at.is_some() && fresh[1].is_open(), "{place}");
        assert_eq!(
            morning(place, "08:14", Phase::OnSite).len(),
            1,
            "{place}: it completes the log"
        );
    }
    assert_eq!(morning("bmx", "08:29", Phase::Left).len(), 1, "nobody need be warned");
}

#[test]
fn a_convoy_unseen_for_five_hours_is_over() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "06:00", "bmx", Phase::OnSite);
    morning.now = paris("2025-11-10 10:59");
    assert!(morning.picture().convoys[0].is_open());
    morning.now = paris("2025-11-10 11:01");
    assert!(!morning.picture().convoys[0].is_open());
}

#[test]
fn the_operational_day_is_cut_at_four_in_paris_also_when_the_clocks_change() {
    for (moment, day) in [
        ("2025-11-10 03:59", "2025-11-09"),
        ("2025-11-10 04:00", "2025-11-10"),
        ("2026-03-29 04:00", "2026-03-29"),
        ("2025-10-26 04:00", "2025-10-26"),
    ] {
        assert_eq!(operational_day(paris(moment)).to_string(), day, "{moment}");
    }
    let mut night = Morning::calais();
    night.says("observer 1", "03:40", "bmx", Phase::OnSite);
    night.says("observer 1", "04:10", "bmx", Phase::OnSite);
    night.now = paris("2025-11-10 04:15");
    assert_eq!(night.picture().convoys.len(), 2);
}

#[test]
fn the_order_in_which_sightings_arrive_does_not_change_the_picture() {
    let mut morning = Morning::calais();
    morning.says("observer 1", "07:50", "commissariat", Phase::Forming);
    morning.says("observer 1", "08:12", "bmx", Phase::OnSite);
    morning.says("observer 2", "08:30", "bmx", Phase::Left);
    morning.says("observer 2", "09:00", "terre-et-eaux", Phase::OnSite);
    let straight = morning.picture();
    morning.sightings.reverse();
    assert_eq!(morning.picture(), straight);
    assert!(
        straight.convoys[0].last_seen - straight.convoys[0].opened_at == TimeDelta::minutes(70)
    );
}
