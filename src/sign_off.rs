//! The sheet on which a native speaker signs a language off: every message as its reader will see
//! it, what the speaker understood before any English is shown, whether it is natural, what would
//! be better. One page that works offline on a telephone; its answers leave it as text that is
//! copied. It changes nothing: the project mends the locale and writes the result in its header.
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use crate::domain::lang::Lang;
use crate::domain::person::Role;
use crate::speech::samples::{Sample, Setting, every_say};
use crate::speech::say::{Reader, Say};
use crate::speech::{Language, Rendered, Scene, Speech, sound};

/// Shown on the sheet where no number is configured, so that the line with the number is judged
/// too. The regulator keeps these numbers for fiction; nobody answers them.
const EXAMPLE_PHONE: &str = "+33199000000";

/// The sheet cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SignOffError {
    /// There is no such language.
    #[error("Vigie does not speak \"{asked}\"; it speaks {spoken}")]
    NotSpoken {
        /// What was asked for.
        asked: Lang,
        /// What there is.
        spoken: String,
    },
    /// The samples need two sites of one zone.
    #[error("the gazetteer has no zone with two sites, which the messages of the sheet speak of")]
    NoSites,
    /// The page could not be filled in.
    #[error("the sheet could not be written")]
    Page(#[from] askama::Error),
}

#[derive(Template)]
#[template(path = "sign_off.html")]
struct Page<'a> {
    language: &'a Language,
    made: String,
    items: Vec<Item>,
}

/// One message on the sheet.
struct Item {
    number: usize,
    name: &'static str,
    /// Lines of Telegram HTML.
    lines: Vec<String>,
    buttons: Vec<Vec<String>>,
    /// What it means, hidden at first.
    meaning: Vec<String>,
    /// Its recorded sound as a data address.
    sound: Option<String>,
}

/// The page for one language, whole in itself: no address in it leads anywhere.
///
/// # Errors
/// When the language is not spoken or the gazetteer cannot furnish the samples.
pub fn sign_off_html(
    speech: &Speech,
    lang: Lang,
    scene: &Scene<'_>,
    now: DateTime<Utc>,
) -> Result<String, SignOffError> {
    // An English reader is shown the French: nobody is shown the text they are judging.
    let meant_in = if lang == Lang::EN { Lang::FR } else { Lang::EN };
    let meanings = messages(speech, meant_in, scene, now)?;
    let items = messages(speech, lang, scene, now)?
        .into_iter()
        .zip(meanings)
        .enumerate()
        .map(|(at, ((name, said), (_, meant)))| Item {
            number: at + 1,
            name,
            lines: said.text.lines().map(str::to_owned).collect(),
            buttons: labels(&said),
            meaning: meant
                .plain()
                .lines()
                .map(str::to_owned)
                .chain(labels(&meant).into_iter().map(|row| brackets(&row)))
                .collect(),
            sound: sound(lang, name)
                .map(|bytes| format!("data:audio/ogg;base64,{}", STANDARD.encode(bytes))),
        })
        .collect();
    let language = known(speech, lang)?;
    let made = now.format("%Y-%m-%d").to_string();
    let page = Page { language, made, items };
    Ok(page.render()?)
}

/// Every message of one language as numbered plain text in that language only, for reading blind:
/// no English, no names of messages.
///
/// # Errors
/// As [`sign_off_html`].
pub fn sheet(
    speech: &Speech,
    lang: Lang,
    scene: &Scene<'_>,
    now: DateTime<Utc>,
) -> Result<String, SignOffError> {
    let mut text = String::new();
    for (at, (_, said)) in messages(speech, lang, scene, now)?.into_iter().enumerate() {
        text.push_str(&format!("{}.\n{}\n", at + 1, said.plain()));
        for row in labels(&said) {
            text.push_str(&brackets(&row));
            text.push('\n');
        }
        text.push('\n');
    }
    Ok(text)
}

fn known(speech: &Speech, lang: Lang) -> Result<&Language, SignOffError> {
    speech.language(lang).ok_or_else(|| SignOffError::NotSpoken {
        asked: lang,
        spoken: speech
            .languages()
            .iter()
            .map(|language| language.lang.to_string())
            .collect::<Vec<_>>()
            .join(", "),
    })
}

/// What residents and contacts hear, by name, in one language, and the menu last.
fn messages(
    speech: &Speech,
    lang: Lang,
    scene: &Scene<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<(&'static str, Rendered)>, SignOffError> {
    known(speech, lang)?;
    let setting = Setting::of(scene.gazetteer, now).ok_or(SignOffError::NoSites)?;
    let reader = Reader { desk: false, tag: 0, ..setting.reader(lang) };
    let scene = &Scene { phone: scene.phone.or(Some(EXAMPLE_PHONE)), ..*scene };
    let mut said: Vec<(&'static str, Rendered)> = every_say(&setting)
        .into_iter()
        .filter(|sample| sample.resident)
        .map(|sample| (sample.name, in_one_language(speech, &sample, &reader, scene)))
        .collect();
    let silent = Scene { phone: None, ..*scene };
    said.push(("not-received-no-phone", speech.render(&Say::NotReceived, &reader, &silent)));
    let menu = speech
        .command_menu(Role::Contact, lang)
        .into_iter()
        .map(|(_, what)| what)
        .collect::<Vec<_>>()
        .join("\n");
    said.push(("menu", Rendered { text: menu, buttons: vec![] }));
    Ok(said)
}

/// The question which language, said in all of them, is shown in this one only; and the buttons
/// that name the other languages are left away.
fn in_one_language(
    speech: &Speech,
    sample: &Sample,
    reader: &Reader,
    scene: &Scene<'_>,
) -> Rendered {
    let mut said = speech.render(&sample.say, reader, scene);
    let languages = speech.languages();
    if matches!(sample.say, Say::ChooseLanguage) {
        let own = languages.iter().position(|about| about.lang == reader.lang);
        said.text = own.and_then(|at| said.text.lines().nth(at)).unwrap_or_default().to_owned();
    }
    for row in &mut said.buttons {
        row.retain(|button| {
            !languages.iter().any(|about| about.name == button.label && about.lang != reader.lang)
        });
    }
    said.buttons.retain(|row| !row.is_empty());
    said
}

fn labels(said: &Rendered) -> Vec<Vec<String>> {
    said.buttons.iter().map(|row| row.iter().map(|button| button.label.clone()).collect()).collect()
}

fn brackets(row: &[String]) -> String {
    row.iter().map(|label| format!("[ {label} ]")).collect::<Vec<_>>().join("  ")
}
