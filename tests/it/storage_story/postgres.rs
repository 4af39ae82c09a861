//! A private PostgreSQL cluster on a socket in a directory of its own, stopped by its own directory
//! when dropped. PostgreSQL refuses to run as root, so root runs it as the user `postgres`.
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A running cluster.
pub struct Cluster {
    bin: PathBuf,
    directory: TempDir,
}

impl Cluster {
    /// Starts one; `None`, with a line, where PostgreSQL is not installed.
    pub fn start() -> Option<Cluster> {
        let Some(bin) = installed() else {
            assert!(!required(), "PostgreSQL is required but not installed");
            println!(
                "skipped: PostgreSQL is not installed, so this half of the story was not told"
            );
            return None;
        };
        let directory = tempfile::Builder::new().prefix("vigie-pg-").tempdir().unwrap();
        let cluster = Cluster { bin, directory };
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(cluster.path()));
        }
        std::fs::set_permissions(cluster.path(), PermissionsExt::from_mode(0o700)).unwrap();
        let data = cluster.path().join("data");
        run(cluster.tool("initdb").arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]));
        cluster.goes_on();
        Some(cluster)
    }

    /// Starts the server, the first time or again.
    pub fn goes_on(&self) {
        let options = format!("-k {} -c listen_addresses=''", self.path().display());
        run(self
            .control()
            .args(["-w", "-o", &options, "-l"])
            .arg(self.path().join("log"))
            .arg("start"));
    }

    /// Stops the server at once, as by a crash: what was committed is there when it goes on.
    pub fn goes_away(&self) {
        self.stop("immediate");
    }

    /// Stops the server: `fast` ends it in order, `immediate` as if the power were cut.
    pub fn stop(&self, how: &str) {
        // A server that is not there any more needs no stopping.
        let _ = self.control().args(["-m", how, "-w", "stop"]).output();
    }

    fn control(&self) -> Command {
        let mut command = self.tool("pg_ctl");
        command.arg("-D").arg(self.path().join("data"));
        command
    }

    /// Makes an empty database and gives its address.
    pub fn database(&self, name: &str) -> String {
        let name: String = name.chars().take(60).collect();
        let socket = self.path().display();
        run(self.tool("createdb").args(["-h", &socket.to_string(), "-U", "postgres", &name]));
        format!("postgres://postgres@localhost/{name}?host={socket}")
    }

    /// Runs statements in a database, and gives what they print, bare.
    pub fn sql(&self, database: &str, statements: &str) -> String {
        let socket = self.path().display().to_string();
        let mut psql = self.tool("psql");
        psql.args(["-h", &socket, "-U", "postgres", "-d", database, "-At", "-c", statements]);
        let output = psql.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// One of PostgreSQL's programs, as a user it accepts.
    fn tool(&self, name: &str) -> Command {
        let program = self.bin.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop("immediate");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test asks how it is to be run")]
fn required() -> bool {
    std::env::var("VIGIE_TEST_REQUIRE_POSTGRES").is_ok_and(|value| value == "1")
}

/// The newest installed version's programs, as Debian lays them out.
fn installed() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
