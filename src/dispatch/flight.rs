//! The letters that are on their way, and those that have come back but are not yet written down.
//! Owns the pace book, and decides what each landing means for it and for the row.
use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::task::{Id, JoinError, JoinSet};

use super::attempt::{Carried, End, Errand, Voice, attempt};
use super::pacing::{Pace, Pacing};
use super::verdict::settled;
use super::{Courier, Outcome};
use crate::clock::Clock;
use crate::domain::alert::Urgency;
use crate::domain::delivery::Settled;
use crate::domain::id::LetterId;
use crate::domain::person::{Chat, ChatHash};
use crate::proof::{self, Defect, Point};

/// Requests on their way at once. At 30 messages a second and a hundred milliseconds each there are
/// three; the rest is room for those that hang until their time is over.
const IN_FLIGHT_MAX: usize = 128;
/// The same where broadcasts are paid for: a thousand a second at up to 200 ms each.
const IN_FLIGHT_PAID_MAX: usize = 200;
/// Rows claimed, and written down, in one commit: beyond some thirty a commit gains nothing more.
pub(super) const GROUP_ROWS_MAX: usize = 30;
/// One in so many messages of a broadcast to a threatened site makes room for an answer to a person:
/// some three a second at the usual rate, so that a tap is answered within the second.
const ANSWER_EVERY: usize = 9;

/// What must be done besides settling the row, in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aftermath {
    Nothing,
    /// The recipient is gone.
    Gone,
    /// The recipient's chat has this number now.
    Moved(Chat),
}

/// A delivery whose attempt is over.
pub(super) struct Landed {
    pub errand: Arc<Errand>,
    pub settled: Settled,
    pub aftermath: Aftermath,
    /// Claimed and put back without an attempt.
    pub put_back: bool,
}

/// See the module.
pub(super) struct Flight {
    pub pacing: Pacing,
    /// Whether broadcasts are paid for.
    paid: bool,
    tasks: JoinSet<End>,
    errands: HashMap<Id, Arc<Errand>>,
    /// Come back, to be written down with the next commit.
    pub landed: Vec<Landed>,
    /// Telegram no longer takes the token: nothing starts any more.
    pub token_refused: bool,
    /// The urgency of what was claimed last.
    pub last_urgency: Option<Urgency>,
    /// Messages started since an answer had its turn.
    pub since_answer: usize,
    /// Something was erased and is still readable in the files.
    pub erased: bool,
    /// Something ended since finished letters were looked for.
    pub ended: bool,
    /// Whether the last commit was made is not known.
    pub in_doubt: bool,
    /// Something was queued since the last claim that may be more urgent than what goes out.
    pub called: bool,
}

impl Flight {
    pub fn new(pace: Pace) -> Flight {
        Flight {
            pacing: Pacing::new(pace),
            paid: pace.paid.is_some(),
            tasks: JoinSet::new(),
            errands: HashMap::new(),
            landed: Vec::new(),
            token_refused: false,
            last_urgency: None,
            since_answer: 0,
            erased: false,
            ended: true,
            in_doubt: false,
            called: false,
        }
    }

    /// How many letters may start now.
    pub fn room(&mut self, now: DateTime<Utc>) -> usize {
        if self.token_refused {
            return 0;
        }
        let free = self.in_flight_max().saturating_sub(self.tasks.len());
        if proof::broken(Defect::PaceIgnored) {
            return free.min(GROUP_ROWS_MAX);
        }
        self.pacing.permits(now).min(free).min(GROUP_ROWS_MAX)
    }

    /// Whether the next claim first looks for an answer to a person. During a broadcast to a
    /// threatened site, which goes before answers, one message in [`ANSWER_EVERY`] is left for
    /// people who have just tapped; a retraction leaves none.
    pub fn is_answers_turn(&self) -> bool {
        self.since_answer >= ANSWER_EVERY && self.last_urgency == Some(Urgency::Threatened)
    }

    /// Nothing more may start until something lands.
    pub fn is_full(&self) -> bool {
        self.tasks.len() >= self.in_flight_max()
    }

    fn in_flight_max(&self) -> usize {
        if self.paid { IN_FLIGHT_PAID_MAX } else { IN_FLIGHT_MAX }
    }

    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Starts a claimed row on its way, or puts it back where its chat is not ready.
    pub fn start(
        &mut self,
        errand: Errand,
        voice: &Voice,
        courier: &Arc<dyn Courier>,
        clock: &Clock,
        now: DateTime<Utc>,
    ) {
        let chat = errand.row.chat;
        let fare = errand.fare(self.paid);
        let errand = Arc::new(errand);
        self.last_urgency = Some(errand.row.urgency);
        let ready = self.pacing.chat_ready(chat, fare, now);
        if let Err(at) = ready
            && !proof::broken(Defect::PaceIgnored)
        {
            self.unstarted(errand, at);
            return;
        }
        self.pacing.started(chat, fare, now);
        self.since_answer += 1;
        let task = {
            let (errand, voice) = (Arc::clone(&errand), voice.clone());
            let (courier, clock) = (Arc::clone(courier), clock.clone());
            async move {
                let end = attempt(&errand, fare, &voice, courier.as_ref(), &clock).await;
                proof::reach(Point::Answered).await;
                end
            }
        };
        let id = self.tasks.spawn(task).id();
        self.errands.insert(id, errand);
    }

