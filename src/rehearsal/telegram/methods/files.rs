//! Files: kept in memory, named by the server, given out again by `getFile`.
use serde_json::{Value, json};

use super::super::params::{Params, Upload};
use super::super::refusal::{Answer, Refusal};
use super::super::state::{State, StoredFile};

/// Files kept at once; the oldest names go first.
const FILES_MAX: usize = 500;

/// Keeps a file and gives its identifier.
pub(in super::super) fn keep(state: &mut State, upload: Upload) -> String {
    if state.files.len() >= FILES_MAX {
        state.files.pop_first();
    }
    let id = state.fresh_id("file");
    let name = upload.name.unwrap_or_else(|| "file.bin".to_owned());
    let extension = name.rsplit('.').next().unwrap_or("bin").to_owned();
    let file = StoredFile {
        path: format!("documents/{id}.{extension}"),
        mime: upload.mime,
        bytes: upload.bytes,
    };
    state.files.insert(id.clone(), file);
    id
}

/// The fields every file has.
pub(in super::super) fn meta(id: &str, size: usize) -> Value {
    json!({ "file_id": id, "file_unique_id": format!("u{id}"), "file_size": size })
}

/// The file of a call, new or known, as the field the message carries.
pub(super) fn attached(
    state: &mut State,
    method: &str,
    params: &Params,
) -> Result<(&'static str, Value), Refusal> {
    let field = match method {
        "sendPhoto" => "photo",
        "sendVoice" => "voice",
        _ => "document",
    };
    let (id, name) = match params.upload(field) {
        Some(upload) if upload.bytes.is_empty() => {
            return Err(Refusal::bad("file must be non-empty"));
        }
        Some(upload) => (keep(state, upload.clone()), upload.name.clone()),
        None => {
            let id = params.text(field).unwrap_or_default();
            if !state.files.contains_key(&id) {
                return Err(Refusal::bad("wrong file identifier/HTTP URL specified"));
            }
            (id, None)
        }
    };
    let file = state.files.get(&id);
    let size = file.map_or(0, |file| file.bytes.len());
    let mime = file.and_then(|file| file.mime.clone());
    let mut value = meta(&id, size);
    match field {
        "photo" => {
            value["width"] = json!(800);
            value["height"] = json!(600);
            value = json!([value]);
        }
        "voice" => {
            value["duration"] = json!(params.integer("duration").unwrap_or(0));
            value["mime_type"] = json!(mime.unwrap_or_else(|| "audio/ogg".to_owned()));
        }
        _ => {
            value["file_name"] = json!(name.unwrap_or_else(|| "document".to_owned()));
            value["mime_type"] =
                json!(mime.unwrap_or_else(|| "application/octet-stream".to_owned()));
        }
    }
    Ok((field, value))
}

/// `getFile`.
pub(super) fn get(state: &State, params: &Params) -> Answer {
    let id = params.text("file_id").unwrap_or_default();
    let Some(file) = state.files.get(&id) else {
        return Err(Refusal::bad("invalid file_id"));
    };
    let mut out = meta(&id, file.bytes.len());
    out["file_path"] = json!(file.path);
    Ok(out)
}
