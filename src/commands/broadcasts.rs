//! `vigie broadcasts`: which warnings went out in the last day and how each stands, from the
//! database beside the running service. Counts alone: no name, no chat.
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Paris;
use clap::Args;
use serde_json::{Value, json};

use super::store_beside;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::alert::{Alert, Audience};
use crate::domain::broadcast::Standing;
use crate::domain::delivery::DeliveryState;
use crate::domain::id::AlertId;
use crate::storage::Store;

/// How far back.
const WINDOW: TimeDelta = TimeDelta::hours(24);
/// With `--watch`, counted anew so often: as fast as an eye follows, and a small read each time.
const WATCH_EVERY: Duration = Duration::from_secs(1);
/// How wide the bar of progress is, in characters.
const BAR_WIDTH: usize = 20;
/// Up to so many seconds time is told in seconds alone.
const SECONDS_ALONE_MAX: i64 = 90;
/// To the beginning of the line so many above, and away with everything below.
const UP: &str = "\u{1b}[{}F\u{1b}[J";

#[derive(Args)]
pub struct Broadcasts {
    /// Print JSON: one array; with --watch, one array a line.
    #[arg(long)]
    json: bool,
    /// Go on in place until every broadcast is over, or Ctrl-C.
    #[arg(long)]
    watch: bool,
}

/// One broadcast as it stands.
struct Row {
    alert: Alert,
    standing: Standing,
    seconds_left: Option<i64>,
}

impl Row {
    fn is_over(&self) -> bool {
        self.standing.open() == 0
    }
    fn audience(&self) -> &'static str {
        match (&self.alert.audience, self.alert.thread.is_site()) {
            (Audience::Team | Audience::Desk, _) => "team",
            (_, true) => "site",
            (_, false) => "zone",
        }
    }
    /// The site, or where there is none, the zone.
    fn place(&self) -> String {
        let site = self.alert.text.site.as_ref().map(ToString::to_string);
        site.unwrap_or_else(|| self.alert.zone.to_string())
    }
}

pub async fn run(config: &Config, asked: Broadcasts) -> anyhow::Result<ExitCode> {
    let store = store_beside(config).await?;
    let rate = config.paid_rate.unwrap_or(config.rate);
    let clock = Clock::wall();
    let mut over = BTreeMap::new();
    let mut screen = Screen::default();
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    loop {
        let now = clock.now();
        let rows = rows(&store, rate, &mut over, now).await?;
        let text = if asked.json { in_json(&rows) } else { table(&rows, now) };
        if !screen.show(&text, asked.watch && !asked.json)? {
            return Ok(ExitCode::SUCCESS);
        }
        if !asked.watch || rows.iter().all(Row::is_over) {
            return Ok(ExitCode::SUCCESS);
        }
        tokio::select! {
            _ = &mut stop => return Ok(ExitCode::SUCCESS),
            () = tokio::time::sleep(WATCH_EVERY) => {}
        }
    }
}

/// The broadcasts of the last day, oldest first. What is over is counted once.
async fn rows(
    store: &Store,
    rate: f64,
    over: &mut BTreeMap<AlertId, Standing>,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<Row>> {
    let mut tx = store.read().await?;
    let rate = tx.rate().await?.unwrap_or(rate);
    let mut rows = Vec::new();
    for alert in tx.broadcasts_since(now - WINDOW).await? {
        let standing = match over.get(&alert.id) {
            Some(known) => known.clone(),
            None => tx.standing(&alert, now).await?,
        };
        let open = standing.open() > 0;
        if !open {
            over.insert(alert.id.clone(), standing.clone());
        }
        let seconds_left = if open { standing.seconds_left(rate, now) } else { None };
        rows.push(Row { alert, standing, seconds_left });
    }
    Ok(rows)
}

fn in_json(rows: &[Row]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let states: BTreeMap<&str, i64> =
                row.standing.counts.iter().map(|(state, n)| (state.code(), *n)).collect();
            let ended = row.standing.last_at.filter(|_| row.is_over());
            json!({
                "no": number(&row.alert), "version": row.alert.version,
                "kind": row.alert.text.kind.code(), "site": row.alert.text.site,
                "zone": row.alert.zone, "audience": row.audience(),
                "started": row.alert.decided_at, "ended": ended,
                "total": row.standing.total(), "states": states,
                "seconds_left": row.seconds_left,
            })
        })
        .collect();
    format!("{}\n", Value::Array(rows))
}

