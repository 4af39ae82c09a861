//! A local Telegram: a Bot API server on loopback, and the people who write to the bot.
//!
//! It owns the chats, the update queue, the limits and the weather. It serves the program exactly
//! as Telegram does, over real HTTP, and lets tests and the rehearsal page act as people. It never
//! knows anything of Vigie.
mod bubble;
mod channels;
mod groups;
mod journal;
mod keyboard;
mod limits;
mod listener;
mod markup;
#[cfg(test)]
mod markup_tests;
mod message;
mod methods;
mod others;
mod params;
mod people;
mod refusal;
mod server;
mod state;
mod updates;
mod weather;
mod webhook;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;

use crate::clock::Clock;

pub use bubble::{Bubble, Quote};
pub use channels::Standing;
pub use groups::GroupSpec;
pub use journal::{Accepted, Call};
pub use keyboard::Button;
pub use limits::Limits;
pub use markup::{CAPTION_UNITS_MAX, Entity, TEXT_UNITS_MAX, clean, utf16_len};
pub use others::Other;
pub use people::{CannotDo, PhoneSpec};
pub use state::PressAnswer;
pub use weather::{Aim, Fault, FaultId, Times};

/// How a local Telegram is set up.
#[derive(Debug, Clone)]
pub struct LocalOptions {
    /// The port on loopback; 0 takes any that is free.
    pub port: u16,
    /// The token the bot must use.
    pub token: String,
    /// The bot's user name, as it stands in `t.me` links.
    pub bot_username: String,
    /// The limits on sending; `None` lets everything pass.
    pub limits: Option<Limits>,
    /// Where the random-looking numbers begin.
    pub seed: u64,
}

impl Default for LocalOptions {
    /// Any port, a made-up token, Telegram's limits.
    fn default() -> LocalOptions {
        LocalOptions {
            port: 0,
            token: "100001:local-rehearsal-token-of-no-value".to_owned(),
            bot_username: "vigie_rehearsal_bot".to_owned(),
            limits: Some(Limits::default()),
            seed: 1,
        }
    }
}

impl LocalOptions {
    /// The same without limits on sending, for tests whose clock stands still.
    pub fn unlimited() -> LocalOptions {
        LocalOptions { limits: None, ..LocalOptions::default() }
    }
}

/// What the server and its handles share.
struct Inner {
    state: Mutex<state::State>,
    clock: Clock,
    door: listener::Handle,
    updates_arrived: Notify,
    changed: watch::Sender<u64>,
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, state::State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn is_open(&self) -> bool {
        self.door.is_open()
    }
    /// Tells those who watch that something has changed.
    fn announce(&self) {
        self.changed.send_modify(|count| *count += 1);
    }
}

/// Ends the server when the last handle goes.
struct Keeper {
    inner: Arc<Inner>,
    tasks: Vec<AbortHandle>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        self.inner.door.wires.cut_all();
    }
}

/// A handle to a running local Telegram. Clones are the same server; it ends with the last.
#[derive(Clone)]
pub struct LocalTelegram {
    inner: Arc<Inner>,
    keeper: Arc<Keeper>,
}

