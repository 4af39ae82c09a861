//! Folding of text, so that what people type meets what the gazetteer and the lexicon hold: one
//! case, no accents, one shape for letters that Arabic-script keyboards write differently, Western
//! digits. It also removes what cannot be seen: controls, direction overrides, zero-width
//! characters. It never decides what a word means.
use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Text beyond this many characters is cut off: Telegram delivers at most 4096 UTF-16 units, so
/// nothing that a person sent is longer.
pub const TEXT_CHARS_MAX: usize = 4096;
/// Marks beyond this many on one letter are dropped: no script Vigie meets stacks more than three,
/// and sorting thousands of them costs time for nothing.
pub const MARKS_PER_LETTER_MAX: usize = 4;

/// The first digits (zeros) of the scripts whose digits Unicode does not fold by compatibility.
const ZEROS: [char; 21] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}',
    '\u{1040}', '\u{1090}', '\u{17e0}', '\u{1810}', '\u{19d0}',
];
/// Ethiopic one to nine, and ten to ninety, in their order.
const ETHIOPIC_ONE: u32 = 0x1369;
const ETHIOPIC_TEN: u32 = 0x1372;

/// The text as it can safely be shown again: compatibility forms composed (NFKC), line ends as
/// `\n`, without controls, direction marks, zero-width characters and tatweel, at most
/// [`TEXT_CHARS_MAX`] characters. Says whether something was cut off.
pub fn clean(text: &str) -> (String, bool) {
    let mut marks = 0;
    let mut kept = String::with_capacity(text.len().min(TEXT_CHARS_MAX * 2));
    // Looking at a bounded stretch keeps a megabyte of invisible characters cheap, too.
    let mut rest = text.chars();
    for letter in rest.by_ref().take(TEXT_CHARS_MAX) {
        if is_combining_mark(letter) {
            marks += 1;
            if marks > MARKS_PER_LETTER_MAX {
                continue;
            }
        } else {
            marks = 0;
        }
        match letter {
            '\r' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' | '\u{85}' => kept.push('\n'),
            '\t' => kept.push(' '),
            _ if is_invisible(letter) => {}
            _ => kept.push(letter),
        }
    }
    let cut = rest.next().is_some();
    if kept.is_ascii() {
        return (kept, cut);
    }
    // A compatibility form may become up to 18 characters (U+FDFA): cut again.
    let mut composed = kept.nfkc();
    let text = composed.by_ref().take(TEXT_CHARS_MAX).collect();
    (text, cut || composed.next().is_some())
}

/// One word or phrase folded for comparison: as [`clean`], then lower case, without accents, with
/// Arabic-script letters and all digits in one shape. The rest (spaces, punctuation) stays.
pub fn fold(text: &str) -> String {
    fold_clean(&clean(text).0)
}

/// As [`fold`], for text that [`clean`] gave.
pub fn fold_clean(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    let mut letters = text.nfkd().filter(|c| !is_combining_mark(*c)).peekable();
    while let Some(letter) = letters.next() {
        if let Some(number) = ethiopic_number(letter, letters.peek().copied()) {
            folded.push_str(&number.to_string());
            if number > 10 && number % 10 > 0 {
                letters.next();
            }
            continue;
        }
        for lower in letter.to_lowercase() {
            folded.push_str(&fold_letter(lower));
        }
    }
    folded
}

/// The value of a digit of any script.
pub fn digit(letter: char) -> Option<u32> {
    if let Some(value) = letter.to_digit(10) {
        return Some(value);
    }
    if letter.is_ascii() {
        return None;
    }
    ZEROS.iter().map(|zero| (letter as u32).wrapping_sub(*zero as u32)).find(|value| *value < 10)
}

/// Whether the character is a digit or an Ethiopic number sign.
pub fn is_number(letter: char) -> bool {
    digit(letter).is_some() || ethiopic_number(letter, None).is_some()
}

/// Ethiopic writes 15 as ten, five.
fn ethiopic_number(letter: char, next: Option<char>) -> Option<u32> {
    let unit = |c: char| (c as u32).wrapping_sub(ETHIOPIC_ONE) + 1;
    let code = letter as u32;
    match code {
        ETHIOPIC_ONE..ETHIOPIC_TEN => Some(unit(letter)),
        ETHIOPIC_TEN..=0x137a => {
            let ones = next.map(unit).filter(|ones| *ones < 10).unwrap_or(0);
            Some((code - ETHIOPIC_TEN + 1) * 10 + ones)
        }
        _ => None,
    }
}

fn fold_letter(letter: char) -> Cow<'static, str> {
    Cow::Borrowed(match letter {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'ø' => "o",
        'ł' => "l",
        'đ' => "d",
        'ı' => "i",
        // Yeh, kaf and heh as Arabic, Persian, Pashto, Urdu and Sorani keyboards write them.
        'ي' | 'ى' | 'ې' | 'ۍ' | 'ێ' => "ی",
        'ك' | 'ګ' | 'گ' => "ک",
        'ة' | 'ۀ' | 'ە' | 'ہ' | 'ھ' => "ه",
        'أ' | 'إ' | 'آ' | 'ٱ' => "ا",
        _ => {
            return Cow::Owned(match digit(letter) {
                Some(value) => value.to_string(),
                None => letter.to_string(),
            });
        }
    })
}

/// Controls, direction marks, overrides and isolates, zero-width characters, byte-order mark, soft
/// hyphen, variation selectors, tatweel, language tags.
fn is_invisible(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(fold("Hôpital ÉVACUÉ à l'Œuf"), "hopital evacue a l'oeuf");
    }
    #[test]
    fn letters_of_arabic_script_have_one_shape() {
        assert_eq!(fold("شرطي ګاڼي قافلة إلى آخر أب"), fold("شرطی کاڼی قافله الی اخر اب"));
        assert_eq!(fold("خانۀ"), fold("خانة"));
    }
    #[test]
    fn digits_of_every_script_are_western() {
        assert_eq!(fold("١٢ ۳۴ ५६ ７８ ๙"), "12 34 56 78 9");
        assert_eq!(fold("፲፭ ፰ ፳"), "15 8 20");
    }
    #[test]
    fn what_cannot_be_seen_is_dropped() {
        assert_eq!(fold("\u{feff}B\u{200b}M\0X\u{202e} بی\u{200c}ام ســلام\u{7}"), "bmx بیام سلام");
    }
    #[test]
    fn everything_is_bounded() {
        let marks = format!("e{}", "\u{301}\u{327}".repeat(5_000));
        assert_eq!(fold(&marks), "e");
        let (text, cut) = clean(&"é".repeat(1_000_000));
        assert_eq!((text.chars().count(), cut), (TEXT_CHARS_MAX, true));
        let (text, cut) = clean(&"\u{fdfa}".repeat(4_000));
        assert_eq!((text.chars().count(), cut), (TEXT_CHARS_MAX, true));
        assert_eq!(clean(""), (String::new(), false));
    }
}
