//! Puts the parts together and lets them run: the poller, the inbox, the timers and the sender, on
//! one store and one clock. Tests and the rehearsal put together the same parts.
mod sharing;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use secrecy::SecretString;
use tokio::sync::{Notify, watch};

use self::sharing::Sharing;
use crate::clock::Clock;
use crate::coordination::{self, CoordinationError, House};
use crate::dispatch::{DispatchError, Fence, Pace, Pass, Sender, Voice, Worker};
use crate::domain::id::Entropy;
use crate::domain::person::Role;
use crate::domain::site::Gazetteer;
use crate::speech::Speech;
use crate::storage::{StorageError, Store};
use crate::telegram::api::{Api, SetupError};
use crate::telegram::handlers::{Handlers, Places};
use crate::telegram::inbox::InboxWorker;
use crate::telegram::outbound::{MenuFor, TelegramCourier};
use crate::telegram::poll::{PollError, Poller, TAPS_KEPT};
use crate::telegram::schema::BotName;
use crate::telegram::unkept::Apology;
use crate::telegram::webhook::{Mailbox, Webhook};

/// Timers are looked at so often, in real time; the shortest of them is 90 seconds.
const TICK: Duration = Duration::from_millis(500);
/// At the start, the pause before another try when the database has just gone away.
const START_PAUSE: Duration = Duration::from_secs(1);
/// That we are alive is written down so often.
const ALIVE_EVERY: TimeDelta = TimeDelta::seconds(30);
const ALIVE_AT: &str = "alive_at";
/// Telegram is asked something at least so often.
const TOUCH_EVERY: Duration = Duration::from_secs(60);
/// Between two such questions that are not answered.
const TOUCH_PAUSE: Duration = Duration::from_secs(10);
/// The public Bot API server.
pub const TELEGRAM: &str = "https://api.telegram.org";

/// What the service is made of.
pub struct Fittings {
    /// The Bot API server.
    pub api_url: String,
    /// The bot's token.
    pub token: SecretString,
    /// Everything that is kept.
    pub store: Arc<Store>,
    /// The places, with what the file says of them.
    pub gazetteer: Gazetteer,
    /// The words.
    pub speech: Arc<Speech>,
    /// The clock.
    pub clock: Clock,
    /// Where identifiers come from.
    pub entropy: Arc<dyn Entropy>,
    /// The HRO phone as shown to residents.
    pub phone: Option<String>,
    /// What may be sent.
    pub pace: Pace,
    /// How long a poll may stay open, in seconds.
    pub long_poll_seconds: u32,
    /// This sender's name among those who share the store.
    pub sender: String,
}

/// The service, put together.
pub struct App {
    /// Everything that is kept.
    pub store: Arc<Store>,
    /// Fetches updates.
    pub poller: Poller,
    /// Handles them.
    pub inbox: InboxWorker,
    /// Sends what is due.
    pub worker: Worker,
    /// The places as they are now.
    pub places: Places,
    /// Where updates are delivered, instead of being fetched.
    webhook: Option<Webhook>,
    api: Api,
    clock: Clock,
    entropy: Arc<dyn Entropy>,
    speech: Arc<Speech>,
    courier: TelegramCourier,
    apology: Arc<Apology>,
    arrived: Arc<Notify>,
    queued: Arc<Notify>,
    /// Among how many processes the rate is shared, this one included.
    pub senders: watch::Sender<usize>,
    name: String,
    sending: watch::Sender<Pass>,
    polling: watch::Sender<Pass>,
}

/// Why the service stopped, or did not start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A use case.
    #[error(transparent)]
    Coordination(#[from] CoordinationError),
    /// The way to Telegram cannot be made.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Updates cannot be fetched any more.
    #[error(transparent)]
    Poll(#[from] PollError),
    /// Nothing can be sent any more.
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    /// A part that never ends has ended: whoever watches over the service must start it again.
    #[error("a part of the service ({0}) ended by itself: start it again")]
    PartEnded(&'static str),
}

impl AppError {
    /// The exit code: 3 for a refused token, 4 for a second program on the same token, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            AppError::Poll(PollError::TokenRefused)
            | AppError::Dispatch(DispatchError::TokenRefused) => 3,
            AppError::Poll(PollError::Conflict) => 4,
            _ => 1,
        }
    }
}

