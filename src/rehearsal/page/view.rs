//! What the page is told: the phones, the clock, the weather and the morning in play, as JSON.
use std::sync::PoisonError;

use chrono_tz::Europe::Paris;
use serde_json::{Value, json};

use super::{Page, Phone};

/// A phone shows so many of its newest messages.
const BUBBLES_SHOWN: usize = 120;

/// Everything, for the first look.
pub(super) fn whole(page: &Page) -> Value {
    let phones: Vec<Value> = page.phones.iter().map(|p| phone(page, p)).collect();
    let mut state = common(page);
    state["phones"] = json!(phones);
    state["scripts"] = json!(page.stage.scripts());
    state["places"] = json!(page.stage.places());
    state
}

/// What is told with every event.
pub(super) fn common(page: &Page) -> Value {
    let now = page.clock.now();
    let weather = page.weather.lock().unwrap_or_else(PoisonError::into_inner);
    json!({
        "clock": {
            "now_ms": now.timestamp_millis(),
            // The page need not know time zones: it counts in Paris minutes from here.
            "paris_offset_s": now.with_timezone(&Paris).naive_local()
                .signed_duration_since(now.naive_utc()).num_seconds(),
            "speed": page.clock.speed(),
        },
        "weather": weather.kind,
        "playing": page.stage.playing(),
    })
}

/// One phone.
pub(super) fn phone(page: &Page, phone: &Phone) -> Value {
    let id = phone.spec.id;
    let telegram = &page.telegram;
    let bubbles = telegram.chat_tail(id, BUBBLES_SHOWN).into_iter();
    let bubbles = bubbles.map(|bubble| {
        let local = bubble.sent_at.with_timezone(&Paris);
        let mut value = json!(bubble);
        value["time"] = json!(local.format("%H:%M").to_string());
        value["day"] = json!(local.format("%Y-%m-%d").to_string());
        value
    });
    json!({
        "id": id,
        "key": phone.key,
        "label": phone.spec.label,
        "role": phone.role,
        "lang": phone.spec.language_code,
        "blocked": telegram.is_blocked(id),
        "menu": telegram.commands(id),
        "reply_keyboard": telegram.reply_keyboard(id),
        "answer": telegram.last_answer(id),
        "bubbles": bubbles.collect::<Vec<_>>(),
    })
}
