//! The reader's dictionary, as data: what the words of observers mean, in French and English. Words
//! stand folded (lower case, no accents, no apostrophes or hyphens); `|` parts spellings, `(s)` is
//! an ending that may be missing. The grammar that puts words together is in the other files.
mod counted;
mod small;
mod story;

use crate::domain::sighting::{Crew, Phase, Source, Vehicle};

use super::told::{Conduct, GoodsKind, PeopleKind};

/// What a word or phrase means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::domain::reading) enum Meaning {
    // Numbers.
    /// "trois", "vingt", "cent".
    Number(u32),
    /// "un", "une", "a": one, or merely an article.
    One,
    /// "dizaine", "dozen": about so many.
    Dozen(u32),
    /// "plusieurs", "some": more than one, not counted.
    Some,
    /// "des": of the, or some.
    Des,
    AtLeast,
    AtMost,
    About,
    /// "plus de": at least, or no longer any.
    MoreThan,
    /// "plus", "+": and, or no longer.
    Plus,
    /// "x", "fois".
    Times,
    // Words that join.
    And,
    Or,
    Of,
    /// "le", "la", "the".
    Article,
    Including,
    Not,
    Between,
    /// "from" a time, a place.
    From,
    /// "à" and English "a".
    A,
    At,
    Towards,
    ComingFrom,
    /// "sauf": of this place the rest is not told.
    Except,
    /// "depuis", "dès", "since".
    Since,
    Other,
    /// Sizes and colours that part a number from its noun.
    Adjective,
    Our,
    // Time.
    Hour,
    Minute,
    Morning,
    Evening,
    Noon,
    Midnight,
    Half,
    HalfPast,
    /// "il y a": there is, or ago.
    ThereIs,
    Ago,
    /// "hier", "lundi".
    Day,
    Today,
    Month,
    // What is counted.
    Crew(Crew),
    /// A crew said as people: without a vehicle, a count of them is no count of vans.
    Gendarmes,
    Vehicle(Vehicle),
    /// A bus in French, a car in English.
    Car,
    /// A machine that says whose it is: a benne, an excavator.
    Machine(Crew, Vehicle),
    Officers,
    Observers,
    Person,
    Women,
    Children,
    Did(PeopleKind),
    /// "expulsion", "évacuation": what was done, or the whole operation.
    Expulsion,
    Goods(GoodsKind),
    Full,
    Kept,
    /// Verbs and nouns of taking.
    Taken,
    /// Told, but nothing a finding can hold: always shown as a doubt.
    Untold,
    // What happened.
    Cue(Phase),
    /// Word of police being there at all: "convoi", "opération".
    Operation,
    Conduct(Conduct),
    LegalBasis,
    Given,
    Refused,
    Check,
    Papers,
    Present,
    Absent,
    Source(Source),
    /// Understood and of no consequence.
    Filler,
}

/// Every table.
pub(super) const TABLES: [&[(Meaning, &str)]; 6] = [
    small::NUMBERS,
    small::JOINING,
    small::TIME,
    counted::VEHICLES,
    counted::PEOPLE_AND_GOODS,
    story::STORY,
];
