//! `vigie rehearse`: the whole product on a local Telegram, with a page of phones. The database is
//! a file of its own, made anew at every start; nothing of the real service is touched.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use chrono::TimeDelta;
use clap::Args;
use secrecy::SecretString;

use super::places;
use super::run::{asked_to_stop, pace};
use crate::app::{App, Fittings};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::lang::Lang;
use crate::domain::person::{Chat, Person, Role};
use crate::domain::site::{Gazetteer, Point, SiteCode};
use crate::rehearsal::page::{PageServer, Phone, PhoneRole, Spot, Stage};
use crate::rehearsal::script::Script;
use crate::rehearsal::show::{Playing, ScriptInfo, Show};
use crate::rehearsal::telegram::{LocalOptions, LocalTelegram, PhoneSpec};
use crate::speech::Speech;
use crate::storage::Store;
use crate::telegram::handlers::token_hash;
use crate::vault::{SystemEntropy, Vault};

/// Where the page is served, unless asked otherwise.
const PORT_DEFAULT: u16 = 8010;
/// The rehearsal's own files, in the folder it is started from.
const DATABASE: &str = "vigie-rehearsal.db";
const KEY: &str = "vigie-rehearsal.key";
/// A number set aside for fiction, so that nobody is called by mistake.
const PHONE_OF_NOBODY: &str = "+33639980000";
/// Residents without a phone on the page begin at this number.
const CROWD_ID: i64 = 5_000_000;
/// Time to look around before the morning begins.
const BEFORE_THE_MORNING: TimeDelta = TimeDelta::minutes(5);
/// How long a poll stays open: short, so that a stopped rehearsal ends at once.
const LONG_POLL_SECONDS: u32 = 5;

#[derive(Args, Default)]
pub struct Rehearse {
    /// Where the page is served, on loopback.
    #[arg(long)]
    port: Option<u16>,
    /// A morning of your own, in the form of those that are shipped.
    #[arg(long)]
    script: Option<PathBuf>,
    /// So many more residents, without a phone on the page.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    residents: u32,
}

/// A phone on the page, and what its owner does first.
struct Cast {
    key: &'static str,
    id: i64,
    label: &'static str,
    lang: &'static str,
    role: Role,
    /// The flyer's code a resident comes with.
    flyer: &'static str,
}

const CAST: [Cast; 10] = [
    Cast::team("observer_1", 101, "Observateur 1", "fr", Role::Observer),
    Cast::team("observer_2", 102, "Observer 2", "en", Role::Observer),
    Cast::team("contact", 103, "Contact (العربية)", "ar", Role::Contact),
    Cast::team("coordinator", 104, "Coordination", "fr", Role::Coordinator),
    Cast::resident("resident_fa", 201, "فارسی · BMX", "fa", "fa-bmx"),
    Cast::resident("resident_ti", 202, "ትግርኛ · BMX", "ti", "ti-bmx"),
    Cast::resident("resident_ps", 203, "پښتو · BMX", "ps", "ps-bmx"),
    Cast::resident("resident_ar", 204, "العربية · Terre et Eaux", "ar", "ar-terre-et-eaux"),
    Cast::resident("resident_fr", 205, "Français · Unicorn", "fr", "fr-unicorn"),
    Cast::resident("resident_en", 206, "English · Loon-Plage", "en", "en-loon-plage"),
];

impl Cast {
    const fn team(
        key: &'static str,
        id: i64,
        label: &'static str,
        lang: &'static str,
        role: Role,
    ) -> Cast {
        Cast { key, id, label, lang, role, flyer: "" }
    }
    const fn resident(
        key: &'static str,
        id: i64,
        label: &'static str,
        lang: &'static str,
        flyer: &'static str,
    ) -> Cast {
        Cast { key, id, label, lang, role: Role::Resident, flyer }
    }
    fn phone(&self) -> Phone {
        let role = match self.role {
            Role::Observer => PhoneRole::Observer,
            Role::Coordinator | Role::Admin => PhoneRole::Coordinator,
            Role::Contact => PhoneRole::Contact,
            Role::Resident => PhoneRole::Resident,
        };
        let language_code = Some(self.lang.to_owned());
        let spec = PhoneSpec { id: self.id, label: self.label.to_owned(), language_code };
        Phone { key: self.key.to_owned(), role, spec }
    }
}

/// What the page can do beyond Telegram.
struct Theatre {
    show: Show,
    spots: Vec<Spot>,
}

impl Stage for Theatre {
    fn scripts(&self) -> Vec<ScriptInfo> {
        self.show.scripts()
    }
    fn play(&self, key: &str, speed: f64) -> Result<(), String> {
        self.show.play(key, speed)
    }
    fn stop(&self) {
        self.show.stop();
    }
    fn playing(&self) -> Option<Playing> {
        self.show.playing()
    }
    fn places(&self) -> Vec<Spot> {
        self.spots.clone()
    }
}

