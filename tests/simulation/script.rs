//! A story from one seed: who is there, what they do, how time goes by and what goes wrong. Nothing
//! in it depends on what the program answers.
use chrono::{DateTime, Utc};
use vigie::proof::Point;
use vigie::rehearsal::telegram::{Aim, Fault, Times};

use crate::actors::Cast;
use crate::rng::Rng;
use crate::scenes;

/// One second of a story, in the unit of its steps.
pub const SECOND: i64 = 1_000;
/// One minute of it.
pub const MINUTE: i64 = 60 * SECOND;

/// Something a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// An observer writes that so many vans are at a site, seen so many minutes ago.
    Report { by: usize, site: usize, vans: u32, ago: i64 },
    /// The author of the latest report changes its text: another site, another number.
    Edit { site: usize, vans: u32 },
    /// The author of the latest report takes it back by its button.
    Undo,
    /// An observer writes that they left the site.
    Left { by: usize, site: usize },
    /// The contact reports by a tap.
    ContactSees { site: usize },
    /// The coordinator says that the latest warning that can be taken back was wrong.
    Retract,
    /// The coordinator says that the latest convoy has ended.
    Ended,
    /// An observer writes an hour that may be two moments.
    HourUnclear { by: usize, site: usize },
    /// A resident writes /stop.
    Stop(usize),
    /// A resident comes, or comes again, with a flyer's code for a site.
    Subscribe { who: usize, site: usize },
    /// A resident reads another language from now on.
    Language(usize, &'static str),
    /// A resident blocks the bot.
    Block(usize),
    /// A resident's account is deleted.
    Deactivate(usize),
    /// The group becomes a supergroup; the bot is told so, or learns it from the next call.
    Migrate { told: bool },
}

/// Something goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// Telegram fails calls to come.
    Weather(Aim, Fault, Times),
    /// Whatever was scripted of the weather ends.
    Clear,
    /// Telegram refuses connections for so long.
    Outage(i64),
    /// The process dies the so-manieth time it passes a point, and starts again after a time in which
    /// somebody may do something.
    Kill { point: Point, nth: u64, down: i64, meanwhile: Option<Act> },
    /// The process dies here and now.
    KillNow { down: i64 },
    /// It is asked to stop while it runs, and starts again.
    StopInOrder,
    /// A second service is started on the same file.
    SecondInstance,
    /// The machine's clock is wrong by so much from now on.
    Skew(i64),
    /// Another program holds the database's write lock for so long of real time.
    Busy(u64),
    /// The disk is full, or no longer.
    DiskFull(bool),
    /// The file is damaged while the service is down.
    Corrupt,
    /// Telegram sends the newest update again.
    SameUpdateTwice,
    /// What waits at Telegram comes in reverse order.
    OutOfOrder,
    /// Telegram numbers its updates from lower down.
    IdsFall,
    /// Somebody points the bot's webhook elsewhere.
    ForeignWebhook,
}

/// One step of a story.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Somebody does something, which the program may learn with the next [`Step::Pass`].
    Do(Act),
    /// So much time passes while the service runs.
    Pass(i64),
    /// So much time passes while it does not.
    Away(i64),
    /// Something goes wrong.
    Strike(Trouble),
}

/// A whole story.
#[derive(Debug, Clone)]
pub struct Script {
    /// Where it comes from.
    pub seed: u64,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// Who takes part.
    pub cast: Cast,
    /// What happens.
    pub steps: Vec<Step>,
}

/// When stories begin: a plain morning of either half of the year, the two nights in which Paris
/// changes its clocks, and the year's end.
pub const STARTS: [&str; 5] = [
    "2025-11-10T07:05:00Z",
    "2025-06-18T04:40:00Z",
    "2026-03-29T00:35:00Z",
    "2025-10-26T00:20:00Z",
    "2025-12-31T22:30:00Z",
];

/// So many stories of a hundred end with a scene in which several things go wrong in one moment.
const RARE_PERCENT: usize = 30;

impl Script {
    /// The story of a seed.
    pub fn of(seed: u64) -> Script {
        let mut rng = Rng::of(seed, 1);
        let start = if rng.percent(60) { STARTS[rng.below(2)] } else { STARTS[2 + rng.below(3)] };
        let cast = Cast::of(&mut rng);
        let mut steps = Vec::new();
        let scenes = rng.range(2, 4);
        for _ in 0..scenes {
            scenes::add(&mut steps, &cast, &mut rng);
        }
        // Drawn apart, so that the stories of seeds that once failed stay as they were.
        let mut rare = Rng::of(seed, 2);
        if rare.percent(RARE_PERCENT) {
            scenes::add_rare(&mut steps, &cast, &mut rare);
        }
        let start = DateTime::parse_from_rfc3339(start).unwrap().with_timezone(&Utc);
        Script { seed, start, cast, steps }
    }

    /// Every step on a line.
    pub fn told(&self) -> String {
        let sites: Vec<&str> = self.cast.sites.iter().map(|site| site.name).collect();
        let people = self.cast.residents.len();
        let mut lines = format!(
            "seed {} begins {} with {people} residents of {sites:?}\n",
            self.seed, self.start
        );
        for (n, step) in self.steps.iter().enumerate() {
            lines.push_str(&format!("  {n:3} {step:?}\n"));
        }
        lines
    }
}
