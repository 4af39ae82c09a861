//! Channels in a story: somebody owns one and makes the bot its administrator, or takes that back.
//! What is written in it is looked at like a phone.
use vigie::rehearsal::telegram::Standing;

use super::World;

/// Channels are numbered downwards from here, as Telegram does.
const FIRST_CHANNEL: i64 = -1_002_310_000_001;

impl World {
    /// A new channel of this title, of which the bot is made an administrator by `owner`.
    pub async fn opens_channel(&mut self, title: &str, owner: &str) {
        let id = FIRST_CHANNEL - 7_919 * i64::try_from(self.ids.len()).unwrap();
        assert!(self.ids.insert(title.to_owned(), id).is_none(), "{title} is there already");
        self.telegram.add_channel(id, title);
        self.strict.push(id);
        self.bot_in_channel(title, owner, Standing::MayPost).await;
    }
    /// What the bot may do in a channel is changed by `owner`.
    pub async fn bot_in_channel(&mut self, title: &str, owner: &str, standing: Standing) {
        let (channel, person) = (self.id(title), self.id(owner));
        self.telegram.set_in_channel(channel, person, standing).unwrap();
        self.deliver_everything().await;
    }
    /// A channel that carries the warnings of a zone in a language, as `desk` said.
    pub async fn mirror(&mut self, title: &str, desk: &str, lang: &str, zone: &str) {
        self.opens_channel(title, desk).await;
        self.phone(desk).taps(&format!("mir|*|{lang}|{zone}")).await;
    }
}
