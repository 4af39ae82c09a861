//! The languages Vigie speaks: one folder of `locales/` each, embedded in the program. Adding a
//! language is adding a folder; what is said of it (name, direction, review) stands in the header
//! comment of its `resident.ftl`.
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use include_dir::{Dir, include_dir};
use unic_langid::LanguageIdentifier;

use crate::domain::lang::Lang;

static LOCALES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/locales");

/// The order in which languages are offered; others follow by code.
const ORDER: [&str; 6] = ["fr", "en", "fa", "ti", "ps", "ar"];
/// The warnings' controlled language; every folder has it.
const ALERTS: &str = "alerts.ftl";
/// Everything else said to residents and contacts; every folder has it.
const RESIDENT: &str = "resident.ftl";
/// What is said to the team; only in the languages the team works in.
const TEAM: &str = "team.ftl";

/// How the review line of a locale begins once a native speaker has gone through its sheet.
const SIGNED_OFF: &str = "signed off";

/// What is known of a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Its code, which is its folder's name.
    pub lang: Lang,
    /// Its name in its own script.
    pub name: String,
    /// Whether it is written from right to left.
    pub rtl: bool,
    /// How its words were reviewed, in one English sentence.
    pub reviewed: String,
    /// Whether the team's messages exist in it.
    pub team: bool,
}

impl Language {
    /// Whether a native speaker has gone through its sheet and found it good.
    pub fn is_signed_off(&self) -> bool {
        self.reviewed.starts_with(SIGNED_OFF)
    }
}

/// The words cannot be used. All of them are built in, so this is found by a test long before it
/// could meet a reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpeechError {
    /// A file is not in the folder.
    #[error("locales/{lang} has no {file}")]
    NoFile {
        /// The folder.
        lang: String,
        /// The file.
        file: &'static str,
    },
    /// A file is not Fluent.
    #[error("locales/{lang}/{file} cannot be read: {why}")]
    NotFluent {
        /// The folder.
        lang: String,
        /// The file.
        file: &'static str,
        /// What the parser says.
        why: String,
    },
    /// The header comment lacks a line.
    #[error("locales/{lang}/resident.ftl has no header line \"### {key}: …\"")]
    NoHeader {
        /// The folder.
        lang: String,
        /// The missing key.
        key: &'static str,
    },
    /// The folder's name is no language code.
    #[error("locales/{0} is not named after a language")]
    NotALanguage(String),
    /// French and English must be there: they are what everything falls back to.
    #[error("locales/{0} is missing: every reader may fall back to it")]
    NoFallback(Lang),
}

/// One language with its words.
pub(super) struct Tongue {
    /// What is known of it.
    pub(super) about: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Tongue {
    fn load(folder: &Dir<'_>) -> Result<Tongue, SpeechError> {
        let code = folder_name(folder);
        let not_a_language = || SpeechError::NotALanguage(code.clone());
        let lang: Lang = code.parse().map_err(|_| not_a_language())?;
        let rules: LanguageIdentifier = code.parse().map_err(|_| not_a_language())?;
        let mut bundle = FluentBundle::new_concurrent(vec![rules]);
        let resident = source(folder, RESIDENT)
            .ok_or(SpeechError::NoFile { lang: code.clone(), file: RESIDENT })?;
        let team = source(folder, TEAM);
        for (file, text) in
            [(ALERTS, source(folder, ALERTS)), (RESIDENT, Some(resident)), (TEAM, team)]
        {
            match text {
                Some(text) => add(&mut bundle, &code, file, text)?,
                None if file == TEAM => {}
                None => return Err(SpeechError::NoFile { lang: code, file }),
            }
        }
        let header = |key: &'static str| {
            header_line(resident, key)
                .ok_or_else(|| SpeechError::NoHeader { lang: code.clone(), key })
        };
        let about = Language {
            lang,
            name: header("name")?,
            rtl: header("direction")? == "rtl",
            reviewed: header("reviewed")?,
            team: team.is_some(),
        };
        Ok(Tongue { about, bundle })
    }

    /// The message's text with its slots filled; `None` where this language lacks it.
    pub(super) fn say(&self, id: &str, slots: &fluent_bundle::FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut faults = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(slots), &mut faults);
        // A slot that was not filled would show as "{$site}": better the language that has it.
        (faults.is_empty() && !text.trim().is_empty()).then(|| text.into_owned())
    }
}

fn add(
    bundle: &mut FluentBundle<FluentResource>,
    lang: &str,
    file: &'static str,
    text: &str,
) -> Result<(), SpeechError> {
    let not_fluent = |why: String| SpeechError::NotFluent { lang: lang.to_owned(), file, why };
    let resource = FluentResource::try_new(text.to_owned())
        .map_err(|(_, faults)| not_fluent(format!("{faults:?}")))?;
    bundle.add_resource(resource).map_err(|faults| not_fluent(format!("{faults:?}")))
}

/// Every language of `locales/`, in the order they are offered.
pub(super) fn tongues() -> Result<Vec<Tongue>, SpeechError> {
    let mut tongues = LOCALES.dirs().map(Tongue::load).collect::<Result<Vec<_>, _>>()?;
    tongues.sort_by_key(|tongue| {
        let code = tongue.about.lang;
        let place = ORDER.iter().position(|known| *known == code.as_str());
        (place.unwrap_or(ORDER.len()), code)
    });
    for needed in [Lang::FR, Lang::EN] {
        if !tongues.iter().any(|tongue| tongue.about.lang == needed && tongue.about.team) {
            return Err(SpeechError::NoFallback(needed));
        }
    }
    Ok(tongues)
}

/// The sound of a message read aloud by a speaker of the language, where one was recorded:
/// `locales/<lang>/sound/<id>.ogg`.
pub fn sound(lang: Lang, id: &str) -> Option<&'static [u8]> {
    LOCALES.get_file(format!("{lang}/sound/{id}.ogg")).map(|file| file.contents())
}

fn folder_name(folder: &Dir<'_>) -> String {
    folder.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn source<'a>(folder: &'a Dir<'_>, file: &str) -> Option<&'a str> {
    folder.get_file(folder.path().join(file)).and_then(|file| file.contents_utf8())
}

/// The value of a header line `### key: value`.
fn header_line(text: &str, key: &str) -> Option<String> {
    text.lines()
        .take_while(|line| line.starts_with("###"))
        .filter_map(|line| line.trim_start_matches('#').trim().split_once(':'))
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim().to_owned())
}
