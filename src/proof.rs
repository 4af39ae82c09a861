//! Where a proof may end the process, and which promise it may break to see whether the proof
//! notices. Built only with the feature `proof`: in the product both questions are answered at compile
//! time, with *go on* and *no*.

/// A moment at which a crash tells something. Named after what has just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Point {
    /// Updates came, and are not committed yet (FAULTS 1).
    UpdatesFetched,
    /// Updates are committed, and not confirmed to Telegram yet (FAULTS 2).
    UpdatesKept,
    /// An update is handled, and its transaction is not committed yet (FAULTS 3).
    Handling,
    /// An update's transaction is committed, nothing is sent of it yet (FAULTS 4).
    Handled,
    /// What landed is written down and what goes next is claimed, and neither is committed yet.
    Claiming,
    /// The intent is committed, and the call not made yet (FAULTS 5).
    IntentKept,
    /// Telegram has answered, and nothing of it is written down yet (FAULTS 6).
    Answered,
    /// A timer's duty is done, and not committed yet.
    DutyDone,
    /// Retention has erased, and not committed yet (FAULTS 8).
    Purging,
}

/// A promise broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Defect {
    /// Updates are confirmed before they are committed.
    AcknowledgeBeforeCommit,
    /// Calls start before the intent is committed.
    IntentAfterAnswer,
    /// An update that came before is handled again.
    DuplicateHandled,
    /// An update whose handling failed counts as handled.
    DoneThoughFailed,
    /// News of a presence is sent however old it is.
    NoAgeing,
    /// The age of news is told as it was when it was observed.
    AgeFrozen,
    /// A 429 counts as sent.
    TooManyCountsAsSent,
    /// What Telegram told us to wait is not waited.
    WaitIgnored,
    /// A refused connection counts as an attempt that may have arrived, and is not repeated.
    RefusedConnectionGivenUp,
    /// Attempts are not limited.
    NoCapOnCopies,
    /// A retraction takes its place behind everything else.
    RetractionNotFirst,
    /// A retraction goes only to those who surely got what it retracts.
    MaybeNotRetracted,
    /// What a later version overtook is sent all the same.
    SupersededStillSent,
    /// What was on its way when a later version overtook it is tried again.
    OvertakenTriedAgain,
    /// What was on its way when the process died is never taken up again.
    ClaimsNeverReleased,
    /// What waits for a person who left is sent all the same.
    StopIgnored,
    /// A person who blocked the bot is tried again.
    BlockedTriedAgain,
    /// One person who blocked the bot ends sending for everyone.
    BlockedEndsEveryone,
    /// Messages start without regard to the pace.
    PaceIgnored,
}

impl Defect {
    /// Every defect.
    pub const ALL: [Defect; 19] = [
        Defect::AcknowledgeBeforeCommit,
        Defect::IntentAfterAnswer,
        Defect::DuplicateHandled,
        Defect::DoneThoughFailed,
        Defect::NoAgeing,
        Defect::AgeFrozen,
        Defect::TooManyCountsAsSent,
        Defect::WaitIgnored,
        Defect::RefusedConnectionGivenUp,
        Defect::NoCapOnCopies,
        Defect::RetractionNotFirst,
        Defect::MaybeNotRetracted,
        Defect::SupersededStillSent,
        Defect::OvertakenTriedAgain,
        Defect::ClaimsNeverReleased,
        Defect::StopIgnored,
        Defect::BlockedTriedAgain,
        Defect::BlockedEndsEveryone,
        Defect::PaceIgnored,
    ];
}

impl Point {
    /// Every point.
    pub const ALL: [Point; 9] = [
        Point::UpdatesFetched,
        Point::UpdatesKept,
        Point::Handling,
        Point::Handled,
        Point::Claiming,
        Point::IntentKept,
        Point::Answered,
        Point::DutyDone,
        Point::Purging,
    ];
    /// Its name on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Point::UpdatesFetched => "updates_fetched",
            Point::UpdatesKept => "updates_kept",
            Point::Handling => "handling",
            Point::Handled => "handled",
            Point::Claiming => "claiming",
            Point::IntentKept => "intent_kept",
            Point::Answered => "answered",
            Point::DutyDone => "duty_done",
            Point::Purging => "purging",
        }
    }
}

/// Passes a point; in a proof, perhaps no further.
#[cfg(not(feature = "proof"))]
#[inline(always)]
pub async fn reach(_point: Point) {}

/// Whether a promise is broken on purpose.
#[cfg(not(feature = "proof"))]
#[inline(always)]
pub const fn broken(_defect: Defect) -> bool {
    false
}

#[cfg(feature = "proof")]
pub use armed::{Then, arm, broken, disarm, frozen, hits, mend, reach, sabotage};

#[cfg(feature = "proof")]
mod armed {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use tokio::sync::watch;

    use super::{Defect, Point};

    /// What happens at an armed point.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Then {
        /// The process ends at once, as by kill -9: nothing is unwound, flushed or closed.
        Abort,
        /// Whoever passes never goes on, and [`frozen`] says so: the simulation then drops everything.
        Freeze,
    }

    struct Plan {
        point: Point,
        left: u64,
        then: Then,
    }

    static PLAN: Mutex<Option<Plan>> = Mutex::new(None);
    static HITS: Mutex<BTreeMap<Point, u64>> = Mutex::new(BTreeMap::new());
    static BROKEN: Mutex<BTreeSet<Defect>> = Mutex::new(BTreeSet::new());
    static FROZEN: std::sync::LazyLock<watch::Sender<bool>> =
        std::sync::LazyLock::new(|| watch::Sender::new(false));

    fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Arms a point: the `nth` time it is passed from now (counted from 1), `then` happens, once.
    pub fn arm(point: Point, nth: u64, then: Then) {
        FROZEN.send_replace(false);
        *lock(&PLAN) = Some(Plan { point, left: nth.max(1), then });
    }

    /// Disarms, and thaws what comes next.
    pub fn disarm() {
        *lock(&PLAN) = None;
        FROZEN.send_replace(false);
    }

    /// How often a point was passed since the process began.
    pub fn hits(point: Point) -> u64 {
        lock(&HITS).get(&point).copied().unwrap_or(0)
    }

    /// Ready once somebody stands frozen at an armed point.
    pub async fn frozen() {
        let mut frozen = FROZEN.subscribe();
        // The sender is static and never dropped.
        let _ = frozen.wait_for(|frozen| *frozen).await;
    }

    /// Breaks a promise until [`mend`].
    pub fn sabotage(defect: Defect) {
        lock(&BROKEN).insert(defect);
    }

    /// Keeps every promise again.
    pub fn mend() {
        lock(&BROKEN).clear();
    }

    /// Whether a promise is broken on purpose.
    pub fn broken(defect: Defect) -> bool {
        lock(&BROKEN).contains(&defect)
    }

    /// Passes a point; perhaps no further.
    pub async fn reach(point: Point) {
        *lock(&HITS).entry(point).or_default() += 1;
        if *FROZEN.borrow() {
            // The process counts as dead from here on.
            std::future::pending::<()>().await;
        }
        let then = {
            let mut plan = lock(&PLAN);
            match plan.as_mut().filter(|plan| plan.point == point) {
                Some(armed) => {
                    armed.left -= 1;
                    let then = armed.then;
                    if armed.left == 0 {
                        *plan = None;
                        Some(then)
                    } else {
                        None
                    }
                }
                None => None,
            }
        };
        match then {
            Some(Then::Abort) => std::process::abort(),
            Some(Then::Freeze) => {
                FROZEN.send_replace(true);
                std::future::pending::<()>().await;
            }
            None => {}
        }
    }
}
