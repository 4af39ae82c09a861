//! Keyboards under messages and under the input: what Telegram refuses in them, and how a phone
//! reads them.
use serde::Serialize;
use serde_json::Value;

use super::markup::clean;
use super::refusal::Refusal;

/// Telegram's limit on what a button carries.
const CALLBACK_BYTES_MAX: usize = 64;
/// Buttons of one keyboard; more are refused.
const BUTTONS_MAX: usize = 100;
/// Buttons of one row; more are refused.
const ROW_MAX: usize = 8;

/// One button, as the phone shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it sends back when tapped.
    pub data: Option<String>,
    /// What it opens.
    pub url: Option<String>,
    /// It sends the phone's position (only under the input).
    pub request_location: bool,
}

/// What a `reply_markup` does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Markup {
    Inline(Value),
    Reply(Value),
    RemoveReply,
    Other,
}

/// Reads and checks a `reply_markup`.
pub(super) fn read(markup: Option<Value>) -> Result<Option<Markup>, Refusal> {
    let Some(mut markup) = markup else {
        return Ok(None);
    };
    if let Some(rows) = markup.get_mut("inline_keyboard") {
        let rows =
            rows.as_array_mut().ok_or_else(|| Refusal::bad("object expected as reply markup"))?;
        check_size(rows)?;
        rows.retain(|row| row.as_array().is_some_and(|row| !row.is_empty()));
        for button in rows.iter_mut().filter_map(Value::as_array_mut).flatten() {
            check_inline(button)?;
        }
        let empty = rows.is_empty();
        return Ok((!empty).then_some(Markup::Inline(markup)));
    }
    if let Some(rows) = markup.get_mut("keyboard") {
        let rows =
            rows.as_array_mut().ok_or_else(|| Refusal::bad("object expected as reply markup"))?;
        check_size(rows)?;
        return Ok(Some(Markup::Reply(markup)));
    }
    if markup["remove_keyboard"] == Value::Bool(true) {
        return Ok(Some(Markup::RemoveReply));
    }
    if markup.is_object() {
        Ok(Some(Markup::Other))
    } else {
        Err(Refusal::bad("object expected as reply markup"))
    }
}

fn check_size(rows: &[Value]) -> Result<(), Refusal> {
    let lengths = rows.iter().map(|row| row.as_array().map_or(0, Vec::len));
    let too_wide = lengths.clone().any(|len| len > ROW_MAX);
    if too_wide || lengths.sum::<usize>() > BUTTONS_MAX {
        return Err(Refusal::bad("reply markup is too long"));
    }
    Ok(())
}

fn check_inline(button: &mut Value) -> Result<(), Refusal> {
    let label = clean(button["text"].as_str().unwrap_or_default());
    if label.trim().is_empty() {
        return Err(Refusal::bad(
            "can't parse inline keyboard button: Field \"text\" must be of type String",
        ));
    }
    button["text"] = Value::String(label);
    if let Some(data) = button.get("callback_data") {
        let len = data.as_str().map_or(0, str::len);
        if !(1..=CALLBACK_BYTES_MAX).contains(&len) {
            return Err(Refusal::bad("BUTTON_DATA_INVALID"));
        }
        return Ok(());
    }
    if let Some(url) = button.get("url") {
        let known = ["http://", "https://", "tg://", "tel:"];
        let url = url.as_str().unwrap_or_default();
        if !known.iter().any(|scheme| url.starts_with(scheme)) {
            return Err(Refusal::bad("BUTTON_URL_INVALID"));
        }
        return Ok(());
    }
    let others = ["copy_text", "switch_inline_query", "web_app", "login_url"];
    if others.iter().any(|name| button.get(name).is_some()) {
        return Ok(());
    }
    Err(Refusal::bad(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ))
}

/// The rows of a keyboard as the phone shows them.
pub(super) fn rows(markup: Option<&Value>) -> Vec<Vec<Button>> {
    let rows = markup.and_then(|markup| {
        let inline = markup.get("inline_keyboard");
        inline.or_else(|| markup.get("keyboard"))?.as_array()
    });
    let rows = rows.into_iter().flatten().filter_map(Value::as_array);
    rows.map(|row| row.iter().map(button).collect()).collect()
}

fn button(button: &Value) -> Button {
    let text = |name: &str| button[name].as_str().map(str::to_owned);
    Button {
        // A key of a reply keyboard may be just its label.
        label: text("text").or_else(|| button.as_str().map(str::to_owned)).unwrap_or_default(),
        data: text("callback_data"),
        url: text("url"),
        request_location: button["request_location"] == Value::Bool(true),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with_data(data: &str) -> Result<Option<Markup>, Refusal> {
        read(Some(json!({ "inline_keyboard": [[{ "text": "a", "callback_data": data }]] })))
    }

    #[test]
    fn callback_data_has_1_to_64_bytes() {
        assert!(with_data(&"é".repeat(32)).is_ok());
        for data in ["", &"é".repeat(33)] {
            let refusal = with_data(data).unwrap_err();
            assert_eq!(refusal.description, "Bad Request: BUTTON_DATA_INVALID");
        }
    }

    #[test]
    fn a_button_that_does_nothing_is_refused() {
        assert!(read(Some(json!({ "inline_keyboard": [[{ "text": "a" }]] }))).is_err());
        assert_eq!(read(Some(json!({ "inline_keyboard": [] }))), Ok(None));
    }
}
