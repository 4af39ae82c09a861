//! Words: puts every [`say::Say`] into the reader's language. All sentences live in `locales/`.
pub mod say;
