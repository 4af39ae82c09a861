//! What people send besides text: each kind with the fields the Bot API gives it.
use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::LocalTelegram;
use super::message::Message;
use super::methods::{keep_file, meta};
use super::params::Upload;
use super::people::CannotDo;
use super::state::State;

/// The smallest valid GIF, a single pixel, as the content of pictures.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xaa\xaa\xaa\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// Something that is not text.
#[derive(Debug, Clone, PartialEq)]
pub enum Other {
    /// A sticker.
    Sticker,
    /// A voice message.
    Voice,
    /// A photo, with a caption that may be empty.
    Photo(String),
    /// A file of this name.
    Document(String),
    /// A video.
    Video,
    /// A round video message.
    VideoNote,
    /// A GIF.
    Animation,
    /// Music.
    Audio,
    /// A poll.
    Poll,
    /// A die.
    Dice,
    /// Somebody's contact card.
    Contact,
    /// A text written through another bot.
    ViaBot(String),
    /// A place with a name.
    Venue(f64, f64),
    /// A live position.
    LiveLocation(f64, f64),
}

fn file(state: &mut State, name: &str, mime: &str) -> Value {
    let upload = Upload {
        name: Some(name.to_owned()),
        mime: Some(mime.to_owned()),
        bytes: Bytes::from_static(PIXEL),
    };
    let id = keep_file(state, upload);
    let mut value = meta(&id, PIXEL.len());
    value["mime_type"] = json!(mime);
    value
}

fn with(mut base: Value, more: Value) -> Value {
    if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
        base.extend(more);
    }
    base
}

/// The field that makes the message what it is.
fn field(state: &mut State, other: &Other) -> (&'static str, Value) {
    match other {
        Other::Sticker => {
            let more = json!({ "width": 512, "height": 512, "type": "regular", "emoji": "🙂",
                "is_animated": false, "is_video": false });
            ("sticker", with(file(state, "s.webp", "image/webp"), more))
        }
        Other::Voice => {
            let voice = file(state, "v.ogg", "audio/ogg");
            ("voice", with(voice, json!({ "duration": 3 })))
        }
        Other::Photo(_) => {
            let photo = file(state, "p.gif", "image/gif");
            ("photo", json!([with(photo, json!({ "width": 1, "height": 1 }))]))
        }
        Other::Document(name) => {
            let document = file(state, name, "application/octet-stream");
            ("document", with(document, json!({ "file_name": name })))
        }
        Other::Video => {
            let more = json!({ "width": 640, "height": 360, "duration": 5 });
            ("video", with(file(state, "v.mp4", "video/mp4"), more))
        }
        Other::VideoNote => {
            let more = json!({ "length": 240, "duration": 5 });
            ("video_note", with(file(state, "n.mp4", "video/mp4"), more))
        }
        Other::Animation => {
            let more = json!({ "width": 320, "height": 240, "duration": 2 });
            ("animation", with(file(state, "a.mp4", "video/mp4"), more))
        }
        Other::Audio => {
            let audio = file(state, "m.mp3", "audio/mpeg");
            ("audio", with(audio, json!({ "duration": 60 })))
        }
        Other::Poll => {
            let option = |text: &str| json!({ "text": text, "voter_count": 0 });
            let id = state.fresh_id("poll");
            let poll = json!({ "id": id, "question": "?", "options": [option("a"), option("b")],
                "total_voter_count": 0, "is_closed": false, "is_anonymous": true,
                "type": "regular", "allows_multiple_answers": false });
            ("poll", poll)
        }
        Other::Dice => ("dice", json!({ "emoji": "🎲", "value": 4 })),
        Other::Contact => {
            let contact = json!({ "phone_number": "+00000000000", "first_name": "Somebody" });
            ("contact", contact)
        }
        Other::ViaBot(_) => {
            let bot = json!({ "id": 200_002, "is_bot": true, "first_name": "Other",
                "username": "other_bot" });
            ("via_bot", bot)
        }
        Other::Venue(lat, lon) => {
            let point = json!({ "latitude": lat, "longitude": lon });
            let venue = json!({ "location": point, "title": "A place", "address": "A road" });
            ("venue", venue)
        }
        Other::LiveLocation(lat, lon) => {
            let point = json!({ "latitude": lat, "longitude": lon, "live_period": 900 });
            ("location", point)
        }
    }
}

impl LocalTelegram {
    /// Sends something that is not text.
    ///
    /// # Errors
    /// When the phone may not write.
    pub fn send_other(&self, id: i64, other: Other) -> Result<i32, CannotDo> {
        self.send_as(id, id, |state, message: &mut Message| {
            let (name, value) = field(state, &other);
            message.body = Map::from_iter([(name.to_owned(), value)]);
            match other {
                Other::Photo(text) | Other::ViaBot(text) => message.text = text,
                Other::Venue(..) => {
                    let point = message.body["venue"]["location"].clone();
                    message.body.insert("location".to_owned(), point);
                }
                _ => {}
            }
        })
    }
}
