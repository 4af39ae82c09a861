//! The page of phones: every phone of the rehearsal side by side in a browser, a clock whose speed
//! can be set, scripted mornings and the weather.
//!
//! It owns the page and its small API, and shows what a local Telegram holds. It never reaches into
//! the product; what the product offers beyond Telegram comes through [`Stage`]. Everything is
//! served from here: nothing is fetched from the network, and a content security policy says so.
//! The page has a port of its own, because in an outage the port of the Bot API is really closed.
mod acts;
mod events;
mod view;
mod weather;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tokio::task::AbortHandle;

use super::show::{Playing, ScriptInfo};
use super::telegram::{LocalTelegram, PhoneSpec};
use crate::clock::Clock;

const HTML: &str = include_str!("page.html");
const CSS: &str = include_str!("page.css");
const JS: &str = include_str!("page.js");
/// Where the first state stands in the HTML, so that the page is whole before its first request.
const STATE_SLOT: &str = "{{state}}";
/// The page loads from itself alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A place that the page offers to send as a position.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spot {
    /// Its name.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// What the product offers the page beyond Telegram.
pub trait Stage: Send + Sync + 'static {
    /// The mornings that can be played.
    fn scripts(&self) -> Vec<ScriptInfo>;
    /// Plays one, at a speed.
    ///
    /// # Errors
    /// With a sentence for the person at the page.
    fn play(&self, key: &str, speed: f64) -> Result<(), String>;
    /// Stops what is playing.
    fn stop(&self);
    /// What is playing, or played last.
    fn playing(&self) -> Option<Playing>;
    /// Places whose position is known.
    fn places(&self) -> Vec<Spot>;
}

/// Whose phone it is; decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneRole {
    /// A volunteer who watches convoys.
    Observer,
    /// A coordinator.
    Coordinator,
    /// A displaced person enrolled by the HRO phone.
    Contact,
    /// Somebody who is warned.
    Resident,
}

/// A phone on the page.
#[derive(Debug, Clone)]
pub struct Phone {
    /// Names it in scripts, such as `observer_1`.
    pub key: String,
    /// Whose it is.
    pub role: PhoneRole,
    /// The phone itself.
    pub spec: PhoneSpec,
}

struct Page {
    telegram: LocalTelegram,
    clock: Clock,
    phones: Vec<Phone>,
    stage: Arc<dyn Stage>,
    weather: Mutex<weather::Chosen>,
}

type Shared = State<Arc<Page>>;

/// A page that is served; ends when dropped.
pub struct PageServer {
    address: SocketAddr,
    task: AbortHandle,
}

impl PageServer {
    /// Serves the page on a port of the loopback address; 0 takes any. The phones must have been
    /// added to the local Telegram.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub async fn start(
        telegram: LocalTelegram,
        phones: Vec<Phone>,
        stage: Arc<dyn Stage>,
        port: u16,
    ) -> io::Result<PageServer> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        let address = listener.local_addr()?;
        let page = Arc::new(Page {
            clock: telegram.clock().clone(),
            telegram,
            phones,
            stage,
            weather: Mutex::default(),
        });
        let app = router(page);
        let task = tokio::spawn(async move {
            // Serving ends only with the task.
            let _ = axum::serve(listener, app).await;
        });
        Ok(PageServer { address, task: task.abort_handle() })
    }
    /// The address to open, such as `http://127.0.0.1:4000/`.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for PageServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(page: Arc<Page>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/page.css", get(|| async { asset("text/css", CSS) }))
        .route("/page.js", get(|| async { asset("text/javascript", JS) }))
        .route("/page/state", get(state))
        .route("/page/events", get(events::stream))
        .route("/page/file/{id}", get(file))
        .route("/page/say", post(acts::say))
        .route("/page/edit", post(acts::edit))
        .route("/page/tap", post(acts::tap))
        .route("/page/location", post(acts::location))
        .route("/page/block", post(acts::block))
        .route("/page/weather", post(acts::weather))
        .route("/page/clock", post(acts::clock))
        .route("/page/play", post(acts::play))
        .with_state(page)
}

fn asset(kind: &'static str, body: &'static str) -> Response {
    let headers =
        [(CONTENT_TYPE, format!("{kind}; charset=utf-8")), (CACHE_CONTROL, "no-cache".to_owned())];
    (headers, body).into_response()
}

/// The page with its first state inside.
async fn index(State(page): Shared) -> Response {
    let state = view::whole(&page).to_string().replace('<', "\\u003c");
    let headers: [(HeaderName, &str); 3] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, HTML.replace(STATE_SLOT, &state)).into_response()
}

async fn state(State(page): Shared) -> Response {
    let headers = [(CONTENT_TYPE, "application/json")];
    (headers, view::whole(&page).to_string()).into_response()
}

async fn file(State(page): Shared, Path(id): Path<String>) -> Response {
    match page.telegram.file(&id) {
        Some((mime, bytes)) if mime.as_deref().is_some_and(|m| m.starts_with("image/")) => {
            let kind = mime.unwrap_or_default();
            ([(CONTENT_TYPE, kind)], bytes).into_response()
        }
        Some((_, bytes)) => ([(CONTENT_TYPE, "image/jpeg")], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
