//! The commands people can type.
use teloxide::utils::command::BotCommands;

/// A command, as typed.
#[derive(BotCommands, Debug, Clone, PartialEq, Eq)]
#[command(rename_rule = "lowercase", parse_with = "default")]
pub enum Command {
    /// Subscribe, enrol or begin; what follows says which.
    Start(String),
    /// No more messages.
    Stop,
    /// Choose the language.
    Language,
    /// Choose the sites.
    Sites,
    /// Report a sighting by taps.
    Report,
    /// The open convoys, for the team.
    Convoys,
    /// The channels that mirror warnings, for the desk.
    Mirrors,
    /// What this is.
    Help,
    /// What is kept.
    Privacy,
}

/// Marks that keyboards and right-to-left text put before a slash.
const INVISIBLE: [char; 8] = [
    '\u{200e}', '\u{200f}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{feff}', '\u{200b}',
];

/// Reads a command; `None` for what begins with no slash. An unknown command is `Some(None)`.
pub fn read(text: &str, bot: &str) -> Option<Option<Command>> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || INVISIBLE.contains(&c));
    if !text.starts_with('/') {
        return None;
    }
    let bare: String = text.chars().filter(|c| !INVISIBLE.contains(c)).collect();
    let (name, rest) = bare.split_once(char::is_whitespace).unwrap_or((&bare, ""));
    // Phones write the first letter large; a command is the same either way.
    let line = format!("{} {}", name.to_lowercase(), rest.trim());
    Some(Command::parse(line.trim(), bot).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_through_the_marks_of_right_to_left_text() {
        assert_eq!(read("\u{200e}/stop", "vigie_bot"), Some(Some(Command::Stop)));
        assert_eq!(read("/Stop", "vigie_bot"), Some(Some(Command::Stop)));
        assert_eq!(read("/start fa-bmx", "vigie_bot"), Some(Some(Command::Start("fa-bmx".into()))));
        assert_eq!(read("/start", "vigie_bot"), Some(Some(Command::Start(String::new()))));
        assert_eq!(read("/nonsense", "vigie_bot"), Some(None));
        assert_eq!(read("BMX 10 fourgons", "vigie_bot"), None);
        assert_eq!(read("", "vigie_bot"), None);
    }
}
