//! The team's words about the machine itself.
use super::Language;
use super::alert_text::first_line_bold;
use super::say::{SelfTest, Upkeep};
use super::words::Words;

impl Words<'_> {
    /// What is told of the machine. `languages` are all that Vigie speaks.
    pub(super) fn upkeep(&self, upkeep: &Upkeep, languages: &[&Language]) -> String {
        match upkeep {
            Upkeep::SelfTest(test) => first_line_bold(&self.self_test(test, languages)),
            Upkeep::CutOff { from, until } => {
                self.html("cut-off", &[("from", self.clock(*from)), ("until", self.clock(*until))])
            }
            Upkeep::ClockWrong { minutes } => {
                self.html("clock-wrong", &[("minutes", (*minutes).into())])
            }
            Upkeep::ClockRight => self.html("clock-right", &[]),
        }
    }

    fn self_test(&self, test: &SelfTest, languages: &[&Language]) -> String {
        let head = if test.well { "self-test-well" } else { "self-test-look" };
        let mut lines = vec![
            self.html(head, &[("time", self.clock(test.at))]),
            self.html("self-test-database", &[]),
            match test.telegram_seconds {
                Some(n) => self.html("self-test-telegram", &[("count", n.into())]),
                None => self.html("self-test-telegram-silent", &[]),
            },
            match test.queue {
                0 => self.html("self-test-queue-empty", &[]),
                n => self.html("self-test-queue", &[("count", n.into())]),
            },
        ];
        for (id, count) in [("self-test-inbox", test.inbox), ("self-test-aside", test.aside)] {
            if count > 0 {
                lines.push(self.html(id, &[("count", count.into())]));
            }
        }
        if let Some(seconds) = test.clock_seconds {
            lines.push(self.html("self-test-clock", &[("count", seconds.into())]));
        }
        lines.push(self.html("self-test-subscribers", &[("count", test.subscribers.into())]));
        let open: Vec<&str> = languages
            .iter()
            .filter(|language| !language.is_signed_off())
            .map(|language| language.lang.as_str())
            .collect();
        if !open.is_empty() {
            lines.push(self.html("self-test-languages", &[("list", open.join(", ").into())]));
        }
        if let Some(at) = test.backup_at {
            lines.push(self.html("self-test-backup", &[("time", self.clock(at))]));
        }
        lines.join("\n")
    }
}
