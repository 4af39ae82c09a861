//! The figures in Prometheus' text format. Every label is one of a fixed set of words of the program;
//! nothing of a person, a place or a message ever stands here.
use std::fmt::Write;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::domain::delivery::DeliveryState;
use crate::pulse::{Histogram, Pulse, Pushed, Send, URGENCIES, alarms};
use crate::storage::{InboxCounts, QueueCount, StorageError, Store};

/// Whoever collects figures waits for the database no longer than this.
const DATABASE_WITHIN: Duration = Duration::from_secs(3);

/// What is counted in the database.
struct Counted {
    inbox: InboxCounts,
    queue: Vec<QueueCount>,
    due_since: Option<DateTime<Utc>>,
    journal: i64,
}

/// Everything, as text. Where the database does not answer, what this process knows by itself.
pub async fn figures(store: &Store, clock: &Clock) -> String {
    let now = clock.now();
    let counted = match tokio::time::timeout(DATABASE_WITHIN, count(store, now)).await {
        Ok(Ok(counted)) => Some(counted),
        _ => None,
    };
    let mut page = Page::default();
    about_the_program(&mut page);
    page.gauge("vigie_database_up", "Whether the database answers.", up(counted.is_some()));
    if let Some(counted) = &counted {
        of_the_database(&mut page, counted, now);
    }
    of_the_process(&mut page, store.pulse());
    page.0
}

async fn count(store: &Store, now: DateTime<Utc>) -> Result<Counted, StorageError> {
    let mut tx = store.read().await?;
    Ok(Counted {
        inbox: tx.inbox_counts().await?,
        queue: tx.queue_counts().await?,
        due_since: tx.queue_due_since(now).await?,
        journal: tx.journal_head().await?.0,
    })
}

