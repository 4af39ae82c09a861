//! The reader of free text, against a table of lines as observers write them: `reading/lines.toml`.
mod properties;
mod shown;

use std::fmt::Write as _;
use std::sync::LazyLock;

use vigie::domain::reading::read;
use vigie::domain::site::Gazetteer;
use vigie::gazetteer::built_in;

use shown::{Line, Table, entry, shown};

fn gazetteer() -> &'static Gazetteer {
    static BUILT_IN: LazyLock<Gazetteer> = LazyLock::new(|| built_in().unwrap());
    &BUILT_IN
}

fn table() -> &'static [Line] {
    static TABLE: LazyLock<Table> =
        LazyLock::new(|| toml::from_str(include_str!("reading/lines.toml")).unwrap());
    &TABLE.line
}

#[test]
fn every_line_of_the_table_is_read_as_it_was_meant() {
    let gazetteer = gazetteer();
    let lines = table();
    let mut wrong = String::new();
    for line in lines {
        let (expected, read) =
            (entry(line), entry(&shown(&line.text, &read(&line.text, gazetteer))));
        if expected != read {
            let _ = writeln!(wrong, "--- expected\n{expected}--- read\n{read}");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