pub async fn run(config: &Config, rehearse: Rehearse) -> anyhow::Result<ExitCode> {
    let scripts = scripts(rehearse.script.as_deref())?;
    // The clock stands a little before the first morning on offer, so that it plays on its own day.
    let begins = scripts.first().map_or_else(|| Clock::wall().now(), |script| script.start);
    let clock = Clock::starting(begins - BEFORE_THE_MORNING, 1.0);
    let telegram = LocalTelegram::start(clock.clone(), LocalOptions::default()).await?;
    let entropy = Arc::new(SystemEntropy);
    let gazetteer = places(config)?;
    let store = Arc::new(fresh_store(entropy.clone()).await?);
    let app = App::open(Fittings {
        api_url: telegram.api_url(),
        token: SecretString::from(telegram.token()),
        store: Arc::clone(&store),
        gazetteer: gazetteer.clone(),
        speech: Arc::new(Speech::load()?),
        clock: clock.clone(),
        entropy,
        phone: Some(config.phone.clone().unwrap_or_else(|| PHONE_OF_NOBODY.to_owned())),
        pace: pace(config),
        long_poll_seconds: LONG_POLL_SECONDS,
        sender: "rehearsal".to_owned(),
    })
    .await?;

    crowd(&store, &telegram, &gazetteer, rehearse.residents, &clock).await?;
    arrivals(&store, &telegram, &clock).await?;
    let phones = CAST.iter().map(|cast| (cast.key.to_owned(), cast.id)).collect();
    let show = Show::new(telegram.clone(), clock, phones, scripts);
    let stage = Arc::new(Theatre { show, spots: spots(&gazetteer) });
    let page = serve(&telegram, stage, rehearse.port).await?;
    println!("Open {} in a browser. Ctrl-C ends the rehearsal.", page.url());
    app.run(asked_to_stop()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// The asked port, or the usual one, or any where that is taken.
async fn serve(
    telegram: &LocalTelegram,
    stage: Arc<dyn Stage>,
    port: Option<u16>,
) -> anyhow::Result<PageServer> {
    let phones: Vec<Phone> = CAST.iter().map(Cast::phone).collect();
    let start = |port| PageServer::start(telegram.clone(), phones.clone(), stage.clone(), port);
    match port {
        Some(port) => start(port).await.with_context(|| {
            format!("port {port} cannot be had on this machine: choose another with --port")
        }),
        None => match start(PORT_DEFAULT).await {
            Ok(page) => Ok(page),
            Err(_) => start(0).await.context("no port can be had on this machine"),
        },
    }
}

/// A database of its own, empty.
async fn fresh_store(entropy: Arc<SystemEntropy>) -> anyhow::Result<Store> {
    for name in [DATABASE, "vigie-rehearsal.db-wal", "vigie-rehearsal.db-shm", KEY] {
        match std::fs::remove_file(name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("the old {name} cannot be removed"));
            }
            _ => {}
        }
    }
    let vault = Vault::at(Path::new(KEY))?;
    Ok(Store::open(&format!("sqlite://{DATABASE}"), vault, entropy).await?)
}

fn scripts(own: Option<&Path>) -> anyhow::Result<Vec<Script>> {
    let mut scripts = Script::shipped()?;
    if let Some(path) = own {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the script {} cannot be read", path.display()))?;
        let key = path.file_stem().map_or("script".into(), |stem| stem.to_string_lossy());
        scripts.insert(0, Script::parse(&key, &text)?);
    }
    Ok(scripts)
}

/// Everyone on the page comes as they would: the team by its links, residents by a flyer's code.
async fn arrivals(store: &Store, telegram: &LocalTelegram, clock: &Clock) -> anyhow::Result<()> {
    let now = clock.now();
    for cast in &CAST {
        telegram.add_phone(cast.phone().spec);
        if cast.role == Role::Resident {
            telegram.say(cast.id, &format!("/start {}", cast.flyer))?;
            continue;
        }
        let token = format!("rehearsal-{}", cast.key);
        let mut tx = store.begin().await?;
        tx.invite_add(token_hash(&token), cast.role, 56, now + TimeDelta::days(1), now).await?;
        // The language a member of the team reads is set as if they had chosen it before.
        let lang: Lang = cast.lang.parse()?;
        tx.save_person(&Person::resident(Chat(cast.id), lang, now)).await?;
        tx.commit().await?;
        telegram.say(cast.id, &format!("/start {token}"))?;
    }
    Ok(())
}

/// Residents without a phone on the page, spread over sites and languages.
async fn crowd(
    store: &Store,
    telegram: &LocalTelegram,
    gazetteer: &Gazetteer,
    count: u32,
    clock: &Clock,
) -> anyhow::Result<()> {
    const AT_ONCE: usize = 1_000;
    let sites: Vec<SiteCode> = gazetteer
        .zones()
        .iter()
        .flat_map(|rules| gazetteer.sites_of(&rules.zone))
        .map(|place| place.code.clone())
        .collect();
    let langs: Vec<Lang> =
        ["fa", "ti", "ps", "ar", "en", "fr"].iter().filter_map(|l| l.parse().ok()).collect();
    let ids: Vec<i64> = (0..i64::from(count)).map(|n| CROWD_ID + n).collect();
    let mut next = BTreeMap::<&str, usize>::new();
    let mut turn = |what: &'static str, of: usize| {
        let at = next.entry(what).or_default();
        *at += 1;
        (*at - 1) % of.max(1)
    };
    for group in ids.chunks(AT_ONCE) {
        let mut tx = store.begin().await?;
        for id in group {
            let label = id.to_string();
            telegram.add_phone(PhoneSpec { id: *id, label, language_code: None });
            telegram.open_chat(*id);
            let mut person =
                Person::resident(Chat(*id), langs[turn("lang", langs.len())], clock.now());
            person.sites = vec![sites[turn("site", sites.len())].clone()];
            tx.save_person(&person).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Points to send as a position: the towns, since no site's point is shipped.
fn spots(gazetteer: &Gazetteer) -> Vec<Spot> {
    let towns = gazetteer.zones().iter().map(|rules| (rules.name.clone(), rules.town));
    let known = gazetteer.places().iter().filter_map(|p| Some((p.name.clone(), p.point?)));
    towns.chain(known).map(|(name, Point { lat, lon })| Spot { name, lat, lon }).collect()
}
