//! The markup of messages, by examples.
use super::markup::*;

fn html(source: &str) -> Result<Formatted, String> {
    read(source, Some("HTML")).map_err(|refusal| refusal.description)
}

#[test]
fn nested_tags_become_entities_counted_in_utf16() {
    let read = html("🚐 <b>BMX <i>ici</i></b> &lt;8&gt;").unwrap();
    assert_eq!(read.text, "🚐 BMX ici <8>");
    let kinds: Vec<_> =
        read.entities.iter().map(|e| (e.kind.as_str(), e.offset, e.length)).collect();
    assert_eq!(kinds, [("bold", 3, 7), ("italic", 7, 3)]);
    assert_eq!(render_html(&read.text, &read.entities), "🚐 <b>BMX <i>ici</i></b> &lt;8&gt;");
}

#[test]
fn bad_markup_is_refused_in_telegrams_words() {
    for (source, expected) in [
        ("<b>a", "Can't find end tag corresponding to start tag \"b\""),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>a</b></i>",
            "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\"",
        ),
        ("<div>a</div>", "Unsupported start tag \"div\" at byte offset 0"),
        ("3 < 4", "Unclosed start tag at byte offset 2"),
    ] {
        let error = html(source).unwrap_err();
        assert_eq!(error, format!("Bad Request: can't parse entities: {expected}"));
    }
}

#[test]
fn overrides_are_deleted_and_isolates_kept() {
    assert_eq!(clean("a\u{202E}b\u{2028}c\u{2067}d\u{2069}\r\n\te"), "abc\u{2067}d\u{2069}\n e");
    assert_eq!(html("a&#8238;b").unwrap().text, "ab");
}

#[test]
fn text_is_trimmed_and_entities_move_along() {
    let read = html("  \n<b> a </b> ").unwrap();
    assert_eq!(read.text, "a");
    assert_eq!((read.entities[0].offset, read.entities[0].length), (0, 1));
}

#[test]
fn commands_are_found_also_behind_a_mark() {
    let found = commands("/start fa-bmx \u{200E}/stop a/b http://x/y /bad/");
    let spans: Vec<_> = found.iter().map(|e| (e.offset, e.length)).collect();
    assert_eq!(spans, [(0, 6), (15, 5)]);
}
