//! Words: puts every [`say::Say`] into the reader's language. All sentences live in `locales/`,
//! and nowhere else; this module chooses among them, fills their slots and hangs buttons under
//! them. It never decides what is told to whom, and it reads no clock: the reader brings the time.
mod alert_text;
mod buttons;
mod card_text;
mod desk_say;
mod desk_text;
mod load;
mod mirror_text;
mod resident;
pub mod samples;
pub mod say;
mod team;
mod time;
mod upkeep_say;
mod upkeep_text;
mod words;

pub use buttons::Button;
pub use load::{Language, SpeechError, sound};

use self::load::Tongue;
use self::say::{Reader, Say};
use self::words::Words;
use crate::domain::lang::Lang;
use crate::domain::person::Role;
use crate::domain::site::Gazetteer;

/// Everything Vigie can say, in every language it can say it in.
pub struct Speech {
    tongues: Vec<Tongue>,
    french: usize,
    english: usize,
}

/// What the words speak of: the places, and the number that is answered.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The places.
    pub gazetteer: &'a Gazetteer,
    /// The HRO phone, as shown to residents; where there is none, no line names it.
    pub phone: Option<&'a str>,
}

/// A message ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text as Telegram HTML, every slot escaped.
    pub text: String,
    /// The buttons under it, row by row.
    pub buttons: Vec<Vec<Button>>,
}

impl Rendered {
    /// The text without markup, for the one attempt after Telegram refused the markup (fault 17).
    pub fn plain(&self) -> String {
        let mut plain = String::with_capacity(self.text.len());
        let mut in_tag = false;
        for letter in self.text.chars() {
            match letter {
                '<' => in_tag = true,
                '>' => in_tag = false,
                _ if in_tag => {}
                other => plain.push(other),
            }
        }
        plain
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    }
}

impl Speech {
    /// Reads the words that are built into the program.
    ///
    /// # Errors
    /// When a folder of `locales/` lacks a file or a header line, or is not Fluent.
    pub fn load() -> Result<Speech, SpeechError> {
        let tongues = load::tongues()?;
        let place = |lang: Lang| {
            tongues
                .iter()
                .position(|tongue| tongue.about.lang == lang)
                .ok_or(SpeechError::NoFallback(lang))
        };
        let (french, english) = (place(Lang::FR)?, place(Lang::EN)?);
        Ok(Speech { tongues, french, english })
    }

    /// The languages, in the order they are offered.
    pub fn languages(&self) -> Vec<&Language> {
        self.tongues.iter().map(|tongue| &tongue.about).collect()
    }

    /// What is known of one language; `None` when Vigie does not speak it.
    pub fn language(&self, lang: Lang) -> Option<&Language> {
        self.tongues.iter().map(|tongue| &tongue.about).find(|about| about.lang == lang)
    }

    /// The languages whose command menu Telegram can show: it takes two-letter codes only.
    pub fn menu_languages(&self) -> Vec<Lang> {
        self.tongues
            .iter()
            .map(|tongue| tongue.about.lang)
            .filter(|lang| lang.as_str().len() == 2)
            .collect()
    }

    /// Puts an utterance into the reader's language. What is said to the team is said in French
    /// to a reader whose language the team does not work in.
    pub fn render(&self, say: &Say, reader: &Reader, scene: &Scene<'_>) -> Rendered {
        let words = self.words(reader, scene);
        let team = Words { tongue: self.team_tongue(reader.lang), ..words };
        let (text, buttons) = match say {
            Say::ChooseLanguage => (
                self.in_all_languages("choose-language", reader, scene),
                words.language_buttons(&self.languages()),
            ),
            Say::Help { role } => {
                let (text, mut rows) =
                    if role.is_team() { team.help(*role) } else { words.help(*role) };
                rows.extend(words.language_buttons(&self.languages()));
                (text, rows)
            }
            Say::Mirror(word) => team.mirror(word, &self.languages()),
            Say::Upkeep(upkeep) => (team.upkeep(upkeep, &self.languages()), vec![]),
            _ if to_team(say) => team.tell_team(say),
            _ => words.tell_resident(say),
        };
        Rendered { text, buttons: buttons.into_iter().filter(|row| !row.is_empty()).collect() }
    }

