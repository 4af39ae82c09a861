//! What must not be in a text.

/// The marks that isolate a direction.
pub fn is_isolate(letter: char) -> bool {
    matches!(letter, '\u{2066}'..='\u{2069}')
}

/// How many isolates are still open at the end of a line; an error when one is closed too often.
pub fn open_isolates(line: &str) -> Result<usize, &'static str> {
    line.chars().try_fold(0usize, |open, letter| match letter {
        '\u{2066}'..='\u{2068}' => Ok(open + 1),
        '\u{2069}' => open.checked_sub(1).ok_or("closed too often"),
        _ => Ok(open),
    })
}

/// A letter of the Arabic script, whichever language.
pub fn is_arabic_letter(letter: char) -> bool {
    matches!(letter, '\u{0620}'..='\u{064a}' | '\u{066e}'..='\u{06d3}' | '\u{0750}'..='\u{077f}')
}

/// The letters a language is written with, beside ASCII in the names it keeps. Persian must not
/// get Arabic's ي and ك, Pashto not Persian's گ, Arabic none of Persian's own letters.
pub fn belongs(lang: &str, letter: char) -> bool {
    // Vowel signs and doubling marks are common to all who write with Arabic letters.
    let sign = matches!(letter, '\u{064b}'..='\u{0652}');
    if letter.is_ascii() || !letter.is_alphanumeric() || (sign && lang != "ti") {
        return true;
    }
    const SHARED: &str = "ءآأؤئابتثجحخدذرزسشصضطظعغفقلمنهو";
    match lang {
        "fa" => SHARED.contains(letter) || "پچژکگی".contains(letter),
        "ps" => SHARED.contains(letter) || "پټچځڅډړژږښکګڼیېۍي".contains(letter),
        "ar" => SHARED.contains(letter) || "إةىكي".contains(letter),
        "ti" => matches!(letter, '\u{1200}'..='\u{135a}'),
        _ => letter.is_alphabetic() && (letter as u32) < 0x250,
    }
}
