//! The desk's words about channels, with the buttons under them.
use super::Language;
use super::buttons::{Button, Rows};
use super::desk_say::{ChannelLine, MirrorSay};
use super::words::{Slot, Words, typed, without_isolates};
use crate::domain::tap::Tap;

/// So many characters of a title stand on a button.
const TITLE_ON_BUTTON_CHARS: usize = 24;

impl Words<'_> {
    /// The text and buttons of what is said about channels.
    pub(super) fn mirror(&self, say: &MirrorSay, languages: &[&Language]) -> (String, Rows) {
        let told = |id, channel: &ChannelLine| self.html(id, &self.slots(channel, languages));
        match say {
            MirrorSay::Ask(channel) => {
                let mut rows = self.mirror_buttons(channel, languages);
                rows.push(vec![self.button("btn-mirror-none", Tap::MirrorEndSure(channel.no))]);
                (told("mirror-ask", channel), rows)
            }
            MirrorSay::Begun(channel) => (told("mirror-begun", channel), Rows::new()),
            MirrorSay::List { channels } => self.channel_list(channels, languages),
            MirrorSay::Sure(channel) => (
                told("mirror-sure", channel),
                vec![vec![
                    self.button("btn-sure", Tap::MirrorEndSure(channel.no)),
                    self.button("btn-no", Tap::Never),
                ]],
            ),
            MirrorSay::Ended(channel) => (told("mirror-ended", channel), Rows::new()),
            MirrorSay::Lost(channel) => (told("mirror-lost", channel), Rows::new()),
        }
    }

    fn channel_list(&self, channels: &[ChannelLine], languages: &[&Language]) -> (String, Rows) {
        let (mut lines, mut rows) = (Vec::new(), Rows::new());
        if channels.is_empty() {
            lines.push(self.html("mirror-list-none", &[]));
        }
        for channel in channels {
            let slots = self.slots(channel, languages);
            let (line, button, tap) = match channel.zone {
                Some(_) => ("mirror-line", "btn-mirror-end", Tap::MirrorEnd(channel.no)),
                None => ("mirror-line-open", "btn-mirror-choose", Tap::MirrorAsk(channel.no)),
            };
            lines.push(self.html(line, &slots));
            let title: String = without_isolates(&typed(&channel.title))
                .chars()
                .take(TITLE_ON_BUTTON_CHARS)
                .collect();
            rows.push(vec![Button { label: self.label(button, &[("title", title.into())]), tap }]);
        }
        lines.push(self.html("mirror-how", &[]));
        (lines.join("\n"), rows)
    }

    /// A row a language, a button a zone.
    fn mirror_buttons(&self, channel: &ChannelLine, languages: &[&Language]) -> Rows {
        let zones = self.scene.gazetteer.zones();
        let row = |language: &&Language| {
            zones
                .iter()
                .map(|rules| Button {
                    label: format!(
                        "{} · {}",
                        language.name,
                        without_isolates(&self.zone(&rules.zone))
                    ),
                    tap: Tap::Mirror(channel.no, language.lang, rules.zone.clone()),
                })
                .collect()
        };
        languages.iter().map(row).collect()
    }

    fn slots(&self, channel: &ChannelLine, languages: &[&Language]) -> Vec<(&'static str, Slot)> {
        let name = channel.lang.and_then(|lang| languages.iter().find(|l| l.lang == lang));
        let zone = channel.zone.as_ref().map(|zone| self.zone(zone)).unwrap_or_default();
        vec![
            ("title", typed(&channel.title).into()),
            ("language", name.map(|l| l.name.clone()).unwrap_or_default().into()),
            ("zone", zone.into()),
        ]
    }
}
