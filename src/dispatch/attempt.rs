//! One attempt to bring one delivery: judges at the moment of sending whether it is still true
//! enough to be said, puts it into words, and carries it. Never touches the database.
use std::sync::Arc;

use crate::clock::Clock;
use crate::domain::alert::Mode;
use crate::domain::site::Gazetteer;
use crate::proof::{self, Defect};
use crate::speech::say::{Reader, Say};
use crate::speech::{Rendered, Scene, Speech};
use crate::storage::Claimed;

use super::pacing::Fare;
use super::verdict::is_too_late;
use super::{Body, Courier, Key, Letter, Outcome};

/// Telegram's limit on a message's text (core.telegram.org/bots/api#sendmessage).
const TEXT_UNITS_MAX: usize = 4_096;

/// What words are made from.
#[derive(Clone)]
pub struct Voice {
    /// The words.
    pub speech: Arc<Speech>,
    /// The places they speak of.
    pub gazetteer: Arc<Gazetteer>,
    /// The HRO phone as shown to residents.
    pub phone: Option<Arc<str>>,
}

/// A delivery with what its wording needs besides.
pub(super) struct Errand {
    pub row: Claimed,
    /// What is said; `None` where it cannot be read back.
    pub say: Option<Say>,
    /// The reader's number in the team; 0 for none.
    pub tag: i64,
    /// Whether the reader decides.
    pub desk: bool,
}

impl Errand {
    /// What it counts against. Where broadcasts are paid for, a new message to everybody concerned
    /// is: it must not wait. An answer to one person goes at the free rate, and so does an edit,
    /// for `editMessageText` knows no `allow_paid_broadcast`
    /// (core.telegram.org/bots/api#editmessagetext).
    pub fn fare(&self, paid: bool) -> Fare {
        let broadcast = self.row.alert.is_some() && edited(&self.row).is_none();
        if paid && broadcast { Fare::Paid } else { Fare::Free }
    }
}

/// What came of carrying a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Carried {
    /// How the last call ended.
    pub outcome: Outcome,
    /// How many calls it took.
    pub calls: u32,
}

/// How the errand ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It was carried.
    Carried(Carried),
    /// It was too late to say it.
    TooLate,
    /// What was to be said cannot be read back.
    Unreadable,
}

/// Makes the attempt.
pub(super) async fn attempt(
    errand: &Errand,
    fare: Fare,
    voice: &Voice,
    courier: &dyn Courier,
    clock: &Clock,
) -> End {
    let row = &errand.row;
    let Some(say) = &errand.say else {
        return End::Unreadable;
    };
    let now = clock.now();
    if is_too_late(say, row.expires_at, now) {
        return End::TooLate;
    }
    let now = match say {
        Say::Alert(text) if proof::broken(Defect::AgeFrozen) => text.observed_at,
        _ => now,
    };
    let reader = Reader { lang: row.lang, now, tag: errand.tag, desk: errand.desk };
    let scene = Scene { gazetteer: &voice.gazetteer, phone: voice.phone.as_deref() };
    let rendered = voice.speech.render(say, &reader, &scene);
    End::Carried(carry(row, fare, &rendered, courier).await)
}

/// Carries the words. Where Telegram will not edit, a new quiet message takes the old one's place;
/// where it will not take the markup, the same words go once without any.
async fn carry(row: &Claimed, fare: Fare, rendered: &Rendered, courier: &dyn Courier) -> Carried {
    let mut letter = letter_of(row, fare, rendered);
    let mut calls = 1;
    let mut outcome = courier.carry(&letter).await;
    if outcome == Outcome::NothingToEdit {
        letter.edit = None;
        letter.silent = true;
        calls += 1;
        outcome = courier.carry(&letter).await;
    }
    if outcome == Outcome::Malformed {
        tracing::error!(alarm = "malformed", letter = %row.letter_id, lang = %row.lang,
            "Telegram refused the text; it goes out without markup");
        letter.body = Body::Plain(cut(rendered.plain()));
        letter.buttons.clear();
        letter.reply_to = None;
        calls += 1;
        outcome = courier.carry(&letter).await;
    }
    Carried { outcome, calls }
}

/// The letter of a row. Editing alone goes unnoticed: where an earlier ring was not heard, the words
/// come as a new message with sound instead.
fn letter_of(row: &Claimed, fare: Fare, rendered: &Rendered) -> Letter {
    let reply_to = match row.mode {
        Mode::Reply => row.reply_message_id.or(row.previous_message_id),
        Mode::Ring | Mode::Quiet | Mode::Edit => row.reply_message_id,
    };
    Letter {
        chat: row.chat,
        body: Body::Html(rendered.text.clone()),
        buttons: rendered
            .buttons
            .iter()
            .map(|keys| {
                keys.iter()
                    .map(|button| Key { label: button.label.clone(), data: button.data() })
                    .collect()
            })
            .collect(),
        silent: !row.ring,
        reply_to,
        edit: edited(row),
        paid: fare == Fare::Paid,
    }
}

/// The message whose text this row replaces, if it does.
fn edited(row: &Claimed) -> Option<i64> {
    match row.mode {
        Mode::Edit if !row.ring => row.edit_message_id.or(row.previous_message_id),
        Mode::Ring | Mode::Quiet | Mode::Reply | Mode::Edit => None,
    }
}

/// Cuts a text to what Telegram takes.
fn cut(text: String) -> String {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > TEXT_UNITS_MAX
    });
    match end {
        Some((index, _)) => text[..index].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_letters_and_never_longer_than_telegram_takes() {
        let cut = cut("🚐".repeat(3_000));
        assert_eq!(cut.encode_utf16().count(), TEXT_UNITS_MAX);
        assert_eq!(super::cut("court".to_owned()), "court");
    }
}
