//! A reader's language: a code of two or three ASCII letters that names a folder of `locales/`.
use serde::{Deserialize, Serialize};

/// A language code such as `fa`. Which codes exist is known by `speech`, which holds the words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lang([u8; 3]);

impl Lang {
    /// French, the team's first language.
    pub const FR: Lang = Lang(*b"fr\0");
    /// English, the team's second language.
    pub const EN: Lang = Lang(*b"en\0");

    /// The code as text.
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|byte| *byte == 0).unwrap_or(3);
        std::str::from_utf8(&self.0[..len]).unwrap_or("fr")
    }
}

/// The text was not two or three lower-case ASCII letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a language code (two or three lower-case letters, such as fa)")]
pub struct NotALang(pub String);

impl std::str::FromStr for Lang {
    type Err = NotALang;
    fn from_str(text: &str) -> Result<Self, NotALang> {
        let fits = matches!(text.len(), 2 | 3) && text.bytes().all(|b| b.is_ascii_lowercase());
        if !fits {
            return Err(NotALang(text.chars().take(20).collect()));
        }
        let mut code = [0u8; 3];
        code[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Lang(code))
    }
}
impl TryFrom<String> for Lang {
    type Error = NotALang;
    fn try_from(text: String) -> Result<Self, NotALang> {
        text.parse()
    }
}
impl From<Lang> for String {
    fn from(lang: Lang) -> String {
        lang.as_str().to_owned()
    }
}
impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
impl std::fmt::Debug for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
