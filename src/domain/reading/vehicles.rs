//! What the groups come to as vehicles by crew: which noun is carried on ("15 fourgons de CRS et 2
//! de la PAF"), which crew reaches back ("2 fourgons et un camion-benne de nettoyage"), which
//! details are not added. Every number is used once.
use crate::domain::sighting::{Crew, Qualifier, Vehicle, VehicleCount};

use super::group::{Group, Joined, Noun};
use super::term::Amount;

/// "8 fourgons de CRS, 2 gendarmes" means two vans, "12 gendarmes" people: a list of vehicles seldom
/// has more than so many of theirs without saying van.
const GENDARMES_VANS_MAX: u32 = 5;

/// A group on its way to a count.
#[derive(Debug, Clone, Copy)]
struct Draft {
    /// Index of its group.
    group: usize,
    crew: Option<Crew>,
    machine: bool,
    vehicle: Vehicle,
    /// The vehicle was said, not carried on.
    own: bool,
    amount: Option<Amount>,
    /// Neither count nor vehicle: "la police".
    mention: bool,
    joined: Joined,
    within: Option<usize>,
    known: bool,
}

/// What the vehicles of a text come to.
#[derive(Debug, Default)]
pub(super) struct Vehicles {
    pub counts: Vec<VehicleCount>,
    /// Groups that were not understood.
    pub doubted: Vec<usize>,
    /// "des interprètes": people, and whether they are there.
    pub interpreters: Option<bool>,
}

/// Resolves all vehicle groups.
pub(super) fn vehicles(groups: &[Group]) -> Vehicles {
    let mut found = Vehicles::default();
    let mut drafts = drafts(groups, &mut found);
    reach_back(&mut drafts);
    name_the_nameless(&mut drafts);
    for draft in &mut drafts {
        draft.crew = draft.crew.or_else(|| usual_crew(draft.vehicle));
    }
    let drafts = take_out_details(drafts, &mut found);
    found.counts = drafts.iter().map(Draft::count).collect();
    found
}

/// The vehicle nouns that a list may carry on.
#[derive(Default)]
struct Carried {
    last: Option<Vehicle>,
    last_no_car: Option<Vehicle>,
}

impl Carried {
    fn say(&mut self, vehicle: Vehicle) {
        self.last = Some(vehicle);
        if vehicle != Vehicle::Car {
            self.last_no_car = Some(vehicle);
        }
    }
    /// Police come in cars, cleaners do not: "une voiture de la PN, 2 nettoyage".
    fn by(&self, crew: Option<Crew>) -> Option<Vehicle> {
        match crew {
            Some(crew) if crew.is_police() || crew == Crew::Interpreters => self.last,
            _ => self.last_no_car,
        }
    }
}

fn drafts(groups: &[Group], found: &mut Vehicles) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut carried = Carried::default();
    let mut vehicles_last = false;
    for (index, group) in groups.iter().enumerate() {
        let (vehicle, crew, machine) = match group.noun {
            Noun::Vehicle { vehicle, crew, machine } => (vehicle, crew, machine),
            Noun::Same if vehicles_last && !group.negated => {
                let Some(before) = drafts.last().copied() else {
                    continue;
                };
                (Some(before.vehicle), before.crew, None)
            }
            Noun::Aside => continue,
            _ => {
                vehicles_last = false;
                continue;
            }
        };
        let people = crew == Some(Crew::Interpreters) && vehicle.is_none() && !group.linked;
        if people {
            interpreters(group, index, found);
            continue;
        }
        let whose = crew == Some(Crew::Transfer) || crew == Some(Crew::Works);
        let only_named = vehicle.is_none() && group.amount.is_none() && whose;
        if group.negated || only_named {
            continue;
        }
        vehicles_last = true;
        if let (Some(vehicle), None) = (vehicle, machine) {
            carried.say(vehicle);
        }
        let carried = carried.by(crew);
        if is_stray(group) {
            found.doubted.push(index);
            continue;
        }
        let mut amount = amount_of(group, vehicle.is_some());
        let on_foot = amount.is_some() && is_on_foot(group, carried.is_some());
        if on_foot {
            // "12 gendarmes" are people: twelve vans would be four times too many.
            found.doubted.push(index);
            amount = None;
        }
        drafts.push(Draft {
            group: index,
            crew: crew.or(machine),
            machine: machine.is_some() && crew.is_none(),
            vehicle: vehicle.or(carried).unwrap_or(Vehicle::Vehicle),
            own: vehicle.is_some(),
            amount,
            mention: group.amount.is_none() && vehicle.is_none(),
            joined: group.joined,
            within: group.within,
            known: group.definite,
        });
    }
    drafts
}

