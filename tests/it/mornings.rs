//! The shipped mornings say what the reader understands: whoever changes a line, or the reader,
//! sees here what a morning will tell.
use std::fmt::Write as _;

use vigie::domain::reading::read;
use vigie::gazetteer::built_in;
use vigie::rehearsal::script::{Act, Script};

#[test]
fn every_line_that_is_said_names_a_place_and_what_happens_there() {
    let gazetteer = built_in().unwrap();
    let mut lost = String::new();
    for script in Script::shipped().unwrap() {
        for line in &script.lines {
            let Act::Says(text) = &line.act else {
                continue;
            };
            if text.starts_with('/') {
                continue;
            }
            let reading = read(text, &gazetteer);
            let place = reading.site.as_ref().or(reading.heading.as_ref());
            if place.is_none() || reading.phase.is_none() {
                let _ = writeln!(
                    lost,
                    "{}, line {}: {text}: {place:?} {:?} {:?}",
                    script.key, line.no, reading.phase, reading.doubts
                );
            }
        }
    }
    assert!(lost.is_empty(), "{lost}");
}
