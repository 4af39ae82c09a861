//! What can be done from the page. Every body is JSON, which a foreign site cannot send here
//! without being asked first; every refusal is a sentence for the person at the page.
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Page, Shared, weather as page_weather};
use crate::rehearsal::telegram::CannotDo;

/// The fastest the clock goes from the page.
const SPEED_MAX: f64 = 600.0;

type Answer = Result<Json<Value>, (StatusCode, String)>;

fn done() -> Answer {
    Ok(Json(json!({ "ok": true })))
}

fn refused(why: impl Into<String>) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, why.into())
}

fn of_phone(cannot: CannotDo) -> (StatusCode, String) {
    refused(cannot.0)
}

/// Only the phones of the page can be acted with.
fn known(page: &Page, phone: i64) -> Result<i64, (StatusCode, String)> {
    let known = page.phones.iter().any(|known| known.spec.id == phone);
    known.then_some(phone).ok_or_else(|| refused("no such phone"))
}

#[derive(Deserialize)]
pub(super) struct Say {
    phone: i64,
    text: String,
    reply_to: Option<i32>,
}

pub(super) async fn say(State(page): Shared, Json(say): Json<Say>) -> Answer {
    let id = known(&page, say.phone)?;
    let said = page.telegram.say_in(id, id, &say.text, say.reply_to);
    said.map_err(of_phone)?;
    done()
}

#[derive(Deserialize)]
pub(super) struct Edit {
    phone: i64,
    message_id: i32,
    text: String,
}

pub(super) async fn edit(State(page): Shared, Json(edit): Json<Edit>) -> Answer {
    let id = known(&page, edit.phone)?;
    let edited = page.telegram.edit_message(id, edit.message_id, &edit.text);
    edited.map_err(of_phone)?;
    done()
}

#[derive(Deserialize)]
pub(super) struct Tap {
    phone: i64,
    message_id: i32,
    data: String,
}

pub(super) async fn tap(State(page): Shared, Json(tap): Json<Tap>) -> Answer {
    let id = known(&page, tap.phone)?;
    let tapped = page.telegram.tap(id, tap.message_id, &tap.data);
    tapped.map_err(of_phone)?;
    done()
}

#[derive(Deserialize)]
pub(super) struct Location {
    phone: i64,
    lat: f64,
    lon: f64,
}

pub(super) async fn location(State(page): Shared, Json(at): Json<Location>) -> Answer {
    let id = known(&page, at.phone)?;
    if !(at.lat.abs() <= 90.0 && at.lon.abs() <= 180.0) {
        return Err(refused("latitude is -90 to 90, longitude -180 to 180"));
    }
    let sent = page.telegram.send_location(id, at.lat, at.lon);
    sent.map_err(of_phone)?;
    done()
}

#[derive(Deserialize)]
pub(super) struct Block {
    phone: i64,
    blocked: bool,
}

pub(super) async fn block(State(page): Shared, Json(block): Json<Block>) -> Answer {
    let id = known(&page, block.phone)?;
    if block.blocked {
        page.telegram.block(id);
    } else {
        page.telegram.unblock(id);
    }
    done()
}

#[derive(Deserialize)]
pub(super) struct Weather {
    kind: page_weather::Kind,
}

pub(super) async fn weather(State(page): Shared, Json(weather): Json<Weather>) -> Answer {
    page_weather::change(&page, weather.kind).await;
    page.telegram.announce();
    done()
}

#[derive(Deserialize)]
pub(super) struct Clock {
    speed: f64,
}

pub(super) async fn clock(State(page): Shared, Json(clock): Json<Clock>) -> Answer {
    if !(0.0..=SPEED_MAX).contains(&clock.speed) {
        return Err(refused(format!("speed is 0 to {SPEED_MAX}")));
    }
    page.clock.set_speed(clock.speed);
    page.telegram.announce();
    done()
}

#[derive(Deserialize)]
pub(super) struct Play {
    /// None stops what is playing.
    script: Option<String>,
    speed: Option<f64>,
}

pub(super) async fn play(State(page): Shared, Json(play): Json<Play>) -> Answer {
    match &play.script {
        Some(key) => {
            let speed = play.speed.unwrap_or(1.0).clamp(0.0, SPEED_MAX);
            page.stage.play(key, speed).map_err(refused)?;
        }
        None => page.stage.stop(),
    }
    done()
}
