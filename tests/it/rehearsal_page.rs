//! The page of phones over HTTP and in a real browser, and scripted mornings played on it.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use vigie::clock::Clock;
use vigie::rehearsal::page::{PageServer, Phone, PhoneRole, Spot, Stage};
use vigie::rehearsal::player::Player;
use vigie::rehearsal::script::Script;
use vigie::rehearsal::show::{Playing, ScriptInfo, Show};
use vigie::rehearsal::telegram::{LocalOptions, LocalTelegram, PhoneSpec};

/// So long a test waits for something that must happen, in real time.
const PATIENCE: Duration = Duration::from_secs(10);
const AMINA: i64 = 1;
const NOUR: i64 = 2;

struct Theatre(Show);

impl Stage for Theatre {
    fn scripts(&self) -> Vec<ScriptInfo> {
        self.0.scripts()
    }
    fn play(&self, key: &str, speed: f64) -> Result<(), String> {
        self.0.play(key, speed)
    }
    fn stop(&self) {
        self.0.stop();
    }
    fn playing(&self) -> Option<Playing> {
        self.0.playing()
    }
    fn places(&self) -> Vec<Spot> {
        Vec::new()
    }
}

fn morning() -> Script {
    let text = r#"
        title = { fr = "Un matin", en = "A morning" }
        start = "2025-11-10T07:30"
        [[line]]
        at = "07:30:10"
        note = { fr = "Nuit.", en = "Night." }
        [[line]]
        at = "07:38:00"
        who = "observer_1"
        says = "Commissariat 8 fourgons CRS"
        [[line]]
        at = "07:39:00"
        who = "observer_1"
        tap = "go|*|10"
        [[line]]
        at = "07:40:00"
        who = "observer_1"
        taps = "sur place"
        [[line]]
        at = "07:41:00"
        who = "observer_1"
        location = [50.95, 1.86]
    "#;
    Script::parse("matin", text).unwrap()
}

struct World {
    telegram: LocalTelegram,
    clock: Clock,
    page: PageServer,
    http: reqwest::Client,
}

