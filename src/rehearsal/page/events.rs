//! The stream of changes: one event a change, with the phones that have changed.
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures::stream;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Page, Shared, view};

/// Changes that come this close together are told together: a broadcast is one repaint.
const GATHER: Duration = Duration::from_millis(60);
/// Without any change the clock is told this often, so that page and server do not drift apart.
const HEARTBEAT: Duration = Duration::from_secs(5);

struct Watcher {
    page: Arc<Page>,
    changes: watch::Receiver<u64>,
    /// The revision of each phone as this page knows it.
    known: BTreeMap<i64, u64>,
}

/// `GET /page/events`.
pub(super) async fn stream(State(page): Shared) -> impl IntoResponse {
    let watcher = Watcher { changes: page.telegram.changes(), page, known: BTreeMap::new() };
    Sse::new(stream::unfold((watcher, true), |(mut watcher, first)| async move {
        if !first {
            // Either end of the wait leads to an event.
            let _ = tokio::time::timeout(HEARTBEAT, watcher.changes.changed()).await;
            tokio::time::sleep(GATHER).await;
        }
        watcher.changes.mark_unchanged();
        let event = Event::default().data(watcher.changed().to_string());
        Some((Ok::<_, Infallible>(event), (watcher, false)))
    }))
}

impl Watcher {
    /// What has changed since this page was last told.
    fn changed(&mut self) -> Value {
        let mut phones = Vec::new();
        for phone in &self.page.phones {
            let revision = self.page.telegram.chat_revision(phone.spec.id);
            if self.known.insert(phone.spec.id, revision) != Some(revision) {
                phones.push(view::phone(&self.page, phone));
            }
        }
        let mut event = view::common(&self.page);
        event["phones"] = json!(phones);
        event
    }
}
