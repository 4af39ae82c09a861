//! The mornings on offer and the one that is playing now, in the background, by the clock.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::task::AbortHandle;

use super::player::{Played, Player};
use super::script::{Act, Bilingual, Script};
use super::telegram::LocalTelegram;
use crate::clock::Clock;

/// A morning on offer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScriptInfo {
    /// Names it.
    pub key: String,
    /// What stands in the list.
    pub title: Bilingual,
}

/// The morning that is playing, or has played last.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Playing {
    /// Which.
    pub key: String,
    /// Lines played.
    pub done: usize,
    /// Lines in all.
    pub of: usize,
    /// The note told last.
    pub note: Option<Bilingual>,
    /// What could not be done last, such as a tap on a button that was not there.
    pub missed: Option<String>,
    /// Whether it is over or was stopped.
    pub over: bool,
}

/// Plays mornings on the phones of a local Telegram. Clones are the same show.
#[derive(Clone)]
pub struct Show {
    telegram: LocalTelegram,
    clock: Clock,
    phones: BTreeMap<String, i64>,
    scripts: Arc<Vec<Arc<Script>>>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    playing: Option<Playing>,
    task: Option<AbortHandle>,
    /// Raised by every start, so that a morning that was replaced says no more.
    round: u64,
}

impl Show {
    /// Offers scripts to phones named by keys.
    pub fn new(
        telegram: LocalTelegram,
        clock: Clock,
        phones: BTreeMap<String, i64>,
        scripts: Vec<Script>,
    ) -> Show {
        Show {
            telegram,
            clock,
            phones,
            scripts: Arc::new(scripts.into_iter().map(Arc::new).collect()),
            state: Arc::default(),
        }
    }
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// What is on offer.
    pub fn scripts(&self) -> Vec<ScriptInfo> {
        let infos = self
            .scripts
            .iter()
            .map(|script| ScriptInfo { key: script.key.clone(), title: script.title.clone() });
        infos.collect()
    }
    /// Starts a morning: the clock jumps to its beginning and goes `speed` times as fast as real
    /// time. What was playing stops. On a clock that is already past the morning it is played on
    /// the next day on which it fits. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When there is no such script, or it names a phone that is not there.
    pub fn play(&self, key: &str, speed: f64) -> Result<(), String> {
        let script = self.scripts.iter().find(|script| script.key == key);
        let script = script.ok_or_else(|| format!("there is no script \"{key}\""))?;
        let script = Arc::new(script.not_before(self.clock.now()));
        let phones = self.phones.clone();
        let player = Player::new(Arc::clone(&script), phones, self.telegram.clone())
            .map_err(|error| error.to_string())?;
        self.stop();
        self.clock.set(script.start);
        self.clock.set_speed(speed);
        let mut state = self.lock();
        state.round += 1;
        let round = state.round;
        state.playing = Some(Playing {
            key: key.to_owned(),
            done: 0,
            of: script.lines.len(),
            note: None,
            missed: None,
            over: false,
        });
        let show = self.clone();
        let clock = self.clock.clone();
        let task = tokio::spawn(async move {
            player.run(&clock, |played| show.tell(round, played)).await;
            show.finish(round);
        });
        state.task = Some(task.abort_handle());
        drop(state);
        self.telegram.announce();
        Ok(())
    }
    /// Stops what is playing; the clock goes on.
    pub fn stop(&self) {
        let mut state = self.lock();
        if let Some(task) = state.task.take() {
            task.abort();
        }
        if let Some(playing) = &mut state.playing {
            playing.over = true;
        }
        drop(state);
        self.telegram.announce();
    }
    /// What is playing, or played last.
    pub fn playing(&self) -> Option<Playing> {
        self.lock().playing.clone()
    }

    fn tell(&self, round: u64, played: &Played) {
        let mut state = self.lock();
        if state.round != round {
            return;
        }
        if let Some(playing) = &mut state.playing {
            playing.done += 1;
            if let Act::Note(note) = &played.line.act {
                playing.note = Some(note.clone());
            }
            playing.missed = match &played.outcome {
                Ok(()) => None,
                Err(why) => Some(format!("line {}: {why}", played.line.no)),
            };
        }
        drop(state);
        self.telegram.announce();
    }
    fn finish(&self, round: u64) {
        let mut state = self.lock();
        if state.round == round
            && let Some(playing) = &mut state.playing
        {
            playing.over = true;
        }
        drop(state);
        self.telegram.announce();
    }
}
