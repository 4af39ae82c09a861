//! The key file and what is done with it: sealing what must be read again, and keyed hashes of what
//! must only be recognised. `storage` alone uses it. The key never stands in the database, in a
//! backup of it, or in a log line; nothing here can be printed.
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretBox, SecretString};

use crate::domain::id::Entropy;
use crate::domain::person::{Chat, ChatHash};

/// Length of the key, in bytes: what XChaCha20-Poly1305 and keyed BLAKE3 take.
pub const KEY_BYTES: usize = 32;
/// Length of a nonce of XChaCha20-Poly1305, in bytes; long enough to be drawn at random.
const NONCE_BYTES: usize = 24;
/// First byte of everything sealed, so that another cipher can be told apart one day.
const SEAL_VERSION: u8 = 1;
/// Length of a pseudonym before it is written in hexadecimal, in bytes: two of the few hundred
/// reporters of three days never share one by chance.
const PSEUDONYM_BYTES: usize = 8;

/// What a sealed value is; it cannot be opened as something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    /// A chat to write to.
    Chat,
    /// A raw update.
    Update,
    /// The free text of a sighting.
    Said,
    /// What a letter says.
    Say,
    /// The title of a channel.
    Title,
}

impl Sealed {
    /// The associated data the seal is bound to.
    fn associated(self) -> &'static [u8] {
        match self {
            Sealed::Chat => b"chat",
            Sealed::Update => b"update",
            Sealed::Said => b"said",
            Sealed::Say => b"say",
            Sealed::Title => b"title",
        }
    }
}

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file cannot be read or made.
    #[error("the key file {path} cannot be used: {source}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others may read it.
    #[error("the key file {path} can be read by other users: run chmod 600 {path}", path = .0.display())]
    Readable(PathBuf),
    /// Not a key.
    #[error(
        "the key file {path} is {bytes} bytes long where a key is 32: put the right file there, or remove it to have a new key made for a new database",
        path = path.display()
    )]
    Length {
        /// Which file.
        path: PathBuf,
        /// How long it is.
        bytes: u64,
    },
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Random(getrandom::Error),
    /// A sealed value was made with another key, as something else, or was changed.
    #[error("a sealed value does not open with this key")]
    DoesNotOpen,
    /// The value could not be sealed: it is longer than the cipher takes.
    #[error("a value is too long to be sealed")]
    TooLong,
}

/// Seals, opens and hashes. Has no `Debug` on purpose.
pub struct Vault {
    sealing: SecretBox<[u8; KEY_BYTES]>,
    hashing: SecretBox<[u8; KEY_BYTES]>,
    naming: SecretBox<[u8; KEY_BYTES]>,
    fingerprint: String,
    file: Option<PathBuf>,
}

impl Vault {
    /// Reads the key file; makes it, with mode 0600, where there is none.
    pub fn at(path: &Path) -> Result<Vault, VaultError> {
        let failed = |source| VaultError::File { path: path.to_owned(), source };
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_key_file(path)?;
                File::open(path).map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        };
        let metadata = file.metadata().map_err(failed)?;
        refuse_if_readable(path, &metadata)?;
        if metadata.len() != KEY_BYTES as u64 {
            return Err(VaultError::Length { path: path.to_owned(), bytes: metadata.len() });
        }
        let mut key = SecretBox::new(Box::new([0u8; KEY_BYTES]));
        file.read_exact(secrecy::ExposeSecretMut::expose_secret_mut(&mut key)).map_err(failed)?;
        Ok(Vault { file: Some(path.to_owned()), ..Vault::from_key(&key) })
    }

    /// Where the key was read from, if from a file.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// From a key already in memory. Each use has a key of its own, derived from it.
    pub fn from_key(key: &SecretBox<[u8; KEY_BYTES]>) -> Vault {
        let derived = |context: &str| {
            SecretBox::new(Box::new(blake3::derive_key(context, key.expose_secret())))
        };
        let fingerprint =
            blake3::derive_key("vigie 2026-11 fingerprint of the key file", key.expose_secret());
        Vault {
            sealing: derived("vigie 2026-11 sealing of stored values"),
            hashing: derived("vigie 2026-11 keyed hash of chats"),
            naming: derived("vigie 2026-11 pseudonyms"),
            fingerprint: hex(&fingerprint[..PSEUDONYM_BYTES]),
            file: None,
        }
    }

    /// Tells keys apart without telling anything of them; the database remembers its key's.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Seals a value, as what it is. Two seals of one value differ.
    pub fn seal(&self, what: Sealed, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(VaultError::Random)?;
        let payload = Payload { msg: plain, aad: what.associated() };
        let ciphertext = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::TooLong)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + ciphertext.len());
        sealed.push(SEAL_VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    /// Opens what [`Vault::seal`] made.
    pub fn open(&self, what: Sealed, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (version, rest) = sealed.split_first().ok_or(VaultError::DoesNotOpen)?;
        let (nonce, ciphertext) =
            rest.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::DoesNotOpen)?;
        if *version != SEAL_VERSION {
            return Err(VaultError::DoesNotOpen);
        }
        let payload = Payload { msg: ciphertext, aad: what.associated() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::DoesNotOpen)
    }

    /// Seals a chat.
    pub fn seal_chat(&self, chat: Chat) -> Result<Vec<u8>, VaultError> {
        self.seal(Sealed::Chat, &chat.0.to_le_bytes())
    }

    /// Opens a sealed chat.
    pub fn open_chat(&self, sealed: &[u8]) -> Result<Chat, VaultError> {
        let plain = self.open(Sealed::Chat, sealed)?;
        let bytes: [u8; 8] = plain.try_into().map_err(|_| VaultError::DoesNotOpen)?;
        Ok(Chat(i64::from_le_bytes(bytes)))
    }

    /// The keyed hash by which a chat is recognised.
    pub fn hash(&self, chat: Chat) -> ChatHash {
        let hash = blake3::keyed_hash(self.hashing.expose_secret(), &chat.0.to_le_bytes());
        let mut short = [0u8; 16];
        short.copy_from_slice(&hash.as_bytes()[..16]);
        ChatHash(short)
    }

    /// A name for a chat that is the same within `context` and says nothing in another.
    pub fn pseudonym(&self, chat: Chat, context: &str) -> String {
        self.keyed_name(context, &chat.0.to_le_bytes())
    }

    /// A keyed short hash of any text, for what must be compared but never read again.
    pub fn keyed_name(&self, context: &str, value: &[u8]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(self.naming.expose_secret());
        hasher.update(&(context.len() as u64).to_le_bytes());
        hasher.update(context.as_bytes());
        hasher.update(value);
        hex(&hasher.finalize().as_bytes()[..PSEUDONYM_BYTES])
    }

    /// A secret for `context` that whoever has the key derives alike: 64 hexadecimal digits.
    pub fn secret_for(&self, context: &str) -> SecretString {
        let mut hasher = blake3::Hasher::new_keyed(self.naming.expose_secret());
        hasher.update(b"secret for ");
        hasher.update(context.as_bytes());
        SecretString::from(hasher.finalize().to_hex().to_string())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.sealing.expose_secret().into())
    }
}

