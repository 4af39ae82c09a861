//! The independent checker: it reads what Telegram journaled and what people did, and nothing of the
//! program; each promise of G1 to G7 in a file of its own.
mod g1;
mod g2;
mod g3;
mod g4;
mod g5;
mod g6;
mod g7;
mod limits;
mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use vigie::rehearsal::telegram::Call;

use crate::actors::Cast;
use crate::ledger::Ledger;
use crate::script::{Script, Step};
use crate::stage::Stage;
use crate::words::{Told, Words};

/// A promise that was not kept.
#[derive(Debug, Clone)]
pub struct Breach {
    /// Which.
    pub rule: &'static str,
    /// What was seen.
    pub what: String,
}

impl Breach {
    /// A breach of a rule.
    pub fn of(rule: &'static str, what: impl Into<String>) -> Breach {
        Breach { rule, what: what.into() }
    }
    /// Found after a step.
    pub fn at_step(self, n: usize, step: &Step) -> Breach {
        Breach { what: format!("{} (after step {n}, {step:?})", self.what), ..self }
    }
    /// Found after the last step.
    pub fn after_the_end(self) -> Breach {
        Breach { what: format!("{} (after the faults have ended)", self.what), ..self }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.rule, self.what)
    }
}

/// Everything the checker may know.
pub struct Known {
    pub cast: Cast,
    /// All messages that arrived, oldest first.
    pub told: Vec<Told>,
    /// All calls, oldest first.
    pub calls: Vec<Call>,
    /// The same by chat, as positions in `told`.
    pub of_chat: BTreeMap<i64, Vec<usize>>,
}

/// See the module.
pub struct Checker {
    words: Words,
    known: Known,
    warned: g2::Warned,
    read_calls: usize,
    read_told: usize,
    /// Whether news was sent that had waited.
    pub aged_in_queue: bool,
}

impl Checker {
    /// A checker of one story.
    pub fn of(script: &Script) -> Checker {
        Checker {
            words: Words::load(),
            known: Known {
                cast: script.cast.clone(),
                told: Vec::new(),
                calls: Vec::new(),
                of_chat: BTreeMap::new(),
            },
            warned: g2::Warned::default(),
            read_calls: 0,
            read_told: 0,
            aged_in_queue: false,
        }
    }

    /// Checks what can be checked now; at the end, everything.
    pub fn look(&mut self, stage: &Stage, end: bool) -> Result<(), Breach> {
        self.read(stage);
        let (known, ledger, now) = (&self.known, &stage.ledger, stage.now());
        let fresh = &known.told[self.read_told..];
        limits::check(&known.calls, self.read_calls, ledger)?;
        g5::check(fresh, ledger)?;
        self.aged_in_queue |= g5::aged_in_queue(fresh, ledger);
        people::check(known, ledger, self.read_told)?;
        g3::check(known, ledger, self.read_told)?;
        g4::check(known, ledger, self.read_told, now, end)?;
        g6::check(known, ledger, self.read_told)?;
        g1::check(known, ledger, now, end)?;
        self.warned.check(known, ledger, now, end)?;
        self.read_calls = known.calls.len();
        self.read_told = known.told.len();
        Ok(())
    }

    /// Checks the file itself, once all is over.
    pub async fn kept(&self, stage: &Stage) -> Result<(), Breach> {
        g7::check(stage).await
    }

    /// Checks that nothing is left to do.
    pub async fn settled(stage: &Stage) -> Result<(), Breach> {
        g7::settled(stage).await
    }

    fn read(&mut self, stage: &Stage) {
        let after = self.known.told.last().map_or(0, |told| told.seq);
        for call in stage.telegram.accepted_after(after) {
            let Some(told) = self.words.read(&call, &self.known.cast.sites) else { continue };
            self.known.of_chat.entry(told.chat).or_default().push(self.known.told.len());
            self.known.told.push(told);
        }
        let after = self.known.calls.last().map_or(0, |call| call.seq);
        self.known.calls.extend(stage.telegram.calls_after(after));
    }
}

impl Known {
    /// What a chat was told.
    pub fn to(&self, chat: i64) -> impl DoubleEndedIterator<Item = &Told> {
        let of_chat = self.of_chat.get(&chat).map(Vec::as_slice).unwrap_or_default();
        of_chat.iter().map(|at| &self.told[*at])
    }
    /// Everybody who was told anything.
    pub fn chats(&self) -> BTreeSet<i64> {
        self.of_chat.keys().copied().collect()
    }
    /// How many calls to a chat ended so that the program cannot know whether they arrived.
    pub fn doubts(&self, chat: i64) -> usize {
        self.calls.iter().filter(|call| call.chat_id == Some(chat) && is_doubtful(call)).count()
    }
    /// Whether somebody is of the team.
    pub fn is_team(&self, chat: i64) -> bool {
        !self.cast.residents.iter().any(|resident| resident.chat == chat)
            && chat != crate::actors::SUPERGROUP
    }
    /// A site's name.
    pub fn name(&self, site: usize) -> &'static str {
        self.cast.sites[site].name
    }
}

/// Whether a call may or may not have had its effect, as far as the caller can know.
pub fn is_doubtful(call: &Call) -> bool {
    use vigie::rehearsal::telegram::Fault;
    matches!(
        call.fault,
        Some(
            Fault::ServerError(_)
                | Fault::CutBefore
                | Fault::CutAfterAccept
                | Fault::LostAnswer
                | Fault::Hang
                | Fault::BrokenJson
        )
    )
}

/// The deliveries that are not settled, for who looks into a story.
pub async fn waiting(stage: &Stage) -> Vec<String> {
    g7::waiting(stage).await
}

/// Where a ledger says that somebody can be written to no more, or asked for it.
pub fn has_left(known: &Known, ledger: &Ledger, chat: i64) -> bool {
    use crate::ledger::What;
    let said = ledger.events.iter().any(|event| match &event.what {
        What::Stopped { chat: who } | What::Gone { chat: who } => *who == chat,
        What::Moved { from, .. } => *from == chat,
        _ => false,
    });
    said || known.calls.iter().any(|call| call.chat_id == Some(chat) && is_gone(call))
}

/// Whether Telegram said that the person is gone.
pub fn is_gone(call: &Call) -> bool {
    let description = call.description.as_deref().unwrap_or_default();
    call.status == 403 || description.contains("chat not found")
}
