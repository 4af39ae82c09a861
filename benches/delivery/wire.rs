//! What the benchmark and its server process say to each other: one JSON object a line, over the
//! server's standard input and output.
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use vigie::rehearsal::telegram::{Aim, Fault, Times};

/// How the server polices sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Police {
    /// A token bucket: 30 a second, 1,000 where the call may be paid for.
    Bucket,
    /// Never more than 30 (1,000) in any second.
    Window,
}

/// What the server is asked to do.
#[derive(Debug, Serialize, Deserialize)]
pub enum Order {
    /// Phones whose chats are open.
    People { first: i64, count: i64 },
    /// One of them has blocked the bot, and each so many after; the bot is not told before it writes.
    Block { first: i64, count: i64, every: i64 },
    /// A person writes.
    Say { id: i64, text: String },
    /// A person taps the newest button that begins so.
    Tap { id: i64, label: String },
    /// Something goes wrong from now on.
    Fault { aim: Aim, fault: Fault, times: Times },
    /// What was accepted after that entry.
    After { seq: u64 },
    /// How many calls were refused with 429.
    TooMany,
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// It is up.
    Up { url: String, token: String },
    /// Done, at this moment, in microseconds.
    Done { at: i64 },
    /// Accepted calls.
    Accepted(Vec<Entry>),
    /// A number.
    Count(usize),
    /// It cannot be done.
    Failed(String),
}

/// A call that took effect.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Entry {
    pub seq: u64,
    /// Microseconds.
    pub at: i64,
    pub chat: i64,
    /// Whether it only changed a message.
    pub edit: bool,
}

/// A server process.
pub struct Server {
    child: Child,
    orders: ChildStdin,
    replies: BufReader<ChildStdout>,
    pub url: String,
    pub token: String,
    last: u64,
    /// Everything accepted so far.
    pub accepted: Vec<Entry>,
}

impl Server {
    /// Starts one.
    pub fn start(police: Police) -> anyhow::Result<Server> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--server", &serde_json::to_string(&police)?])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().context("no way in")?;
        let mut replies = BufReader::new(child.stdout.take().context("no way out")?);
        let Reply::Up { url, token } = read(&mut replies)? else {
            bail!("the server did not start");
        };
        let accepted = Vec::new();
        Ok(Server { child, orders, replies, url, token, last: 0, accepted })
    }

    pub fn ask(&mut self, order: &Order) -> anyhow::Result<Reply> {
        writeln!(self.orders, "{}", serde_json::to_string(order)?)?;
        self.orders.flush()?;
        match read(&mut self.replies)? {
            Reply::Failed(why) => bail!("the server could not: {why}"),
            reply => Ok(reply),
        }
    }

    /// Has something done; gives when it was, in the server's microseconds.
    pub fn order(&mut self, order: &Order) -> anyhow::Result<i64> {
        match self.ask(order)? {
            Reply::Done { at } => Ok(at),
            other => bail!("an unexpected answer: {other:?}"),
        }
    }

    pub fn people(&mut self, first: i64, count: i64) -> anyhow::Result<()> {
        self.order(&Order::People { first, count }).map(drop)
    }

    pub fn say(&mut self, id: i64, text: &str) -> anyhow::Result<i64> {
        self.order(&Order::Say { id, text: text.to_owned() })
    }

    /// Fetches what was accepted meanwhile; gives what is new.
    pub fn look(&mut self) -> anyhow::Result<&[Entry]> {
        let known = self.accepted.len();
        let Reply::Accepted(new) = self.ask(&Order::After { seq: self.last })? else {
            bail!("an unexpected answer");
        };
        self.last = new.last().map_or(self.last, |entry| entry.seq);
        self.accepted.extend(new);
        Ok(&self.accepted[known..])
    }

    pub fn too_many(&mut self) -> anyhow::Result<usize> {
        match self.ask(&Order::TooMany)? {
            Reply::Count(count) => Ok(count),
            other => bail!("an unexpected answer: {other:?}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It holds nothing worth keeping.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(replies: &mut BufReader<ChildStdout>) -> anyhow::Result<Reply> {
    let mut line = String::new();
    if replies.read_line(&mut line)? == 0 {
        bail!("the server process has ended");
    }
    Ok(serde_json::from_str(&line)?)
}
