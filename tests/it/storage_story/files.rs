//! What only a file can get wrong: two services on one, another key, bytes left behind.
use std::path::Path;
use std::sync::Arc;

use secrecy::SecretBox;
use vigie::domain::person::{Chat, Person};
use vigie::storage::{ErrorKind, Store};
use vigie::vault::Vault;

use super::{Counting, alert, at, claim, open, publish, resident, vault};

async fn refusal(url: &str, vault: Vault) -> vigie::storage::StorageError {
    match Store::open(url, vault, Arc::new(Counting::default())).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn fault_10_a_second_service_on_one_file_is_refused_and_a_command_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("vigie.db").display());
    let first = open(&url).await;
    let error = refusal(&url, vault()).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("another vigie already runs"), "{error}");
    let entropy = Arc::new(Counting::default());
    let beside = Store::open_beside(&url, vault(), entropy).await;
    let Ok(beside) = beside else {
        panic!("a command could not work beside the service");
    };
    let mut tx = beside.begin().await.unwrap();
    tx.meta_set("x", "from beside").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = first.read().await.unwrap();
    assert_eq!(tx.meta_get("x").await.unwrap().as_deref(), Some("from beside"));
    drop(tx);
    first.close().await;
    drop(first);
    open(&url).await;
}

#[tokio::test]
async fn fault_35_a_busy_database_waits_its_turn() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("vigie.db").display());
    let store = open(&url).await;
    let entropy = Arc::new(Counting::default());
    let Ok(other) = Store::open_beside(&url, vault(), entropy).await else {
        panic!("not opened");
    };
    let mut held = store.begin().await.unwrap();
    held.meta_set("x", "1").await.unwrap();
    let waiting = async {
        let mut tx = other.begin().await.unwrap();
        tx.meta_set("y", "2").await.unwrap();
        tx.commit().await.unwrap();
    };
    let release = async {
        tokio::task::yield_now().await;
        held.commit().await.unwrap();
    };
    tokio::join!(waiting, release);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.meta_get("y").await.unwrap().as_deref(), Some("2"));
}

#[tokio::test]
async fn fault_38_a_damaged_file_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vigie.db");
    std::fs::write(&path, b"this is no database, though it is long enough to look like one")
        .unwrap();
    let error = refusal(&format!("sqlite://{}", path.display()), vault()).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    let left = std::fs::read(&path).unwrap();
    assert!(left.starts_with(b"this is no database"));
}

#[tokio::test]
async fn fault_39_the_settings_that_keep_promises_are_as_they_must_be() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("vigie.db").display());
    let store = open(&url).await;
    let settings = store.settings().await.unwrap();
    assert_eq!(settings.len(), 5);
    assert!(settings.iter().all(|setting| setting.holds()), "{settings:?}");
    assert!(settings.iter().any(|s| s.name == "synchronous" && s.value == "2"));
}

#[tokio::test]
async fn another_key_is_refused_in_a_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("vigie.db").display());
    open(&url).await.close().await;
    let other = Vault::from_key(&SecretBox::new(Box::new([8; 32])));
    let error = refusal(&url, other).await;
    assert!(error.to_string().contains("put the right key file back"), "{error}");
    open(&url).await;
}

#[tokio::test]
async fn an_address_that_names_no_database_is_refused_in_a_sentence() {
    for url in ["mysql://x", "vigie.db", "sqlite://", "sqlite::memory:"] {
        let error = refusal(url, vault()).await;
        assert_eq!(error.kind(), ErrorKind::Refused, "{url}");
        assert!(error.to_string().contains("sqlite://"), "{error}");
    }
    let error = refusal("sqlite:///nowhere/at/all/vigie.db", vault()).await;
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vigie.db");
    let store = open(&format!("sqlite://{}", path.display())).await;
    let mut tx = store.begin().await.unwrap();
    tx.meta_set("x", "1").await.unwrap();
    tx.commit().await.unwrap();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}

/// All bytes of all files of a directory.
fn bytes_of(directory: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    bytes
}
fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn no_chat_and_no_words_stand_in_the_files_and_a_stop_leaves_not_even_the_hash() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("vigie.db").display());
    let store = open(&url).await;
    let chat = Chat(-1_009_876_543_210);
    let nour = Person { chat, ..resident(1, &["bmx"]) };
    let mut tx = store.begin().await.unwrap();
    tx.save_person(&nour).await.unwrap();
    let raw = r#"{"message":{"from":{"first_name":"Nourhan"},"text":"onze fourgons"}}"#;
    tx.inbox_put(1, Some(chat), raw, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    publish(&store, &alert("t", 1, 0)).await;
    claim(&store, 1, 0).await;
    let mut tx = store.begin().await.unwrap();
    let secret_say = r#"{"typed":"Nourhan a dit"}"#;
    let answer = vigie::storage::Answer {
        to: chat,
        lang: nour.lang,
        say_json: secret_say,
        mode: vigie::domain::alert::Mode::Quiet,
        urgency: vigie::domain::alert::Urgency::Answer,
        edit: None,
        reply: None,
        thread: None,
        expires_at: at(9),
    };
    tx.answer_add(&answer, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let bytes = bytes_of(directory.path());
    for needle in [
        &b"Nourhan"[..],
        b"onze fourgons",
        b"1009876543210",
        b"9876543210",
        &chat.0.to_le_bytes()[..],
        &chat.0.to_be_bytes()[..],
    ] {
        assert!(!holds(&bytes, needle), "{}", String::from_utf8_lossy(needle));
    }
    let hash = store.hash(chat).0;
    assert!(holds(&bytes, &hash), "the hash is how the person is found");
    let mut tx = store.begin().await.unwrap();
    tx.forget_person(chat, at(2)).await.unwrap();
    tx.inbox_done(1, at(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.after_erasure().await.unwrap());
    assert!(!holds(&bytes_of(directory.path()), &hash), "and then nobody is");
}