impl LocalTelegram {
    /// Starts a server that goes by `clock`.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub async fn start(clock: Clock, options: LocalOptions) -> io::Result<LocalTelegram> {
        let (door, handle) = listener::bind(options.port).await?;
        let state = state::State {
            token: options.token,
            bot_name: "Vigie".to_owned(),
            bot_username: options.bot_username,
            limits: options.limits,
            counters: limits::Counters::default(),
            people: Default::default(),
            chats: Default::default(),
            updates: updates::Updates::new(options.seed),
            presses: Default::default(),
            files: Default::default(),
            menus: Default::default(),
            journal: journal::Journal::default(),
            weather: weather::Weather::default(),
            skew: TimeDelta::zero(),
            webhook: None,
            silence: None,
            last_message_id: 0,
            random: options.seed.wrapping_add(7),
            revision: 1,
        };
        let inner = Arc::new(Inner {
            state: Mutex::new(state),
            clock,
            door: handle,
            updates_arrived: Notify::new(),
            changed: watch::Sender::new(0),
        });
        let app = server::router(Arc::clone(&inner))
            .into_make_service_with_connect_info::<listener::Scissors>();
        let serving = tokio::spawn(async move {
            // Serving ends only with the task: the door reports no errors.
            let _ = axum::serve(door, app).await;
        });
        let pushing = tokio::spawn(webhook::deliver(Arc::downgrade(&inner)));
        let keeper = Keeper {
            inner: Arc::clone(&inner),
            tasks: vec![serving.abort_handle(), pushing.abort_handle()],
        };
        Ok(LocalTelegram { inner, keeper: Arc::new(keeper) })
    }
    /// The address for `TELOXIDE_API_URL`, such as `http://127.0.0.1:4000`.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.inner.door.address)
    }
    /// The token the bot must use.
    pub fn token(&self) -> String {
        self.inner.lock().token.clone()
    }
    /// The bot's user name.
    pub fn bot_username(&self) -> String {
        self.inner.lock().bot_username.clone()
    }
    /// The clock it goes by.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }
    /// Ends the server now, whatever handles there are.
    pub fn stop(&self) {
        for task in &self.keeper.tasks {
            task.abort();
        }
        self.inner.door.wires.cut_all();
    }
    /// Every call that took effect, oldest first.
    pub fn accepted(&self) -> Vec<Accepted> {
        self.inner.lock().journal.accepted()
    }
    /// How many calls took effect, and how many were made, so far.
    pub fn counts(&self) -> (u64, u64) {
        self.inner.lock().journal.counts()
    }
    /// Every call but successful `getUpdates`, refused ones too, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.inner.lock().journal.calls()
    }
    /// The calls that took effect after the one with this number, oldest first.
    pub fn accepted_after(&self, seq: u64) -> Vec<Accepted> {
        self.inner.lock().journal.accepted_after(seq)
    }
    /// As [`LocalTelegram::calls`], after the one with this number.
    pub fn calls_after(&self, seq: u64) -> Vec<Call> {
        self.inner.lock().journal.calls_after(seq)
    }
    /// From now on a call that would never be answered is cut off after so long, in real time; the
    /// caller knows no more than if its own patience had ended.
    pub fn set_silence(&self, limit: Option<Duration>) {
        self.inner.lock().silence = limit;
    }
    /// Changes the limits on sending from now on.
    pub fn set_limits(&self, limits: Option<Limits>) {
        self.inner.lock().limits = limits;
    }
    /// Scripts a fault for calls to come.
    pub fn script_fault(&self, aim: Aim, fault: Fault, times: Times) -> FaultId {
        let id = self.inner.lock().weather.script(aim, fault, times);
        self.inner.announce();
        id
    }
    /// Takes a scripted fault back.
    pub fn clear_fault(&self, id: FaultId) {
        self.inner.lock().weather.clear(id);
        self.inner.announce();
    }
    /// Takes all scripted faults back. An outage is ended by [`LocalTelegram::outage`].
    pub fn clear_weather(&self) {
        self.inner.lock().weather.clear_all();
        self.inner.announce();
    }
    /// The time it writes on its answers is so far ahead of its clock from now on (FAULTS 31): to
    /// whoever asks it, their own clock looks as far behind.
    pub fn skew(&self, ahead: TimeDelta) {
        self.inner.lock().skew = ahead;
        self.inner.announce();
    }
    /// The faults scripted now.
    pub fn weather(&self) -> Vec<(FaultId, Aim, Fault)> {
        self.inner.lock().weather.list()
    }
    /// Begins or ends an outage: the port is closed, connections are refused, and those there were
    /// are cut. Returns when it is so.
    pub async fn outage(&self, on: bool) {
        self.inner.door.set_open(!on).await;
        self.inner.announce();
    }
    /// Whether there is an outage.
    pub fn is_out(&self) -> bool {
        !self.inner.is_open()
    }
    /// Goes on numbering updates from lower down, as Telegram does after a quiet week.
    pub fn restart_ids(&self) {
        self.inner.lock().updates.restart_ids();
    }
    /// How many updates wait for the bot.
    pub fn waiting_updates(&self) -> usize {
        self.inner.lock().updates.len()
    }
    /// The number of the newest update.
    pub fn last_update_id(&self) -> i64 {
        self.inner.lock().updates.last_id()
    }
    /// Sends an update again that was sent before. False when it is not known any more.
    pub fn repeat_update(&self, id: i64) -> bool {
        let known = self.inner.lock().updates.repeat(id);
        self.inner.updates_arrived.notify_waiters();
        known
    }
    /// Turns the order of the waiting updates around.
    pub fn reverse_updates(&self) {
        self.inner.lock().updates.reverse();
    }
    /// Loses so many of the updates that came last, as Telegram does with those nobody fetched in time.
    pub fn lose_newest_updates(&self, count: usize) {
        self.inner.lock().updates.lose_newest(count);
    }
    /// Sends any JSON as an update; one without `update_id` gets the next.
    pub fn push_raw_update(&self, update: serde_json::Value) {
        let until = self.inner.clock.now() + TimeDelta::hours(24);
        self.inner.lock().updates.push_raw(update, until);
        self.inner.updates_arrived.notify_waiters();
    }
    /// Tells those who watch to look again.
    pub(in crate::rehearsal) fn announce(&self) {
        self.inner.announce();
    }
    /// Changes whenever anything here does; for those who watch.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }
    /// Waits until `look` finds something, looking again at every change; `None` after `patience`
    /// of real time.
    pub async fn until<T>(
        &self,
        patience: Duration,
        mut look: impl FnMut(&LocalTelegram) -> Option<T>,
    ) -> Option<T> {
        let mut changes = self.changes();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(self) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(patience, found).await.ok().flatten()
    }
}
