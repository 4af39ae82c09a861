//! The house rules that a compiler does not check: which part may know which, who alone may ask the
//! time or the environment, how long a file may be, and that the repository speaks of Vigie alone.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How high a part stands. It may use what stands lower, and itself.
const HEIGHT: [(&str, u32); 20] = [
    ("domain", 0),
    ("clock", 1),
    ("proof", 0),
    ("pulse", 2),
    ("vault", 1),
    ("gazetteer", 1),
    ("config", 1),
    ("storage", 10),
    ("speech", 11),
    ("coordination", 20),
    ("dispatch", 20),
    ("report", 20),
    ("intake", 21),
    ("read_command", 30),
    ("sign_off", 30),
    ("telegram", 30),
    ("console", 31),
    ("rehearsal", 30),
    ("app", 40),
    ("commands", 50),
];
/// The longest a file may be. Whoever needs more room splits it, or lists it here with a reason.
const LINES_MAX: usize = 500;
const LONGER: [&str; 0] = [];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && name != ".git" && !path.is_symlink() {
                files_under(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

/// A source file without its comments and its tests.
struct Source {
    name: String,
    lines: usize,
    code: String,
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut files = Vec::new();
    files_under(&src, &mut files);
    let rust = files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs"));
    rust.map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let is_test = path.file_stem().unwrap().to_string_lossy().ends_with("tests");
        let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code = if is_test { String::new() } else { lines.collect::<Vec<_>>().join("\n") };
        let name = path.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
        Source { name, lines: text.lines().count(), code }
    })
    .collect()
}

/// The part a file belongs to.
fn part(name: &str) -> &str {
    name.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The parts that a file names, in `use` lines and in paths.
fn named(code: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for after in code.split("crate::").skip(1) {
        let group = after.strip_prefix('{').map(|rest| rest.split('}').next().unwrap());
        for path in group.unwrap_or(after).split(',') {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let word: String = path.trim_start().chars().take_while(|c| is_word(*c)).collect();
            parts.push(word);
            if group.is_none() {
                break;
            }
        }
    }
    parts
}

#[test]
fn imports_go_downwards() {
    let height: BTreeMap<&str, u32> = HEIGHT.into_iter().collect();
    let mut breaches = Vec::new();
    for source in sources() {
        let here = part(&source.name);
        if matches!(here, "lib" | "main") {
            continue;
        }
        let Some(own) = height.get(here) else {
            breaches.push(format!("{}: give {here} its place in HEIGHT", source.name));
            continue;
        };
        for there in named(&source.code) {
            match height.get(there.as_str()) {
                Some(other) if there != here && other >= own => {
                    breaches.push(format!("{} uses {there}, which stands higher", source.name));
                }
                _ => {}
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn some_things_are_done_in_one_place_alone() {
    let rules: [(&str, &[&str]); 6] = [
        ("teloxide::", &["telegram/", "rehearsal/"]),
        ("sqlx::", &["storage/"]),
        ("Utc::now", &["clock.rs"]),
        ("SystemTime::now", &["clock.rs"]),
        ("env::var", &["config.rs"]),
        ("dotenvy::", &["config.rs"]),
    ];
    let mut breaches = Vec::new();
    for source in sources() {
        for (word, places) in rules {
            if source.code.contains(word) && !places.iter().any(|p| source.name.starts_with(p)) {
                breaches.push(format!("{} says {word}", source.name));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn no_file_is_longer_than_can_be_read_at_once() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.lines > LINES_MAX && !LONGER.contains(&source.name.as_str()))
        .map(|source| format!("{}: {} lines", source.name, source.lines))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn nothing_gives_up_where_it_could_answer() {
    const GIVING_UP: [&str; 7] =
        [".unwrap()", ".expect(\"", "todo!(", "unimplemented!(", "dbg!(", "panic!(", "#[allow("];
    // Where the system gives no randomness, going on would be worse.
    const REASONED: [(&str, &str); 1] = [("vault.rs", "panic!(")];
    let mut found = Vec::new();
    for source in sources() {
        for word in GIVING_UP {
            let reasoned = REASONED.contains(&(source.name.as_str(), word));
            if source.code.contains(word) && !reasoned {
                found.push(format!("{} says {word}", source.name));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    let mut silent = Vec::new();
    let mut files = Vec::new();
    files_under(&root().join("src"), &mut files);
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        if !std::fs::read_to_string(path).unwrap().starts_with("//!") {
            silent.push(path.strip_prefix(root()).unwrap().to_owned());
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

/// The repository is read by the team and by partners: what it was made with and where is not theirs
/// to read. The words are put together here, so that this file does not hold them.
#[test]
fn the_repository_speaks_of_vigie_alone() {
    let words: Vec<String> =
        [["clau", "de"], ["anthro", "pic"], ["sub", "agent"], ["/wo", "rk/"], ["co-auth", "ored"]]
            .map(|halves| halves.concat())
            .into();
    let mut files = Vec::new();
    files_under(root(), &mut files);
    let mut found = Vec::new();
    for path in files {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let text = text.to_lowercase();
        let shown = path.strip_prefix(root()).unwrap();
        // The lock file names crates, whatever they are called.
        if shown.ends_with("Cargo.lock") || shown.ends_with(".git") {
            continue;
        }
        for word in words.iter().filter(|word| text.contains(word.as_str())) {
            found.push(format!("{} says {word}", shown.display()));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
