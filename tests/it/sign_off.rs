//! The sheets for native speakers.
use vigie::domain::lang::Lang;
use vigie::sign_off::{SignOffError, sheet, sign_off_html};
use vigie::speech::{Scene, Speech};

use crate::locales::scenery;

/// Words of the English warnings, none of which a blind reader may see.
const ENGLISH: [&str; 4] = ["police", "Police", "warning", "places"];

#[test]
fn a_blind_sheet_holds_one_language_and_no_name_of_a_message() {
    let speech = Speech::load().unwrap();
    let gazetteer = scenery::gazetteer();
    let scene = Scene { gazetteer: &gazetteer, phone: Some("+33600000000") };
    for code in ["fa", "ti", "ps", "ar"] {
        let lang: Lang = code.parse().unwrap();
        let text = sheet(&speech, lang, &scene, scenery::setting().now).unwrap();
        for word in ENGLISH {
            assert!(!text.contains(word), "{code}: {word} in\n{text}");
        }
        assert!(!text.contains("at-site"), "{code}");
    }
}

#[test]
fn the_sheet_works_offline_and_hides_what_was_meant() {
    let speech = Speech::load().unwrap();
    let gazetteer = scenery::gazetteer();
    let scene = Scene { gazetteer: &gazetteer, phone: Some("+33600000000") };
    for language in speech.languages() {
        let page = sign_off_html(&speech, language.lang, &scene, scenery::setting().now).unwrap();
        assert!(!page.contains("http"), "{}: an address", language.lang);
        assert!(!page.contains("<script src"), "{}", language.lang);
        let meanings = page.matches("class=\"meaning\"").count();
        assert_eq!(meanings, page.matches("class=\"after\" hidden").count());
        assert!(meanings > 40, "{}: {meanings}", language.lang);
    }
}

#[test]
fn a_language_that_is_not_spoken_is_answered_with_those_that_are() {
    let speech = Speech::load().unwrap();
    let gazetteer = scenery::gazetteer();
    let scene = Scene { gazetteer: &gazetteer, phone: None };
    let nowhere: Lang = "xx".parse().unwrap();
    let refused = sheet(&speech, nowhere, &scene, scenery::setting().now).unwrap_err();
    assert!(matches!(refused, SignOffError::NotSpoken { .. }));
    assert_eq!(
        refused.to_string(),
        "Vigie does not speak \"xx\"; it speaks fr, en, fa, ti, ps, ar"
    );
}