    /// Whether this row is on its way, or has come back and is not written down yet.
    pub fn holds(&self, letter: &LetterId, chat: ChatHash) -> bool {
        let landed = self.landed.iter().map(|one| &one.errand);
        let mut ours = self.errands.values().chain(landed);
        ours.any(|errand| errand.row.letter_id == *letter && errand.row.chat_hash == chat)
    }

    /// Puts a claimed row back: nothing may start after all.
    pub fn put_back(&mut self, errand: Errand, now: DateTime<Utc>) {
        self.unstarted(Arc::new(errand), now);
    }

    fn unstarted(&mut self, errand: Arc<Errand>, at: DateTime<Utc>) {
        self.landed.push(Landed {
            errand,
            settled: Settled::Again { at, counts: false },
            aftermath: Aftermath::Nothing,
            put_back: true,
        });
    }

    /// Waits for the next to land. `None` when nothing is on its way. May be dropped while waiting.
    pub async fn next(&mut self) -> Option<Result<(Id, End), JoinError>> {
        self.tasks.join_next_with_id().await
    }

    /// Takes in what has landed.
    pub fn land(&mut self, joined: Result<(Id, End), JoinError>, now: DateTime<Utc>) {
        let (id, end) = match joined {
            Ok(landed) => landed,
            Err(error) => {
                tracing::error!(alarm = "attempt_panicked", "an attempt to send panicked");
                let unknown = Carried { outcome: Outcome::Ambiguous, calls: 1 };
                (error.id(), End::Carried(unknown))
            }
        };
        let Some(errand) = self.errands.remove(&id) else {
            return;
        };
        self.pacing.landed(errand.row.chat, now);
        let (settled, aftermath) = match end {
            End::TooLate => (Settled::Expired, Aftermath::Nothing),
            End::Unreadable => (Settled::Refused, Aftermath::Nothing),
            End::Carried(carried) => self.weigh(&errand, carried, now),
        };
        alarm_if_needed(&errand, settled);
        self.landed.push(Landed { errand, settled, aftermath, put_back: false });
    }

    /// What a carried letter's end means for the pace and for its row.
    fn weigh(
        &mut self,
        errand: &Errand,
        carried: Carried,
        now: DateTime<Utc>,
    ) -> (Settled, Aftermath) {
        let row = &errand.row;
        let fare = errand.fare(self.paid);
        self.pacing.made_more_calls(carried.calls - 1, fare, now);
        let mut told = None;
        let mut aftermath = Aftermath::Nothing;
        match carried.outcome {
            Outcome::SurelyUnsent => self.pacing.not_reached(now),
            Outcome::WaitAsTold { .. } if proof::broken(Defect::WaitIgnored) => told = Some(now),
            Outcome::WaitAsTold { seconds } => {
                told = Some(self.pacing.told_to_wait(row.chat, seconds, now));
            }
            Outcome::RecipientGone if proof::broken(Defect::BlockedEndsEveryone) => {
                self.token_refused = true;
            }
            Outcome::RecipientGone if proof::broken(Defect::BlockedTriedAgain) => {}
            Outcome::RecipientGone => aftermath = Aftermath::Gone,
            Outcome::Moved(chat) => aftermath = Aftermath::Moved(chat),
            Outcome::TokenRefused => self.token_refused = true,
            _ => {}
        }
        if !matches!(carried.outcome, Outcome::SurelyUnsent | Outcome::Ambiguous) {
            self.pacing.reached();
        }
        let edited = row.edit_message_id.or(row.previous_message_id);
        let settled = settled(carried.outcome, row.attempts, edited, told, now);
        (settled, aftermath)
    }
}

/// What somebody should look at: a message that cannot be sent to anyone, and one of which nobody
/// knows whether it arrived.
fn alarm_if_needed(errand: &Errand, settled: Settled) {
    let letter = &errand.row.letter_id;
    match settled {
        Settled::Refused => {
            tracing::error!(alarm = "refused", %letter, "a message was refused for good");
        }
        Settled::Maybe => tracing::warn!(%letter, "a message may or may not have arrived"),
        _ => {}
    }
}
