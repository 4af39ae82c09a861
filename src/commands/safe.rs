//! How a backup is encrypted: as an age file (age-encryption.org), to recipients whose identities are
//! kept elsewhere, to a passphrase, or, with nothing said, to a passphrase derived from the key file.
//! Never sees what is inside.
use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, BufWriter};
use std::iter;
use std::path::{Path, PathBuf};

use age::stream::{StreamReader, StreamWriter};
use age::{Decryptor, Encryptor, IdentityFile, scrypt, x25519};
use anyhow::{Context, bail};
use clap::Args;
use secrecy::SecretString;

use crate::vault::Vault;

/// What the passphrase of a backup is derived for, where none is given. It stands in no backup, and
/// whoever keeps the key can open them all.
const BACKUPS: &str = "backups";
/// The work that trying a derived passphrase costs, as a power of two: it is 256 bits long and needs
/// none.
const WORK_DERIVED: u8 = 1;
/// The work that a passphrase of a person may ask for when a file is opened: 2²² takes some ten seconds.
const WORK_MAX: u8 = 22;

/// To whom a backup is encrypted.
#[derive(Args, Default)]
pub struct Recipients {
    /// Encrypt to this age recipient (age1…), whose identity need not be on this machine; may be
    /// given several times.
    #[arg(long, conflicts_with = "passphrase_file")]
    recipient: Vec<String>,
    /// Encrypt with the passphrase that stands in this file.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
}

/// With what a backup is opened.
#[derive(Args, Default)]
pub struct Openers {
    /// Open with the age identities in this file.
    #[arg(long, conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// Open with the passphrase that stands in this file.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
}

/// A backup being written: under another name until it is whole.
pub struct Draft {
    /// What is written goes here.
    pub out: StreamWriter<BufWriter<File>>,
    draft: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Begins a file that only its owner may read.
    pub fn begin(path: &Path, to: &Recipients, vault: &Vault) -> anyhow::Result<Draft> {
        if path.exists() {
            bail!("{} exists already: name a file that does not", path.display());
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let draft = PathBuf::from(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let encryptor = encryptor(to, vault)?;
        let file = options
            .open(&draft)
            .with_context(|| format!("{} cannot be written", draft.display()))?;
        let out = encryptor.wrap_output(BufWriter::new(file))?;
        Ok(Draft { out, draft, path: path.to_owned() })
    }

    /// Makes it durable and gives it its name.
    pub fn finish(self) -> anyhow::Result<u64> {
        let finish = || {
            let file = self.out.finish()?.into_inner().map_err(|error| error.into_error())?;
            file.sync_all()?;
            let bytes = file.metadata()?.len();
            fs::rename(&self.draft, &self.path)?;
            Ok::<u64, std::io::Error>(bytes)
        };
        finish().with_context(|| format!("{} cannot be written", self.path.display()))
    }

    /// Removes what was written so far.
    pub fn give_up(self) {
        drop(self.out);
        // There is nothing more to be done about a draft that cannot even be removed.
        let _ = fs::remove_file(&self.draft);
    }
}

fn encryptor(to: &Recipients, vault: &Vault) -> anyhow::Result<Encryptor> {
    if !to.recipient.is_empty() {
        let mut recipients = Vec::new();
        for text in &to.recipient {
            let parsed = text.parse::<x25519::Recipient>();
            recipients.push(parsed.map_err(|_| {
                anyhow::anyhow!("\"{text}\" is not an age recipient: it is written like age1…")
            })?);
        }
        let list = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
        return Ok(Encryptor::with_recipients(list)?);
    }
    let recipient = match &to.passphrase_file {
        Some(path) => scrypt::Recipient::new(passphrase(path)?),
        None => {
            let mut derived = scrypt::Recipient::new(vault.secret_for(BACKUPS));
            derived.set_work_factor(WORK_DERIVED);
            derived
        }
    };
    Ok(Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))?)
}

/// Opens a backup.
pub fn open(
    path: &Path,
    with: &Openers,
    vault: &Vault,
) -> anyhow::Result<BufReader<StreamReader<BufReader<File>>>> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let decryptor = Decryptor::new_buffered(BufReader::new(file))
        .with_context(|| format!("{} is not an age file", path.display()))?;
    let identities: Vec<Box<dyn age::Identity + Send + Sync>> =
        match (&with.identity, &with.passphrase_file) {
            (Some(path), _) => IdentityFile::from_file(path.display().to_string())
                .map(IdentityFile::into_identities)
                .with_context(|| format!("the identities in {} cannot be read", path.display()))?
                .context("the identities cannot be used")?,
            (None, Some(path)) => vec![by_passphrase(passphrase(path)?)],
            (None, None) => vec![by_passphrase(vault.secret_for(BACKUPS))],
        };
    let reader = decryptor.decrypt(identities.iter().map(|identity| &**identity as &dyn age::Identity)).with_context(
        || {
            format!(
                "{} does not open: give --identity or --passphrase-file as it was made, or put the key file of that time back (VIGIE_KEY_FILE)",
                path.display()
            )
        },
    )?;
    Ok(BufReader::new(reader))
}

fn by_passphrase(passphrase: SecretString) -> Box<dyn age::Identity + Send + Sync> {
    let mut identity = scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(WORK_MAX);
    Box::new(identity)
}

/// The first line of a file, without what surrounds it.
fn passphrase(path: &Path) -> anyhow::Result<SecretString> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("the passphrase file {} cannot be read", path.display()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        bail!("the passphrase file {} is empty", path.display());
    }
    Ok(SecretString::from(line.to_owned()))
}