/// "12 gendarmes", unless they go on a list of vans.
fn is_on_foot(group: &Group, listed: bool) -> bool {
    let count = group.amount.and_then(|amount| amount.count);
    let few = count.is_some_and(|count| count <= GENDARMES_VANS_MAX);
    let bare = matches!(group.noun, Noun::Vehicle { vehicle: None, .. });
    group.persons && bare && !group.linked && !(listed && few)
}

/// Interpreters without a car are people, present or absent.
fn interpreters(group: &Group, index: usize, found: &mut Vehicles) {
    if group.amount.is_some_and(|amount| !amount.article) {
        found.doubted.push(index);
    }
    found.interpreters.get_or_insert(!group.negated);
}

/// The count of a group: a noun in the singular is one, in the plural some.
fn amount_of(group: &Group, own: bool) -> Option<Amount> {
    let one = Amount { count: Some(1), at_most: None, qualifier: Qualifier::Exact, article: true };
    match group.amount {
        Some(amount) => Some(amount).filter(|amount| amount.count.is_some()),
        None if own && !group.plural => Some(one),
        None => None,
    }
}

/// "véhicule fouillé": a car that nobody counted and that is nobody's is not one of the police's.
fn is_stray(group: &Group) -> bool {
    let nobodys = matches!(
        group.noun,
        Noun::Vehicle { vehicle: Some(Vehicle::Car | Vehicle::Vehicle), crew: None, machine: None }
    );
    nobodys && group.amount.is_none() && !group.plural
}

/// "2 fourgons et un camion-benne de nettoyage": the crew belongs to both. Cleaners and the like
/// reach back only once the police have been counted, for "15 fourgons et 2 véhicules de nettoyage"
/// begins with the police.
fn reach_back(drafts: &mut [Draft]) {
    for at in (0..drafts.len().saturating_sub(1)).rev() {
        let next = drafts[at + 1];
        let here = drafts[at];
        let joins = next.joined == Joined::And && next.own && !next.machine;
        let nameless = here.crew.is_none() && here.own && here.within == next.within;
        let Some(crew) = next.crew.filter(|_| joins && nameless) else {
            continue;
        };
        let police_before = drafts[..at]
            .iter()
            .any(|draft| draft.crew.is_some_and(Crew::is_police) && !draft.mention);
        if crew.is_police() || police_before {
            drafts[at].crew = Some(crew);
        }
    }
}

/// "les CRS sont à BMX avec 10 fourgons": the one crew that was named owns the vehicles that have
/// none. A crew that was only named and is counted elsewhere is not listed again.
fn name_the_nameless(drafts: &mut Vec<Draft>) {
    let mut named: Vec<Crew> = drafts
        .iter()
        .filter(|draft| draft.mention && draft.within.is_none())
        .filter_map(|draft| draft.crew.filter(|crew| crew.is_police()))
        .collect();
    named.dedup();
    let parents: Vec<usize> = drafts.iter().filter_map(|draft| draft.within).collect();
    for draft in drafts.iter_mut() {
        let nameless = draft.crew.is_none() && usual_crew(draft.vehicle) == Some(Crew::Police);
        if let ([crew], true) = (named.as_slice(), nameless)
            && !parents.contains(&draft.group)
        {
            draft.crew = Some(*crew);
        }
    }
    let counted: Vec<Option<Crew>> = drafts
        .iter()
        .filter(|draft| !draft.mention)
        .map(|draft| draft.crew.or_else(|| usual_crew(draft.vehicle)))
        .collect();
    let any_police = counted.iter().flatten().any(|crew| crew.is_police());
    let mut listed: Vec<Option<Crew>> = Vec::new();
    drafts.retain(|draft| {
        if !draft.mention || draft.within.is_some() {
            return true;
        }
        let again = counted.contains(&draft.crew)
            || listed.contains(&draft.crew)
            || (any_police && draft.crew == Some(Crew::Police));
        listed.push(draft.crew);
        !again
    });
}