impl App {
    /// Puts the service together. Nothing is asked of Telegram yet.
    ///
    /// # Errors
    /// When the address or token cannot be one, or the database does not answer.
    pub async fn open(fittings: Fittings) -> Result<App, AppError> {
        let Fittings { store, clock, speech, entropy, .. } = fittings;
        let mut gazetteer = fittings.gazetteer;
        let mut tx = store.begin().await?;
        for (site, point) in tx.points().await? {
            gazetteer.set_point(&site, point);
        }
        let now = clock.now();
        coordination::keep_house(&mut tx, now).await?;
        tx.rate_set(fittings.pace.rate).await?;
        tx.commit().await?;
        coordination::keep_mark(&store, now).await?;

        store.pulse().rate_set.set(fittings.pace.rate);
        let api = Api::new(&fittings.api_url, &fittings.token)?
            .with_pulse(Arc::clone(store.pulse()), clock.clone());
        let courier = TelegramCourier::new(api.clone());
        let senders = watch::Sender::new(1);
        let (sending, may_send) = Fence::with_keeper();
        let (polling, may_fetch) = Fence::with_keeper();
        let name = fittings.sender.clone();
        let (arrived, queued) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let places = Places::new(gazetteer.clone());
        let poller =
            Poller::new(api.clone(), Arc::clone(&store), clock.clone(), Arc::clone(&arrived))
                .with_long_poll(fittings.long_poll_seconds)
                .fenced_by(may_fetch);
        let voice = Voice {
            speech: Arc::clone(&speech),
            gazetteer: Arc::new(gazetteer),
            phone: fittings.phone.map(Arc::from),
        };
        let apology = Arc::new(Apology::new(
            Arc::clone(&store),
            Arc::new(courier.clone()),
            voice.clone(),
            clock.clone(),
        ));
        apology.learn_the_desk().await?;
        let poller = poller.with_apology(Arc::clone(&apology));
        let handlers = Arc::new(Handlers {
            clock: clock.clone(),
            places: places.clone(),
            entropy: Arc::clone(&entropy),
            speech: Arc::clone(&speech),
            bot: BotName(String::new()),
        });
        let inbox = InboxWorker::new(
            Arc::clone(&store),
            clock.clone(),
            handlers,
            courier.clone(),
            Arc::clone(&queued),
        )
        .with_apology(Arc::clone(&apology));
        let worker = Worker::new(
            Arc::clone(&store),
            Arc::new(courier.clone()),
            voice,
            clock.clone(),
            Arc::clone(&queued),
            Sender { name: fittings.sender, pace: fittings.pace, senders: senders.subscribe() },
        )
        .fenced_by(may_send);
        Ok(App {
            store,
            poller,
            inbox,
            worker,
            places,
            webhook: None,
            api,
            clock,
            entropy,
            speech,
            courier,
            apology,
            arrived,
            queued,
            senders,
            name,
            sending,
            polling,
        })
    }

    /// Has updates delivered to `url` instead of fetching them; gives who takes them in.
    #[must_use]
    pub fn with_webhook(mut self, url: reqwest::Url) -> (App, Mailbox) {
        let (store, clock) = (Arc::clone(&self.store), self.clock.clone());
        let mailbox = Mailbox::new(Arc::clone(&store), clock.clone(), Arc::clone(&self.arrived))
            .with_apology(Arc::clone(&self.apology));
        self.webhook = Some(Webhook::new(self.api.clone(), store, clock, url));
        (self, mailbox)
    }

    /// The way out to Telegram.
    pub fn courier(&self) -> TelegramCourier {
        self.courier.clone()
    }

