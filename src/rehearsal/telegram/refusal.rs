//! How the local Telegram says no: status, description and parameters in Telegram's own words.
//! Descriptions follow the real server, because clients recognise errors by them.
use serde_json::{Value, json};

/// An answer that is not ok.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub status: u16,
    pub description: String,
    pub parameters: Option<Value>,
}

impl Refusal {
    pub fn new(status: u16, description: impl Into<String>) -> Refusal {
        Refusal { status, description: description.into(), parameters: None }
    }
    /// A 400, with the prefix every one of them carries.
    pub fn bad(description: impl std::fmt::Display) -> Refusal {
        Refusal::new(400, format!("Bad Request: {description}"))
    }
    pub fn forbidden(description: impl std::fmt::Display) -> Refusal {
        Refusal::new(403, format!("Forbidden: {description}"))
    }
    pub fn unauthorized() -> Refusal {
        Refusal::new(401, "Unauthorized")
    }
    pub fn unknown_method() -> Refusal {
        Refusal::new(404, "Not Found: method not found")
    }
    pub fn chat_not_found() -> Refusal {
        Refusal::bad("chat not found")
    }
    pub fn blocked() -> Refusal {
        Refusal::forbidden("bot was blocked by the user")
    }
    pub fn deactivated() -> Refusal {
        Refusal::forbidden("user is deactivated")
    }
    pub fn too_many(retry_after: u32) -> Refusal {
        Refusal {
            status: 429,
            description: format!("Too Many Requests: retry after {retry_after}"),
            parameters: Some(json!({ "retry_after": retry_after })),
        }
    }
    pub fn migrated(to: i64) -> Refusal {
        Refusal {
            parameters: Some(json!({ "migrate_to_chat_id": to })),
            ..Refusal::bad("group chat was upgraded to a supergroup chat")
        }
    }
    /// The body as Telegram writes it.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "ok": false,
            "error_code": self.status,
            "description": self.description,
        });
        if let Some(parameters) = &self.parameters {
            body["parameters"] = parameters.clone();
        }
        body
    }
}

/// What a method gives back.
pub(super) type Answer = Result<Value, Refusal>;
