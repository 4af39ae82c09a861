//! The parameters of a call, however they came: JSON, a form, a multipart upload or the query.
use std::collections::BTreeMap;

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A file that was uploaded with a call.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub name: Option<String>,
    pub mime: Option<String>,
    pub bytes: Bytes,
}

/// The parameters of one call.
#[derive(Debug, Default)]
pub(super) struct Params {
    values: Map<String, Value>,
    files: BTreeMap<String, Upload>,
}

impl Params {
    /// Reads them from the query and the body.
    pub async fn read(request: Request) -> Result<Params, Refusal> {
        let mut params = Params::default();
        params.take_form(request.uri().query().unwrap_or_default());
        let content_type = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if content_type.starts_with("multipart/") {
            params.take_multipart(request).await?;
            return Ok(params);
        }
        let body = request
            .extract::<Bytes, _>()
            .await
            .map_err(|_| Refusal::new(413, "Request Entity Too Large"))?;
        if content_type.starts_with("application/x-www-form-urlencoded") {
            params.take_form(&String::from_utf8_lossy(&body));
        } else if !body.is_empty() {
            let Ok(Value::Object(values)) = serde_json::from_slice(&body) else {
                return Err(Refusal::bad("can't parse request JSON object"));
            };
            params.values.extend(values);
        }
        Ok(params)
    }

    fn take_form(&mut self, form: &str) {
        let Ok(mut url) = reqwest::Url::parse("http://form/") else {
            return;
        };
        url.set_query(Some(form));
        for (name, value) in url.query_pairs() {
            if !name.is_empty() {
                self.values.insert(name.into_owned(), Value::String(value.into_owned()));
            }
        }
    }

    async fn take_multipart(&mut self, request: Request) -> Result<(), Refusal> {
        let broken = |_| Refusal::bad("can't parse multipart form data");
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|_| Refusal::bad("can't parse multipart form data"))?;
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let mime = part.content_type().map(str::to_owned);
            let bytes = part.bytes().await.map_err(broken)?;
            if name.is_some() {
                self.files.insert(field, Upload { name, mime, bytes });
            } else {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.values.insert(field, Value::String(text));
            }
        }
        Ok(())
    }

    /// A text; numbers count as theirs.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.values.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.values.get(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
    pub fn flag(&self, name: &str) -> bool {
        match self.values.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => matches!(text.as_str(), "true" | "True" | "1"),
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }
    /// An object or a list, which forms carry as JSON in a string.
    pub fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| Refusal::bad(format!("can't parse {name} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }
    /// The chat that a call is for, when it names one.
    pub fn chat_id(&self) -> Option<i64> {
        self.integer("chat_id")
    }
    pub fn message_id(&self, name: &str) -> Option<i32> {
        self.integer(name).and_then(|id| i32::try_from(id).ok())
    }
    /// The upload a parameter means: under its own name, or as `attach://other`.
    pub fn upload(&self, name: &str) -> Option<&Upload> {
        if let Some(upload) = self.files.get(name) {
            return Some(upload);
        }
        match self.values.get(name) {
            Some(Value::String(text)) => self.files.get(text.strip_prefix("attach://")?),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded() {
        let mut params = Params::default();
        params.take_form("chat_id=-100&text=a+b%20c&flag=true&reply_markup=%7B%22a%22%3A1%7D");
        assert_eq!(params.chat_id(), Some(-100));
        assert_eq!(params.text("text").as_deref(), Some("a b c"));
        assert!(params.flag("flag"));
        assert_eq!(params.json("reply_markup").unwrap().unwrap()["a"], 1);
    }
}