    /// Runs until `stop` is ready, or until going on is useless.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), AppError> {
        tokio::pin!(stop);
        tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            back = self.back_again_in_time() => back?,
        }
        let (ending, until_end) = signal();
        let (landed, until_landed) = signal();
        let sharing = self.share(until_end(), until_landed());
        let hearing =
            sharing::hear(Arc::clone(&self.store), self.arrived.clone(), self.queued.clone());
        let hearing = tokio::spawn(hearing);
        let keeping = tokio::spawn(keep_in_touch(self.courier.clone(), Arc::clone(&self.store)));
        let menus = tokio::spawn(menus(self.courier.clone(), Arc::clone(&self.speech)));
        let ticker = Ticker {
            store: Arc::clone(&self.store),
            clock: self.clock.clone(),
            entropy: Arc::clone(&self.entropy),
            places: self.places.clone(),
            queued: Arc::clone(&self.queued),
            apology: Arc::clone(&self.apology),
        };
        let mut polling = match self.webhook {
            Some(webhook) => tokio::spawn(webhook.run(until_end())),
            None => tokio::spawn(self.poller.run(until_end())),
        };
        let mut inbox = tokio::spawn(self.inbox.run(Arc::clone(&self.arrived), until_end()));
        let (worker, sending_ends) = (self.worker, until_end());
        let mut sending = tokio::spawn(async move { worker.run(sending_ends).await });
        let mut ticking = tokio::spawn(ticker.run(until_end()));

        let useless = tokio::select! {
            () = &mut stop => Ok(()),
            polled = &mut polling => polled
                .map_or(Err(AppError::PartEnded("fetching")), |end| end.map_err(AppError::from)),
            sent = &mut sending => sent
                .map_or(Err(AppError::PartEnded("sending")), |end| end.map_err(AppError::from)),
            _ = &mut inbox => Err(AppError::PartEnded("handling")),
            _ = &mut ticking => Err(AppError::PartEnded("the timers")),
        };
        tracing::info!("stopping: what is under way is finished first");
        let _ = ending.send(true);
        menus.abort();
        keeping.abort();
        for task in [inbox, ticking].into_iter().filter(|task| !task.is_finished()) {
            let _ = task.await;
        }
        if !polling.is_finished() {
            let _ = polling.await;
        }
        if !sending.is_finished() {
            let _ = sending.await;
        }
        let _ = landed.send(true);
        hearing.abort();
        if let Some(sharing) = sharing {
            let _ = sharing.await;
        }
        if let Err(error) = coordination::keep_mark(&self.store, self.clock.now()).await {
            tracing::warn!(%error, "the mark was not written at the end");
        }
        self.store.close().await;
        useless
    }

    /// Where others may share the database, takes part in it from now on.
    fn share(
        &self,
        ending: impl Future<Output = ()> + Send + 'static,
        landed: impl Future<Output = ()> + Send + 'static,
    ) -> Option<tokio::task::JoinHandle<()>> {
        if !self.store.is_shared() {
            return None;
        }
        let sharing = Sharing {
            store: Arc::clone(&self.store),
            clock: self.clock.clone(),
            name: self.name.clone(),
            may_poll: self.webhook.is_none(),
            sending: self.sending.clone(),
            polling: self.polling.clone(),
            senders: self.senders.clone(),
            queued: Arc::clone(&self.queued),
        };
        sharing.begin();
        Some(tokio::spawn(sharing.run(ending, landed)))
    }

    /// As [`App::back_again`], however long the database is away.
    async fn back_again_in_time(&self) -> Result<(), AppError> {
        loop {
            match self.back_again().await {
                Err(AppError::Storage(error)) if error.is_passing() => {
                    tracing::error!(%error, "the start waits for the database");
                    tokio::time::sleep(START_PAUSE).await;
                }
                end => return end,
            }
        }
    }

    /// After an absence in which taps were lost, open cards are posted again: by the first process
    /// that comes back.
    async fn back_again(&self) -> Result<(), AppError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        tx.lock_decisions().await?;
        let alive = tx.meta_get(ALIVE_AT).await?.and_then(|millis| millis.parse::<i64>().ok());
        let away = alive
            .and_then(DateTime::<Utc>::from_timestamp_millis)
            .is_some_and(|alive| now - alive > TAPS_KEPT);
        if away {
            let house = House { gazetteer: self.places.now(), entropy: Arc::clone(&self.entropy) };
            coordination::outage_over(&mut tx, &house, now).await?;
        }
        tx.meta_set(ALIVE_AT, &now.timestamp_millis().to_string()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Does once what the running service does all the time: fetches, handles, looks at the timers
    /// and sends, until nothing more happens at this moment of the clock.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn turn(&mut self) -> Result<(), AppError> {
        loop {
            let polled = self.poller.step().await?;
            let mut moved = polled.received > 0;
            while self.inbox.step().await?.handled > 0 {
                moved = true;
            }
            let house = House { gazetteer: self.places.now(), entropy: Arc::clone(&self.entropy) };
            moved |= coordination::run_due(&self.store, &house, self.clock.now()).await? > 0;
            loop {
                let report = self.worker.step().await?;
                if report.sent + report.ended == 0 {
                    break;
                }
                moved = true;
            }
            if !moved {
                return Ok(());
            }
        }
    }
}