impl World {
    async fn new() -> World {
        let clock = Clock::starting("2025-11-10T06:00:00Z".parse().unwrap(), 0.0);
        let options = LocalOptions::unlimited();
        let telegram = LocalTelegram::start(clock.clone(), options).await.unwrap();
        let phone = |id, key: &str, role, language: &str| Phone {
            key: key.to_owned(),
            role,
            spec: PhoneSpec {
                id,
                label: format!("<{key}>"),
                language_code: Some(language.to_owned()),
            },
        };
        let phones = vec![
            phone(AMINA, "observer_1", PhoneRole::Observer, "fr"),
            phone(NOUR, "nour", PhoneRole::Resident, "fa"),
        ];
        for phone in &phones {
            telegram.add_phone(phone.spec.clone());
            telegram.open_chat(phone.spec.id);
        }
        let show = Show::new(telegram.clone(), clock.clone(), keys(), vec![morning()]);
        let stage = Arc::new(Theatre(show));
        let page = PageServer::start(telegram.clone(), phones, stage, 0);
        World { page: page.await.unwrap(), telegram, clock, http: reqwest::Client::new() }
    }
    async fn post(&self, path: &str, body: Value) -> (u16, String) {
        let url = format!("{}page/{path}", self.page.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
    async fn state(&self) -> Value {
        let url = format!("{}page/state", self.page.url());
        let answer = self.http.get(url).send().await.unwrap();
        answer.json().await.unwrap()
    }
    /// The bot sends a message with two buttons.
    async fn bot_asks(&self, chat: i64) {
        let button = |text: &str, step: &str| json!({ "text": text, "callback_data": format!("1|go|0123|{step}") });
        let body = json!({
            "chat_id": chat,
            "text": "<b>پلیس</b> → BMX &lt;/script&gt;",
            "parse_mode": "HTML",
            "reply_markup": { "inline_keyboard": [[button("10 min", "10"), button("Je suis sur place", "there")]] },
        });
        let url = format!("{}/bot{}/sendMessage", self.telegram.api_url(), self.telegram.token());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

fn keys() -> BTreeMap<String, i64> {
    BTreeMap::from([("observer_1".to_owned(), AMINA), ("nour".to_owned(), NOUR)])
}

#[tokio::test]
async fn the_page_comes_whole_and_may_load_from_itself_alone() {
    let world = World::new().await;
    let answer = world.http.get(world.page.url()).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let html = answer.text().await.unwrap();
    assert!(html.contains("observer_1") && !html.contains("<observer_1>"));
    let mut all = html;
    for asset in ["page.css", "page.js"] {
        let url = format!("{}{asset}", world.page.url());
        all += &world.http.get(url).send().await.unwrap().text().await.unwrap();
    }
    let elsewhere = all.replace("http://www.w3.org/2000/svg", "");
    assert!(!elsewhere.contains("http://") && !elsewhere.contains("https://"));
    assert!(!all.contains("innerHTML"), "texts are set as text");
}

#[tokio::test]
async fn phones_are_typed_and_tapped_on() {
    let world = World::new().await;
    let body = json!({ "phone": AMINA, "text": "BMX 10 fourgons" });
    assert_eq!(world.post("say", body).await.0, 200);
    let edit = json!({ "phone": AMINA, "message_id": 1, "text": "BMX 12 fourgons" });
    assert_eq!(world.post("edit", edit).await.0, 200);
    let pin = json!({ "phone": AMINA, "lat": 50.95, "lon": 1.86 });
    assert_eq!(world.post("location", pin).await.0, 200);
    world.bot_asks(AMINA).await;
    let tap = json!({ "phone": AMINA, "message_id": 3, "data": "1|go|0123|10" });
    assert_eq!(world.post("tap", tap).await.0, 200);
    assert_eq!(world.telegram.waiting_updates(), 4);
    let forged = json!({ "phone": AMINA, "message_id": 3, "data": "1|end|0123" });
    let (status, why) = world.post("tap", forged).await;
    assert_eq!(status, 400);
    assert!(why.contains("no button"), "{why}");
    let stranger = json!({ "phone": 99, "text": "x" });
    assert_eq!(world.post("say", stranger).await.0, 400);

    let state = world.state().await;
    let bubbles = state["phones"][0]["bubbles"].as_array().unwrap();
    assert_eq!(bubbles[0]["text"], "BMX 12 fourgons");
    assert_eq!(bubbles[0]["edited"], true);
    assert_eq!(bubbles[0]["time"], "07:00");
    assert_eq!(bubbles[2]["buttons"][0][1]["label"], "Je suis sur place");
    assert_eq!(state["phones"][1]["bubbles"], json!([]));
}

#[tokio::test]
async fn the_weather_the_clock_and_a_block_are_set_from_the_page() {
    let world = World::new().await;
    world.post("weather", json!({ "kind": "outage" })).await;
    assert!(world.telegram.is_out());
    assert_eq!(world.state().await["weather"], "outage");
    world.post("weather", json!({ "kind": "slow" })).await;
    assert!(!world.telegram.is_out());
    assert_eq!(world.telegram.weather().len(), 1);
    world.post("weather", json!({ "kind": "clear" })).await;
    assert!(world.telegram.weather().is_empty());
    world.post("clock", json!({ "speed": 60 })).await;
    assert_eq!(world.clock.speed(), 60.0);
    assert_eq!(world.post("clock", json!({ "speed": -1 })).await.0, 400);
    world.post("block", json!({ "phone": NOUR, "blocked": true })).await;
    assert_eq!(world.state().await["phones"][1]["blocked"], true);
}

#[tokio::test]
async fn changes_are_streamed_with_the_phones_that_changed() {
    let world = World::new().await;
    let url = format!("{}page/events", world.page.url());
    let mut events = world.http.get(url).send().await.unwrap();
    let first = next_event(&mut events).await;
    assert_eq!(first["phones"].as_array().unwrap().len(), 2);
    world.telegram.say(NOUR, "سلام").unwrap();
    let second = next_event(&mut events).await;
    assert_eq!(second["phones"].as_array().unwrap().len(), 1);
    assert_eq!(second["phones"][0]["bubbles"][0]["text"], "سلام");
}

async fn next_event(events: &mut reqwest::Response) -> Value {
    let mut text = String::new();
    while !text.ends_with("\n\n") {
        let chunk = tokio::time::timeout(PATIENCE, events.chunk()).await;
        let chunk = chunk.unwrap().unwrap().unwrap();
        text += std::str::from_utf8(&chunk).unwrap();
    }
    let last = text.trim_end().rsplit("data: ").next().unwrap();
    serde_json::from_str(last).unwrap()
}

#[tokio::test]
async fn a_script_is_cranked_line_by_line_and_says_what_it_could_not_do() {
    let world = World::new().await;
    let script = Arc::new(morning());
    let mut player = Player::new(script, keys(), world.telegram.clone()).unwrap();
    assert_eq!(player.next_due(), Some("2025-11-10T06:30:10Z".parse().unwrap()));
    let played = player.play_due("2025-11-10T06:38:00Z".parse().unwrap());
    assert_eq!(played.len(), 2);
    assert_eq!(world.telegram.chat(AMINA)[0].text, "Commissariat 8 fourgons CRS");
    let missed = player.step().unwrap().outcome.unwrap_err();
    assert_eq!(missed, "observer_1 has no button with data go|*|10");
    world.bot_asks(AMINA).await;
    assert_eq!(player.step().unwrap().outcome, Ok(()));
    assert_eq!(player.step().unwrap().outcome, Ok(()));
    assert_eq!(player.step(), None);
    assert_eq!(player.next_due(), None);
    assert_eq!(world.telegram.waiting_updates(), 3);
}

#[tokio::test]
async fn a_script_for_a_phone_that_is_not_there_is_refused_by_line() {
    let world = World::new().await;
    let phones = BTreeMap::from([("nour".to_owned(), NOUR)]);
    let refused = Player::new(Arc::new(morning()), phones, world.telegram.clone());
    let why = refused.err().unwrap().to_string();
    assert_eq!(why, "matin, line 8: there is no phone \"observer_1\"; there are: nour");
}

#[tokio::test]
async fn a_morning_is_played_from_the_page_by_the_clock() {
    let world = World::new().await;
    world.bot_asks(AMINA).await;
    let play = json!({ "script": "matin", "speed": 600 });
    assert_eq!(world.post("play", play).await.0, 200);
    // Eleven minutes at ×600 are a second; the rest is the test's.
    let all_done = |telegram: &LocalTelegram| {
        let bubbles = telegram.chat(AMINA);
        bubbles.last()?.location.map(|_| ())
    };
    world.telegram.until(PATIENCE, all_done).await.unwrap();
    let over = tokio::time::timeout(PATIENCE, async {
        loop {
            let playing = world.state().await["playing"].clone();
            if playing["over"] == true {
                return playing;
            }
        }
    });
    let playing = over.await.unwrap();
    assert_eq!((&playing["done"], &playing["of"]), (&json!(5), &json!(5)));
    assert_eq!(playing["note"]["en"], "Night.");
    assert_eq!(playing["missed"], Value::Null);
    let unknown = json!({ "script": "none" });
    assert_eq!(world.post("play", unknown).await.0, 400);
}

#[tokio::test]
async fn a_real_browser_draws_the_phones() {
    let world = World::new().await;
    world.bot_asks(NOUR).await;
    let profile = tempfile::tempdir().unwrap();
    let mut chromium = std::process::Command::new("chromium");
    chromium
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .args(["--disable-background-networking", "--timeout=20000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(world.page.url());
    let output = tokio::task::spawn_blocking(move || chromium.output()).await;
    let output = match output.unwrap() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: chromium could not be started ({error})");
            return;
        }
    };
    let dom = String::from_utf8_lossy(&output.stdout);
    assert!(dom.contains("class=\"phone role-resident\""), "{dom}");
    assert!(dom.contains("<b>پلیس</b> → BMX"), "{dom}");
    assert!(dom.contains(">Je suis sur place</button>"));
}
