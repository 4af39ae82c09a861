//! What people write: commands, texts, pins, and what we cannot take.
use super::Turn;
use crate::domain::person::Role;
use crate::speech::say::Say;
use crate::telegram::command::Command;
use crate::telegram::inbox::HandleError;
use crate::telegram::schema::{Content, Written};

impl Turn<'_> {
    pub(super) async fn said(&mut self, written: Written, again: bool) -> Result<(), HandleError> {
        match &written.content {
            Content::Command(command) => match command {
                // A command that is edited was obeyed when it came.
                Some(command) if !again => self.command(command.clone()).await,
                Some(_) => Ok(()),
                None => self.help().await,
            },
            _ if self.person.is_none() => self.say(&Say::ChooseLanguage).await,
            Content::Text { .. } if self.role.is_team() && again => {
                self.text_changed(&written).await
            }
            Content::Text { .. } if self.role.is_team() => self.text_sighting(&written, None).await,
            Content::Text { .. } => self.say(&Say::TextNotRead { role: self.role }).await,
            Content::Pin(point) if self.role.may_report() => {
                self.pin(*point, written.message).await
            }
            Content::ContactCard => self.say(&Say::ContactNotKept).await,
            Content::Pin(_) | Content::Other => {
                self.say(&Say::KindNotTaken { role: self.role }).await
            }
        }
    }

    async fn command(&mut self, command: Command) -> Result<(), HandleError> {
        let known = self.person.is_some();
        match command {
            Command::Start(what) => self.start(what.trim()).await,
            Command::Stop => self.stop().await,
            Command::Language => self.say(&Say::ChooseLanguage).await,
            Command::Sites if known => self.choose_sites(None, None).await,
            Command::Report if self.role.may_report() => self.report_place(None, None).await,
            Command::Convoys if self.role.is_team() => self.convoys().await,
            Command::Mirrors if self.role.is_desk() => self.mirrors().await,
            Command::Privacy if known => self.say(&Say::Privacy).await,
            Command::Sites | Command::Privacy if !known => self.say(&Say::ChooseLanguage).await,
            Command::Report
            | Command::Convoys
            | Command::Mirrors
            | Command::Help
            | Command::Sites
            | Command::Privacy => self.help().await,
        }
    }

    pub(super) async fn help(&mut self) -> Result<(), HandleError> {
        match &self.person {
            Some(_) => self.say(&Say::Help { role: self.role }).await,
            None => self.say(&Say::ChooseLanguage).await,
        }
    }

    async fn stop(&mut self) -> Result<(), HandleError> {
        if self.role > Role::Resident {
            return self.say(&Say::StopSure { role: self.role }).await;
        }
        self.stop_now().await
    }

    /// Erases first, then says so: the goodbye is the last thing that knows the chat.
    pub(super) async fn stop_now(&mut self) -> Result<(), HandleError> {
        let lang = self.person.as_ref().map(|person| person.lang);
        let team = self.role.is_team();
        self.forget().await?;
        if team {
            self.menu(Role::Resident);
        }
        match lang {
            Some(lang) => self.say_in(&Say::Stopped, lang).await,
            None => self.say(&Say::Stopped).await,
        }
    }
}
