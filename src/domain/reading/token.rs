//! Cuts clean text into words, digits and marks. It knows how people join and part them ("8h05",
//! "4x4", "R.A.S.", "camion-benne", "d'elles-mêmes"), and nothing of what they mean.
use crate::domain::fold;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// Digits only.
    Digits,
    /// One sign that parts or joins.
    Mark(char),
}

/// One token and where it stands in the clean text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: Kind,
    /// Folded.
    pub text: String,
    /// Bytes of the clean text.
    pub start: usize,
    pub end: usize,
    /// No space stands before it.
    pub glued: bool,
    /// Written in capitals throughout.
    pub capitals: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Space,
    Sign,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '\n' => Class::Sign,
        _ if c.is_whitespace() => Class::Space,
        _ if fold::is_number(c) => Class::Digit,
        _ if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => {
            Class::Letter
        }
        _ => Class::Sign,
    }
}

/// All tokens of a clean text, in order.
pub(super) fn tokens(clean: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(clean.len() / 5 + 4);
    let mut letters = clean.char_indices().peekable();
    let mut glued = false;
    while let Some((start, first)) = letters.next() {
        let class_here = class(first);
        let mut end = start + first.len_utf8();
        match class_here {
            Class::Space => {
                glued = false;
                continue;
            }
            Class::Sign => {
                glued = if joins_words(&found, first, glued, letters.peek().map(|(_, c)| *c)) {
                    first == '-'
                } else {
                    push_sign(&mut found, first, start..end, glued);
                    first != '\n'
                };
                continue;
            }
            Class::Letter | Class::Digit => {}
        }
        while let Some((at, next)) = letters.next_if(|(_, c)| class(*c) == class_here) {
            end = at + next.len_utf8();
        }
        let kind = match class_here {
            Class::Digit => Kind::Digits,
            _ => Kind::Word,
        };
        let raw = &clean[start..end];
        push(
            &mut found,
            Token {
                kind,
                text: fold::fold_clean(raw),
                start,
                end,
                glued,
                capitals: raw.chars().all(char::is_uppercase),
            },
        );
        glued = true;
    }
    found
}

/// A hyphen or apostrophe inside a word, or the dot of an abbreviation, only parts the word.
fn joins_words(found: &[Token], sign: char, glued: bool, next: Option<char>) -> bool {
    let after_letter = glued && found.last().is_some_and(|t| t.kind == Kind::Word);
    let before_letter = next.is_some_and(|c| class(c) == Class::Letter);
    match sign {
        '-' | '\u{2010}' | '\u{2011}' => after_letter && before_letter,
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => after_letter,
        '.' => {
            let abbreviated = |t: &Token| t.text.chars().count() == 1;
            after_letter && before_letter && found.last().is_some_and(abbreviated)
        }
        _ => false,
    }
}

fn push_sign(found: &mut Vec<Token>, sign: char, span: std::ops::Range<usize>, glued: bool) {
    // "->" and "=>" are arrows.
    if sign == '>'
        && glued
        && let Some(last) = found.last_mut()
        && matches!(last.kind, Kind::Mark('-' | '='))
    {
        last.kind = Kind::Mark('→');
        last.end = span.end;
        return;
    }
    let (kind, text) = match sign {
        // "> BMX" is an arrow and ">10" at least; in "<b>BMX" it is neither.
        '>' if glued => (Kind::Mark('›'), String::new()),
        '&' => (Kind::Word, "et".to_owned()),
        '‐' | '‑' | '‒' | '–' | '—' | '−' | '―' => (Kind::Mark('-'), String::new()),
        '➜' | '➡' | '➔' | '⇒' | '➞' | '➤' | '▶' | '»' => {
            (Kind::Mark('→'), String::new())
        }
        '،' | '、' | '፣' => (Kind::Mark(','), String::new()),
        '؛' | '፤' => (Kind::Mark(';'), String::new()),
        '؟' | '፧' => (Kind::Mark('?'), String::new()),
        '።' | '۔' | '。' => (Kind::Mark('.'), String::new()),
        '≈' | '∼' | '±' => (Kind::Mark('~'), String::new()),
        '×' | '✕' => (Kind::Word, "x".to_owned()),
        '[' | '{' => (Kind::Mark('('), String::new()),
        ']' | '}' => (Kind::Mark(')'), String::new()),
        _ => (Kind::Mark(sign), String::new()),
    };
    push(found, Token { kind, text, start: span.start, end: span.end, glued, capitals: false });
}

/// Adds a token, or joins it to what it belongs to: "4x4", "A16", "1er".
fn push(found: &mut Vec<Token>, token: Token) {
    if let [.., four, x] = found.as_mut_slice()
        && token.kind == Kind::Digits
        && (four.text.as_str(), x.text.as_str(), token.text.as_str()) == ("4", "x", "4")
    {
        four.kind = Kind::Word;
        four.text = "4x4".to_owned();
        four.end = token.end;
        found.pop();
        return;
    }
    if token.glued
        && let Some(last) = found.last_mut()
        && (is_road(last, &token) || is_ordinal(last, &token))
    {
        last.kind = Kind::Word;
        last.text.push_str(&token.text);
        last.end = token.end;
        return;
    }
    found.push(token);
}

/// "A16", "D940", "U56", but not "à10h".
fn is_road(letter: &Token, number: &Token) -> bool {
    number.kind == Kind::Digits
        && letter.kind == Kind::Word
        && !letter.glued
        && letter.capitals
        && letter.text.len() == 1
        && letter.text != "x"
}

/// "1er", "2nd", "15aine".
fn is_ordinal(number: &Token, ending: &Token) -> bool {
    const ENDINGS: [&str; 11] =
        ["er", "ere", "e", "eme", "nd", "nde", "st", "th", "rd", "aine", "aines"];
    number.kind == Kind::Digits
        && ending.kind == Kind::Word
        && ENDINGS.contains(&ending.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let text = fold::clean(text).0;
        let shown: Vec<String> = tokens(&text)
            .into_iter()
            .map(|t| match t.kind {
                Kind::Mark(sign) => sign.to_string(),
                _ => t.text,
            })
            .collect();
        shown.join("_")
    }

    #[test]
    fn words_digits_and_marks_part_as_people_mean_them() {
        assert_eq!(words("8h05, 4x4 et 2x CRS"), "8_h_05_,_4x4_et_2_x_crs");
        assert_eq!(
            words("R.A.S. camion-benne d’elles-mêmes"),
            "r_a_s_._camion_benne_d_elles_memes"
        );
        assert_eq!(words("T&E 10h37–10h59 -> A16 1er"), "t_et_e_10_h_37_-_10_h_59_→_a16_1er");
        assert_eq!(words("10CRS (dont 2)"), "10_crs_(_dont_2_)");
    }
}
