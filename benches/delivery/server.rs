//! The server process: a local Telegram of its own, told what to do on standard input.
use std::io::{BufRead, Write, stdin, stdout};

use vigie::clock::Clock;
use vigie::rehearsal::telegram::{
    Aim, Fault, Limits, LocalOptions, LocalTelegram, PhoneSpec, Times,
};

use crate::wire::{Entry, Order, Police, Reply};

/// Serves until standard input ends.
pub fn run(police: &str) -> anyhow::Result<()> {
    let police: Police = serde_json::from_str(police)?;
    let limits = Limits { strict_window: police == Police::Window, ..Limits::default() };
    let options = LocalOptions { limits: Some(limits), ..LocalOptions::default() };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let telegram = runtime.block_on(LocalTelegram::start(Clock::wall(), options))?;
    reply(&Reply::Up { url: telegram.api_url(), token: telegram.token() })?;
    for line in stdin().lock().lines() {
        let order = serde_json::from_str(&line?)?;
        let _in_runtime = runtime.enter();
        let answer = obey(&telegram, order).unwrap_or_else(|why| Reply::Failed(why.to_string()));
        reply(&answer)?;
    }
    Ok(())
}

fn reply(reply: &Reply) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{}", serde_json::to_string(reply)?)?;
    Ok(out.flush()?)
}

fn obey(telegram: &LocalTelegram, order: Order) -> anyhow::Result<Reply> {
    let at = telegram.clock().now().timestamp_micros();
    match order {
        Order::People { first, count } => {
            for id in first..first + count {
                telegram.add_phone(PhoneSpec { id, label: id.to_string(), language_code: None });
                telegram.open_chat(id);
            }
        }
        Order::Block { first, count, every } => {
            for id in (first..first + count).step_by(usize::try_from(every)?) {
                // Not by the person's own act: of that the bot would be told.
                telegram.script_fault(Aim::Chat(id), Fault::Blocked, Times::Always);
            }
        }
        Order::Say { id, text } => drop(telegram.say(id, &text)?),
        Order::Tap { id, label } => drop(tap(telegram, id, &label)?),
        Order::Fault { aim, fault, times } => drop(telegram.script_fault(aim, fault, times)),
        Order::After { seq } => {
            let entries = telegram.accepted_after(seq).into_iter().map(|call| Entry {
                seq: call.seq,
                at: call.at.timestamp_micros(),
                chat: call.chat_id.unwrap_or(0),
                edit: call.method.starts_with("edit"),
            });
            return Ok(Reply::Accepted(entries.collect()));
        }
        Order::TooMany => {
            let calls = telegram.calls();
            return Ok(Reply::Count(calls.iter().filter(|call| call.status == 429).count()));
        }
    }
    Ok(Reply::Done { at })
}

fn tap(telegram: &LocalTelegram, id: i64, label: &str) -> anyhow::Result<String> {
    let bubbles = telegram.chat(id);
    let with_button = bubbles
        .iter()
        .rev()
        .find(|bubble| bubble.buttons.iter().flatten().any(|b| b.label.starts_with(label)));
    let bubble = with_button.ok_or_else(|| anyhow::anyhow!("no button {label}"))?;
    Ok(telegram.tap(id, bubble.message_id, label)?)
}