fn number(alert: &Alert) -> String {
    format!("C-{:04}", alert.text.no)
}

/// One line a broadcast, under a heading.
fn table(rows: &[Row], now: DateTime<Utc>) -> String {
    if rows.is_empty() {
        return "No broadcast in the last 24 hours.\n".to_owned();
    }
    let head = ["number", "kind", "place", "to", "since", "reached", "", "", ""].map(str::to_owned);
    let mut cells = vec![head.to_vec()];
    cells.extend(rows.iter().map(|row| {
        vec![
            number(&row.alert),
            row.alert.text.kind.code().replace('_', " "),
            row.place(),
            row.audience().to_owned(),
            hour(row.alert.decided_at, now),
            format!("{}/{}", row.standing.count(DeliveryState::Sent), row.standing.total()),
            if row.is_over() { String::new() } else { bar(&row.standing) },
            time(row),
            others(&row.standing),
        ]
    }));
    let width = |column: usize| {
        cells.iter().map(|row: &Vec<String>| row[column].chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = String::new();
    for row in &cells {
        let line: Vec<String> = row
            .iter()
            .zip(&widths)
            .filter(|(_, width)| **width > 0)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Clock time in Paris, with the day where it is another.
fn hour(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (at, now) = (at.with_timezone(&Paris), now.with_timezone(&Paris));
    let same_day = at.date_naive() == now.date_naive();
    at.format(if same_day { "%H:%M:%S" } else { "%d/%m %H:%M:%S" }).to_string()
}

fn bar(standing: &Standing) -> String {
    let (total, open) = (standing.total().max(1), standing.open());
    let width = i64::try_from(BAR_WIDTH).unwrap_or_default();
    let full = usize::try_from((total - open) * width / total).unwrap_or_default();
    format!("{}{}", "█".repeat(full), "░".repeat(BAR_WIDTH.saturating_sub(full)))
}

fn time(row: &Row) -> String {
    match (row.is_over(), row.seconds_left) {
        (true, _) => format!("in {}", span(row.standing.took().num_seconds())),
        (false, Some(seconds)) => format!("{} left", span(seconds)),
        (false, None) => "waits".to_owned(),
    }
}

/// Time as the eye takes it in: `40 s`, `3 min`.
fn span(seconds: i64) -> String {
    if seconds <= SECONDS_ALONE_MAX {
        format!("{seconds} s")
    } else {
        format!("{} min", (seconds + 59) / 60)
    }
}

/// What ended otherwise than reached.
fn others(standing: &Standing) -> String {
    let ended = standing.counts.iter().filter(|(state, count)| {
        state.is_settled() && **state != DeliveryState::Sent && **count > 0
    });
    let words: Vec<String> =
        ended.map(|(state, count)| format!("{count} {}", state.code())).collect();
    words.join(", ")
}

/// What is shown, and what was shown last.
#[derive(Default)]
struct Screen {
    shown: String,
}

impl Screen {
    /// Prints a text, in place of the last one where a terminal lets it. `false`: whoever reads has
    /// enough.
    fn show(&mut self, text: &str, in_place: bool) -> io::Result<bool> {
        let mut out = io::stdout().lock();
        let lines = self.shown.lines().count();
        let again = if in_place && lines > 0 && out.is_terminal() {
            UP.replace("{}", &lines.to_string())
        } else {
            String::new()
        };
        // A pipe gets a new text only when something has changed.
        if in_place && self.shown == text {
            return Ok(true);
        }
        self.shown = text.to_owned();
        match write!(out, "{again}{text}").and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            written => written.map(|()| true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_full_only_when_nothing_is_open() {
        let standing = |open, sent| Standing {
            counts: BTreeMap::from([(DeliveryState::Queued, open), (DeliveryState::Sent, sent)]),
            before: 0,
            lately: 0,
            begun_at: DateTime::UNIX_EPOCH,
            last_at: None,
        };
        assert_eq!(bar(&standing(0, 1_040)), "█".repeat(BAR_WIDTH));
        assert_eq!(bar(&standing(1, 1_039)).matches('░').count(), 1);
        assert_eq!(bar(&standing(1_040, 0)), "░".repeat(BAR_WIDTH));
    }
}