/// The system's randomness.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // Linux gives randomness for ever once it has given some, and the key file was made with
        // it; going on with predictable nonces would be worse than stopping.
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the system gives no randomness: {error}");
        }
    }
}

/// Makes the file under another name first and links it, so that a crash or a second process never
/// leaves half a key, and an existing key is never replaced.
fn make_key_file(path: &Path) -> Result<(), VaultError> {
    let failed = |source| VaultError::File { path: path.to_owned(), source };
    let mut key = SecretBox::new(Box::new([0u8; KEY_BYTES]));
    getrandom::fill(secrecy::ExposeSecretMut::expose_secret_mut(&mut key))
        .map_err(VaultError::Random)?;
    let mut mark = [0u8; 4];
    getrandom::fill(&mut mark).map_err(VaultError::Random)?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", hex(&mark)));
    let draft = PathBuf::from(draft);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).map_err(failed)?;
    let written =
        file.write_all(key.expose_secret()).and_then(|()| file.sync_all()).and_then(|()| {
            match fs::hard_link(&draft, path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                other => other,
            }
        });
    fs::remove_file(&draft).map_err(failed)?;
    written.map_err(failed)?;
    sync_directory_of(path).map_err(failed)
}

/// Makes the directory entry durable: a database whose key was lost with the power is lost too.
fn sync_directory_of(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

#[cfg(unix)]
fn refuse_if_readable(path: &Path, metadata: &fs::Metadata) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(VaultError::Readable(path.to_owned()))
    }
}
#[cfg(not(unix))]
fn refuse_if_readable(_: &Path, _: &fs::Metadata) -> Result<(), VaultError> {
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::from_key(&SecretBox::new(Box::new([byte; KEY_BYTES])))
    }

    #[test]
    fn what_is_sealed_opens_again_only_as_what_it_is_and_only_with_its_key() {
        let sealed = vault(1).seal(Sealed::Said, b"eleven vans").unwrap();
        assert!(!sealed.windows(4).any(|w| w == b"vans"));
        assert_eq!(vault(1).open(Sealed::Said, &sealed).unwrap(), b"eleven vans");
        assert!(vault(1).open(Sealed::Say, &sealed).is_err());
        assert!(vault(2).open(Sealed::Said, &sealed).is_err());
        let mut changed = sealed.clone();
        changed[30] ^= 1;
        assert!(vault(1).open(Sealed::Said, &changed).is_err());
        assert!(vault(1).open(Sealed::Said, &sealed[..10]).is_err());
        assert!(vault(1).open(Sealed::Said, &[]).is_err());
    }

    #[test]
    fn a_chat_is_recognised_by_a_hash_that_says_nothing_under_another_key() {
        let chat = Chat(-1_001_234_567_890);
        assert_eq!(vault(1).hash(chat), vault(1).hash(chat));
        assert_ne!(vault(1).hash(chat), vault(2).hash(chat));
        assert_ne!(vault(1).hash(chat), vault(1).hash(Chat(1)));
        assert_ne!(vault(1).pseudonym(chat, "a"), vault(1).pseudonym(chat, "b"));
        let sealed = vault(1).seal_chat(chat).unwrap();
        assert_eq!(vault(1).open_chat(&sealed).unwrap(), chat);
    }

    #[cfg(unix)]
    #[test]
    fn the_key_file_is_made_once_for_its_owner_alone_and_refused_when_others_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("vigie.key");
        let first = Vault::at(&path).unwrap();
        let again = Vault::at(&path).unwrap();
        assert_eq!(first.fingerprint(), again.fingerprint());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let Err(refusal) = Vault::at(&path) else {
            panic!("a readable key file was taken");
        };
        assert!(refusal.to_string().contains("chmod 600"));
    }

    #[test]
    fn a_file_of_another_length_is_not_a_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("vigie.key");
        Vault::at(&path).unwrap();
        fs::write(&path, b"short").unwrap();
        assert!(matches!(Vault::at(&path), Err(VaultError::Length { bytes: 5, .. })));
    }
}
