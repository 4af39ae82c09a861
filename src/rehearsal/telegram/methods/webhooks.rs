//! Setting where updates are pushed to. Plain http is allowed here, as with a local Bot API server.
use serde_json::{Value, json};

use super::super::params::Params;
use super::super::refusal::{Answer, Refusal};
use super::super::state::{State, Webhook};

/// The kinds of updates a call asks for, when it says so.
pub(in super::super) fn allowed_updates(params: &Params) -> Result<Option<Vec<String>>, Refusal> {
    let Some(list) = params.json("allowed_updates")? else {
        return Ok(None);
    };
    let list = list.as_array().into_iter().flatten();
    let names = list.filter_map(|name| name.as_str().map(str::to_owned));
    Ok(Some(names.collect()))
}

/// `setWebhook`.
pub(super) fn set(state: &mut State, params: &Params) -> Answer {
    let url = params.text("url").unwrap_or_default();
    if let Some(allowed) = allowed_updates(params)? {
        state.updates.allowed = allowed;
    }
    if params.flag("drop_pending_updates") {
        state.updates.clear();
    }
    if url.is_empty() {
        state.webhook = None;
        return Ok(json!(true));
    }
    if reqwest::Url::parse(&url).is_err() {
        return Err(Refusal::bad("bad webhook: invalid webhook URL specified"));
    }
    let secret = params.text("secret_token").filter(|text| !text.is_empty());
    let fits = |text: &String| {
        let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        text.len() <= 256 && text.bytes().all(known)
    };
    if !secret.as_ref().is_none_or(fits) {
        return Err(Refusal::bad("secret token contains unallowed characters"));
    }
    state.webhook = Some(Webhook { url, secret, last_error: None });
    Ok(json!(true))
}

/// `deleteWebhook`.
pub(super) fn delete(state: &mut State, params: &Params) -> Answer {
    if params.flag("drop_pending_updates") {
        state.updates.clear();
    }
    state.webhook = None;
    Ok(json!(true))
}

/// `getWebhookInfo`.
pub(super) fn info(state: &State) -> Value {
    let webhook = state.webhook.as_ref();
    let mut info = json!({
        "url": webhook.map_or("", |webhook| webhook.url.as_str()),
        "has_custom_certificate": false,
        "pending_update_count": state.updates.len(),
    });
    if webhook.is_some() {
        info["max_connections"] = json!(40);
    }
    if let Some((at, message)) = webhook.and_then(|webhook| webhook.last_error.as_ref()) {
        info["last_error_date"] = json!(at.timestamp());
        info["last_error_message"] = json!(message);
    }
    info
}