    /// The commands a role sees, with what each does, in the order of the menu.
    pub fn command_menu(&self, role: Role, lang: Lang) -> Vec<(&'static str, String)> {
        let commands: &[&'static str] = match role {
            Role::Resident => &["sites", "language", "help", "privacy", "stop", "start"],
            Role::Contact => &["report", "sites", "language", "help", "privacy", "stop"],
            Role::Observer => {
                &["report", "convoys", "sites", "language", "help", "privacy", "stop"]
            }
            Role::Coordinator | Role::Admin => {
                &["report", "convoys", "mirrors", "sites", "language", "help", "privacy", "stop"]
            }
        };
        let tongue = if role.is_team() { self.team_tongue(lang) } else { self.tongue(lang) };
        let gazetteer = Gazetteer::default();
        let scene = Scene { gazetteer: &gazetteer, phone: None };
        // A menu has no moment of its own; none of its messages names a time.
        let reader = Reader { lang, now: chrono::DateTime::UNIX_EPOCH, tag: 0, desk: false };
        let words = Words { tongue, ..self.words(&reader, &scene) };
        commands
            .iter()
            .map(|command| (*command, words.label(&format!("cmd-{command}"), &[])))
            .collect()
    }

    fn words<'a>(&'a self, reader: &'a Reader, scene: &'a Scene<'a>) -> Words<'a> {
        Words {
            tongue: self.tongue(reader.lang),
            fallback: [&self.tongues[self.french], &self.tongues[self.english]],
            reader,
            scene,
        }
    }

    /// A language Vigie no longer speaks is read as French, the team's first.
    fn tongue(&self, lang: Lang) -> &Tongue {
        self.tongues
            .iter()
            .find(|tongue| tongue.about.lang == lang)
            .unwrap_or(&self.tongues[self.french])
    }

    fn team_tongue(&self, lang: Lang) -> &Tongue {
        let tongue = self.tongue(lang);
        if tongue.about.team { tongue } else { &self.tongues[self.french] }
    }

    /// One message in every language, one after the other: said to someone whose language we do
    /// not know yet.
    fn in_all_languages(&self, id: &str, reader: &Reader, scene: &Scene<'_>) -> String {
        let words = self.words(reader, scene);
        self.tongues
            .iter()
            .map(|tongue| Words { tongue, ..words }.html(id, &[]))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Whether this is said to the team alone, in the languages the team works in.
fn to_team(say: &Say) -> bool {
    match say {
        Say::Enrolled { role, .. } | Say::RoleEnds { role, .. } | Say::RoleEnded { role } => {
            role.is_team()
        }
        Say::ReportWhat { role, .. } => role.is_team(),
        Say::PinNoSite { may_place, .. } => *may_place,
        Say::Understood(_)
        | Say::AskPlace { .. }
        | Say::AskWhat { .. }
        | Say::FixPlace { .. }
        | Say::FixWhat { .. }
        | Say::TimeUnclear { .. }
        | Say::TimeInFuture { .. }
        | Say::PointSet { .. }
        | Say::Card(_)
        | Say::Question(_)
        | Say::AlreadyDecided { .. }
        | Say::Done { .. }
        | Say::Sure { .. }
        | Say::NobodyFollows { .. }
        | Say::AllWell { .. }
        | Say::LateSummary { .. }
        | Say::Restored { .. }
        | Say::CannotKeep
        | Say::NoConvoys
        | Say::CardGone { .. }
        | Say::Broadcast(_)
        | Say::Mirror(_)
        | Say::Upkeep(_)
        | Say::RingLimit { .. } => true,
        Say::Alert(_)
        | Say::ChooseLanguage
        | Say::ChooseSites { .. }
        | Say::Welcome { .. }
        | Say::NoSites
        | Say::Stopped
        | Say::StopSure { .. }
        | Say::Privacy
        | Say::Help { .. }
        | Say::NotReceived
        | Say::OldButton { .. }
        | Say::TextNotRead { .. }
        | Say::KindNotTaken { .. }
        | Say::ContactNotKept
        | Say::RenewAsk
        | Say::Renewed
        | Say::TooMany
        | Say::ReportPlace { .. }
        | Say::ReportVans { .. }
        | Say::Received { .. }
        | Say::Undone { .. }
        | Say::UndoTooLate
        | Say::PinOutside
        | Say::InviteNotValid
        | Say::NotYours => false,
    }
}