fn about_the_program(page: &mut Page) {
    page.family("vigie_build_info", "gauge", "The program's version.");
    page.sample("vigie_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    page.family("vigie_alarms_total", "counter", "Alarm lines in the log, by kind.");
    for (kind, count) in alarms::counts() {
        page.sample("vigie_alarms_total", &[("kind", &kind)], count as f64);
    }
}

fn of_the_database(page: &mut Page, counted: &Counted, now: DateTime<Utc>) {
    let age = |since: Option<DateTime<Utc>>| {
        since.map_or(0.0, |since| (now - since).as_seconds_f64().max(0.0))
    };
    page.gauge("vigie_inbox_waiting", "Updates that wait.", counted.inbox.new as f64);
    page.gauge("vigie_inbox_aside", "Updates given up.", counted.inbox.aside as f64);
    let oldest = age(counted.inbox.oldest_new);
    page.gauge("vigie_inbox_oldest_seconds", "Age of the oldest update that waits.", oldest);
    let name = "vigie_queue";
    page.family(name, "gauge", "Deliveries that are not over, by state and urgency.");
    for state in [DeliveryState::Queued, DeliveryState::Sending] {
        for (urgency, word) in URGENCIES {
            let found = counted.queue.iter().find(|c| c.state == state && c.urgency == urgency);
            let labels = [("state", state.code()), ("urgency", word)];
            page.sample(name, &labels, found.map_or(0.0, |count| count.count as f64));
        }
    }
    let due = age(counted.due_since);
    page.gauge("vigie_queue_due_seconds", "For how long the longest waiting has been due.", due);
    let entries = counted.journal as f64;
    page.gauge("vigie_journal_entries", "Entries of the journal.", entries);
}

fn of_the_process(page: &mut Page, pulse: &Pulse) {
    page.family("vigie_sends_total", "counter", "Calls that carried a message, by how they ended.");
    for how in Send::ALL {
        page.sample("vigie_sends_total", &[("outcome", how.code())], pulse.sends(how) as f64);
    }
    let name = "vigie_deliveries_total";
    page.family(
        name,
        "counter",
        "Deliveries this process brought to an end, by state and urgency.",
    );
    for (urgency, word) in URGENCIES {
        for state in DeliveryState::ALL.into_iter().filter(|state| state.is_settled()) {
            let count = pulse.deliveries(urgency, state);
            page.sample(name, &[("state", state.code()), ("urgency", word)], count as f64);
        }
    }
    page.gauge("vigie_in_flight", "Messages on their way.", pulse.in_flight.get() as f64);
    page.gauge(
        "vigie_rate_set",
        "Messages a second over all processes, as set.",
        pulse.rate_set.get(),
    );
    page.gauge("vigie_rate_now", "Messages a second of this process, now.", pulse.rate_now.get());
    let name = "vigie_webhook_requests_total";
    page.family(name, "counter", "Requests to the webhook, by how they ended.");
    for how in Pushed::ALL {
        page.sample(name, &[("outcome", how.code())], pulse.pushes(how) as f64);
    }
    for (name, help, histogram) in [
        ("vigie_commit_seconds", "How long commits took.", &pulse.commit_time),
        (
            "vigie_handling_seconds",
            "From an update's arrival to the end of its handling.",
            &pulse.handling_time,
        ),
        ("vigie_queue_seconds", "From a message's making to its acceptance.", &pulse.queue_time),
        (
            "vigie_first_alert_seconds",
            "From a threatened site's warning to its first acceptance.",
            &pulse.first_alert_time,
        ),
    ] {
        page.histogram(name, help, histogram);
    }
    for (name, help, count) in [
        ("vigie_commits_slow_total", "Commits that took too long.", &pulse.commits_slow),
        ("vigie_telegram_answers_total", "Calls that Telegram answered.", &pulse.answers),
        ("vigie_polls_total", "Polls that Telegram answered.", &pulse.polls),
        ("vigie_heartbeats_total", "Calls to the heartbeat's address.", &pulse.heartbeats),
    ] {
        page.family(name, "counter", help);
        page.sample(name, &[], count.get() as f64);
    }
    for (name, help, last) in [
        ("vigie_poll_age_seconds", "Since a poll was answered.", &pulse.polled),
        ("vigie_telegram_age_seconds", "Since Telegram answered anything.", &pulse.answered),
        ("vigie_webhook_age_seconds", "Since the webhook was confirmed.", &pulse.webhook_confirmed),
    ] {
        // What has never happened has no age: the sample is left out.
        if let Some(age) = last.age() {
            page.gauge(name, help, age.as_secs_f64());
        }
    }
    if let Some(skew) = pulse.skew() {
        let name = "vigie_clock_ahead_seconds";
        page.gauge(name, "How far our clock is ahead of Telegram's.", skew.as_seconds_f64());
    }
}

fn up(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

/// The page as it grows.
#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing into a string cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }
    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        for (index, (label, word)) in labels.iter().enumerate() {
            let word = word.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let before = if index == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{word}\"");
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        let _ = writeln!(self.0, " {value}");
    }
    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.family(name, "gauge", help);
        self.sample(name, &[], value);
    }
    fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        self.family(name, "histogram", help);
        let (below, total) = histogram.cumulative();
        let bucket = format!("{name}_bucket");
        for (bound, count) in below {
            self.sample(&bucket, &[("le", &bound.to_string())], count as f64);
        }
        self.sample(&bucket, &[("le", "+Inf")], total as f64);
        self.sample(&format!("{name}_sum"), &[], histogram.sum_seconds());
        self.sample(&format!("{name}_count"), &[], total as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_is_written_as_prometheus_reads_it() {
        let histogram = Histogram::new(&[0.5, 2.0]);
        histogram.observe(Duration::from_millis(250));
        histogram.observe(Duration::from_secs(3));
        let mut page = Page::default();
        page.histogram("x", "Help.", &histogram);
        let expected = "# HELP x Help.\n# TYPE x histogram\nx_bucket{le=\"0.5\"} 1\n\
                        x_bucket{le=\"2\"} 1\nx_bucket{le=\"+Inf\"} 2\nx_sum 3.25\nx_count 2\n";
        assert_eq!(page.0, expected);
    }

    #[test]
    fn a_label_cannot_break_out_of_its_quotes() {
        let mut page = Page::default();
        page.sample("x", &[("a", "b\"c\\d\ne"), ("f", "g")], 1.5);
        assert_eq!(page.0, "x{a=\"b\\\"c\\\\d\\ne\",f=\"g\"} 1.5\n");
    }
}