/// Whose a vehicle is when nobody says: vans and cars in a sighting are the police's.
fn usual_crew(vehicle: Vehicle) -> Option<Crew> {
    Some(match vehicle {
        Vehicle::Van | Vehicle::Car | Vehicle::Vehicle => Crew::Police,
        Vehicle::Tipper => Crew::Cleaning,
        Vehicle::Excavator => Crew::Works,
        Vehicle::Truck | Vehicle::Bus | Vehicle::FourByFour | Vehicle::Other => Crew::Other,
    })
}

/// Details in parentheses or after *dont* are taken out of what they detail, never added.
fn take_out_details(drafts: Vec<Draft>, found: &mut Vehicles) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let within = draft.within.or_else(|| goes_on(&kept, &draft));
        let parent = within.and_then(|of| kept.iter().position(|parent| parent.group == of));
        let Some(parent) = parent else {
            let again = draft.known
                && draft.amount.is_some_and(|amount| !amount.article)
                && kept.iter().any(|k| k.vehicle == draft.vehicle && k.amount == draft.amount);
            if !again {
                kept.push(draft);
            }
            continue;
        };
        detail(&mut kept, parent, draft, found);
    }
    kept.retain(|draft| draft.amount.is_none_or(|amount| amount.count != Some(0)));
    kept
}

/// "15 véhicules dont 10 CRS, 3 PN et 2 PAF": after *dont* the list goes on past the comma while it
/// fits into the whole.
fn goes_on(kept: &[Draft], draft: &Draft) -> Option<usize> {
    let of = kept.last()?.within?;
    let whole = kept.iter().find(|parent| parent.group == of)?;
    let fits = whole.amount?.count? >= draft.amount?.count?;
    let listed = matches!(draft.joined, Joined::Comma | Joined::And) && !draft.own;
    (fits && listed && draft.crew.is_some_and(Crew::is_police)).then_some(of)
}

fn detail(kept: &mut Vec<Draft>, parent: usize, draft: Draft, found: &mut Vehicles) {
    let whole = kept[parent];
    let vague = |crew: Option<Crew>| matches!(crew, Some(Crew::Police));
    if draft.crew == whole.crew || (vague(draft.crew) && !draft.mention) {
        // "(un fourgon et un camion-benne)": the same vehicles, seen closer.
        return;
    }
    if draft.mention {
        // "15 fourgons (CRS et PAF)".
        if vague(whole.crew) && whole.amount.is_some() {
            kept[parent].crew = draft.crew;
        } else {
            kept.push(draft);
        }
        return;
    }
    let foreign = !vague(whole.crew) && !draft.crew.is_some_and(Crew::is_police);
    if foreign {
        // "10 fourgons de CRS (2 de nettoyage)": beside them, not among them.
        kept.push(draft);
        return;
    }
    let part = draft.amount.and_then(|amount| amount.count);
    match (kept[parent].amount.as_mut(), part) {
        (Some(amount), Some(part)) if amount.count.is_some_and(|count| count >= part) => {
            let draft = Draft { within: Some(whole.group), ..draft };
            amount.count = amount.count.map(|count| count - part);
            amount.at_most = amount.at_most.map(|top| top.saturating_sub(part));
            kept.push(draft);
        }
        // Not counted: nothing to take out.
        (None, _) | (_, None) => kept.push(draft),
        _ => found.doubted.push(draft.group),
    }
}

impl Draft {
    fn count(&self) -> VehicleCount {
        let crew = self.crew.unwrap_or(Crew::Other);
        // A "camion de CRS" is one of their vans.
        let vehicle = match self.vehicle {
            Vehicle::Truck if crew.is_police() => Vehicle::Van,
            vehicle => vehicle,
        };
        VehicleCount {
            crew,
            vehicle,
            count: self.amount.and_then(|amount| amount.count),
            at_most: self.amount.and_then(|amount| amount.at_most),
            qualifier: self.amount.map_or(Qualifier::About, |amount| amount.qualifier),
        }
    }
}
