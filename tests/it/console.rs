//! What is served on VIGIE_LISTEN and what calls out from there: updates that Telegram delivers, health,
//! figures and the heartbeat, over real HTTP.
mod heartbeat;
mod program;
mod served;
mod webhook;

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::{Client, Response, StatusCode};
use secrecy::ExposeSecret;
use vigie::console::{Console, listen};
use vigie::storage::{InboxCounts, Store};
use vigie::telegram::webhook::{Mailbox, Webhook};

use super::post_office::{PostOffice, api};

const PATH: &str = "/telegram";
const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// A post office whose door for deliveries is open.
struct Door {
    office: PostOffice,
    address: SocketAddr,
    webhook: Webhook,
    client: Client,
}

impl Door {
    async fn open() -> Door {
        Door::of(PostOffice::open().await).await
    }
    async fn of(office: PostOffice) -> Door {
        let address = serve(&office, &office.store).await;
        let url = format!("http://{address}{PATH}").parse().unwrap();
        let webhook =
            Webhook::new(api(&office.telegram), office.store.clone(), office.clock.clone(), url);
        Door { office, address, webhook, client: Client::new() }
    }
    fn secret(&self) -> String {
        self.office.store.secret_for("webhook").expose_secret().to_owned()
    }
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
    /// Writes to the webhook as Telegram does.
    async fn post(&self, secret: Option<&str>, body: impl Into<reqwest::Body>) -> StatusCode {
        let mut request = self.client.post(self.url(PATH)).body(body);
        if let Some(secret) = secret {
            request = request.header(SECRET_HEADER, secret);
        }
        request.send().await.unwrap().status()
    }
    async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }
    async fn inbox(&self) -> InboxCounts {
        self.office.store.read().await.unwrap().inbox_counts().await.unwrap()
    }
}

/// Serves the console of `store` on a free port.
async fn serve(office: &PostOffice, store: &Arc<Store>) -> SocketAddr {
    let mailbox = Mailbox::new(store.clone(), office.clock.clone(), office.wake.clone());
    let console = Console {
        store: store.clone(),
        clock: office.clock.clone(),
        webhook: Some((PATH.to_owned(), Arc::new(mailbox))),
    };
    listen("127.0.0.1:0".parse().unwrap(), console).await.unwrap()
}