/// A signal that is given once, and as many who wait for it as one likes.
fn signal() -> (watch::Sender<bool>, impl Fn() -> BoxFuture<'static, ()>) {
    let (give, given) = watch::channel(false);
    let wait = move || -> BoxFuture<'static, ()> {
        let mut given = given.clone();
        Box::pin(async move {
            // The other end is dropped only when the service is over.
            let _ = given.wait_for(|given| *given).await;
        })
    };
    (give, wait)
}

/// The menus everybody sees who has none of their own, once Telegram can be reached.
async fn menus(courier: TelegramCourier, speech: Arc<Speech>) {
    const AGAIN: Duration = Duration::from_secs(30);
    let owned = |menu: Vec<(&'static str, String)>| -> Vec<(String, String)> {
        menu.into_iter().map(|(name, says)| (name.to_owned(), says)).collect()
    };
    let english = owned(speech.command_menu(Role::Resident, crate::domain::lang::Lang::EN));
    let mut waiting = vec![(None, english)];
    for lang in speech.menu_languages() {
        waiting.push((Some(lang), owned(speech.command_menu(Role::Resident, lang))));
    }
    while let Some((lang, commands)) = waiting.pop() {
        if courier.set_commands(MenuFor::Everyone, lang, &commands).await.is_err() {
            waiting.push((lang, commands));
            tokio::time::sleep(AGAIN).await;
        }
    }
}

/// Asks Telegram something when nothing else has been asked for a while: a process that neither
/// fetches nor sends would not notice that Telegram is away, or its own clock wrong.
async fn keep_in_touch(courier: TelegramCourier, store: Arc<Store>) {
    loop {
        let quiet = store.pulse().answered.age_or_life();
        if quiet >= TOUCH_EVERY {
            // Whether and when it answers is noted where calls are made.
            let _ = courier.me().await;
        }
        tokio::time::sleep(TOUCH_EVERY.saturating_sub(quiet).max(TOUCH_PAUSE)).await;
    }
}

/// Looks at the durable timers.
struct Ticker {
    store: Arc<Store>,
    clock: Clock,
    entropy: Arc<dyn Entropy>,
    places: Places,
    queued: Arc<Notify>,
    apology: Arc<Apology>,
}

impl Ticker {
    async fn run(self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut alive_at: Option<DateTime<Utc>> = None;
        loop {
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = tokio::time::sleep(TICK) => {}
            }
            let now = self.clock.now();
            let house = House { gazetteer: self.places.now(), entropy: Arc::clone(&self.entropy) };
            match coordination::run_due(&self.store, &house, now).await {
                Ok(0) => {}
                Ok(_) => self.queued.notify_one(),
                Err(error) => {
                    tracing::error!(%error, "a timer could not do its duty; it is tried again")
                }
            }
            if alive_at.is_none_or(|at| now - at > ALIVE_EVERY) {
                alive_at = Some(now);
                if let Err(error) = self.alive(now).await {
                    tracing::error!(%error, "that we are alive could not be written down");
                }
                match coordination::in_touch(&self.store, &house, now).await {
                    Ok(true) => self.queued.notify_one(),
                    Ok(false) => {}
                    Err(error) => tracing::error!(%error, "how the machine is was not told"),
                }
            }
        }
    }

    async fn alive(&self, now: DateTime<Utc>) -> Result<(), CoordinationError> {
        let mut tx = self.store.begin().await?;
        tx.meta_set(ALIVE_AT, &now.timestamp_millis().to_string()).await?;
        tx.commit().await?;
        coordination::keep_mark(&self.store, now).await?;
        self.apology.learn_the_desk().await?;
        Ok(())
    }
}
