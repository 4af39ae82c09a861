//! Channels: the bot is made administrator of one, and the desk says what it mirrors.
use super::Turn;
use crate::coordination::{
    Actor, adopt_channel, end_channel, line_of, lose_channel, offer_channel,
};
use crate::domain::lang::Lang;
use crate::domain::mirror::Mirrors;
use crate::domain::person::Chat;
use crate::domain::site::Zone;
use crate::speech::say::{MirrorSay, Say};
use crate::telegram::inbox::HandleError;

impl Turn<'_> {
    fn at_the_desk(&self) -> Actor {
        Actor { role: self.role, tag: self.person.as_ref().map_or(0, |person| person.tag) }
    }

    /// Whoever this turn belongs to changed what the bot may do in a channel. Only somebody of the
    /// desk can offer one; what strangers make of the bot concerns nobody.
    pub(super) async fn channel(
        &mut self,
        chat: Chat,
        title: &str,
        may_post: bool,
    ) -> Result<(), HandleError> {
        let known = self.tx.channel_by_chat(chat).await?;
        match (known, may_post) {
            (Some(channel), false) => {
                lose_channel(self.tx, channel.no, self.now).await?;
                self.after.queued = true;
                self.after.erased = true;
                Ok(())
            }
            (Some(channel), true) if channel.mirrors.is_some() => Ok(()),
            (_, true) if self.role.is_desk() => {
                let actor = self.at_the_desk();
                let channel = offer_channel(self.tx, actor, (chat, title), self.now).await?;
                self.say(&Say::Mirror(MirrorSay::Ask(line_of(&channel)))).await
            }
            (_, true) => {
                tracing::info!("a channel was offered by somebody who is not of the desk");
                Ok(())
            }
            (None, false) => Ok(()),
        }
    }

    /// Every channel, and how to add one.
    pub(super) async fn mirrors(&mut self) -> Result<(), HandleError> {
        let channels = self.tx.channels().await?.iter().map(line_of).collect();
        self.say(&Say::Mirror(MirrorSay::List { channels })).await
    }

    /// The desk decides what a channel mirrors.
    pub(super) async fn mirror(
        &mut self,
        (no, lang, zone): (i64, Lang, Zone),
        message: Option<i64>,
    ) -> Result<(), HandleError> {
        let known = self.hands.speech.language(lang).is_some()
            && self.house.gazetteer.zone(&zone).is_some();
        if !known {
            return self.old_button().await;
        }
        let (actor, mirrors) = (self.at_the_desk(), Mirrors { lang, zone });
        match adopt_channel(self.tx, &self.house, actor, (no, &mirrors), self.now).await? {
            Some(channel) => {
                self.put(&Say::Mirror(MirrorSay::Begun(line_of(&channel))), message).await
            }
            None => self.old_button().await,
        }
    }

    /// Asks what a channel is to mirror (again), or whether to end it.
    pub(super) async fn about_mirror(&mut self, no: i64, ends: bool) -> Result<(), HandleError> {
        match self.tx.channel(no).await? {
            Some(channel) if ends == channel.mirrors.is_some() => {
                let line = line_of(&channel);
                let say = if ends { MirrorSay::Sure(line) } else { MirrorSay::Ask(line) };
                self.say(&Say::Mirror(say)).await
            }
            _ => self.old_button().await,
        }
    }

    /// Ends a mirror.
    pub(super) async fn mirror_ends(
        &mut self,
        no: i64,
        message: Option<i64>,
    ) -> Result<(), HandleError> {
        let actor = self.at_the_desk();
        match end_channel(self.tx, actor, no, self.now).await? {
            Some(channel) => {
                self.after.erased = true;
                self.put(&Say::Mirror(MirrorSay::Ended(line_of(&channel))), message).await
            }
            None => self.old_button().await,
        }
    }
}
