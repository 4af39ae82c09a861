//! `vigie sign-off`: the sheet a native speaker goes through.
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::places;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::lang::Lang;
use crate::sign_off;
use crate::speech::{Scene, Speech};

#[derive(Args)]
pub struct SignOff {
    /// Which language.
    #[arg(long)]
    lang: Lang,
    /// Where to write the page.
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// The messages alone, as numbered text, for a blind reading.
    #[arg(long)]
    text: bool,
}

pub fn run(config: &Config, sheet: &SignOff) -> anyhow::Result<ExitCode> {
    let (speech, gazetteer) = (Speech::load()?, places(config)?);
    let scene = Scene { gazetteer: &gazetteer, phone: config.phone.as_deref() };
    let now = Clock::wall().now();
    let page = if sheet.text {
        sign_off::sheet(&speech, sheet.lang, &scene, now)?
    } else {
        sign_off::sign_off_html(&speech, sheet.lang, &scene, now)?
    };
    match &sheet.output {
        None => print!("{page}"),
        Some(path) => std::fs::write(path, page)
            .with_context(|| format!("{} cannot be written", path.display()))?,
    }
    Ok(ExitCode::SUCCESS)
}
