//! What the team does with a convoy: follow it, and decide about it.
use super::Turn;
use crate::coordination::{self, Act, Actor, FollowReply, Ruled};
use crate::domain::id::ConvoyId;
use crate::domain::sighting::{Phase, Source, Via};
use crate::domain::tap::FollowTap;
use crate::intake::{Report, receive};
use crate::speech::say::{DeskAct, Say, SureAct};
use crate::telegram::inbox::HandleError;

impl Turn<'_> {
    fn actor(&self) -> Actor {
        Actor { role: self.role, tag: self.person.as_ref().map_or(0, |person| person.tag) }
    }

    /// A step of following. Whoever loses the convoy has also told us something about it.
    pub(super) async fn follow(
        &mut self,
        convoy: ConvoyId,
        step: FollowTap,
    ) -> Result<(), HandleError> {
        let actor = self.actor();
        let reply =
            coordination::take(self.tx, &self.house, actor, &convoy, step, self.now).await?;
        self.after.queued = true;
        match reply {
            FollowReply::Gone => self.old_button().await,
            FollowReply::Taken { convoy, lost: true } => {
                let report = Report {
                    by: self.chat,
                    role: self.role,
                    place: convoy.last_place,
                    phase: Phase::Lost,
                    heading: None,
                    observed_at: self.now,
                    vans: None,
                    vehicles: Vec::new(),
                    source: Source::Direct,
                    via: Via::Taps,
                    forward_of: None,
                    said: None,
                };
                receive(self.tx, &self.house, report, self.now).await?;
                Ok(())
            }
            FollowReply::Taken { .. } => Ok(()),
        }
    }

    /// An act that cannot be unsaid is asked twice.
    pub(super) async fn sure(&mut self, what: SureAct) -> Result<(), HandleError> {
        let place = coordination::place_of(self.tx, &self.house, &what, self.now).await?;
        match place {
            Some(place) => self.say(&Say::Sure { what, place: Some(place) }).await,
            None => self.old_button().await,
        }
    }

    /// An act of the desk. Whoever comes second is told who was first.
    pub(super) async fn act(&mut self, act: Act, message: Option<i64>) -> Result<(), HandleError> {
        let actor = self.actor();
        let ruled = coordination::rule(self.tx, &self.house, actor, &act, self.now).await?;
        self.after.queued = true;
        match ruled {
            Ruled::Gone => self.old_button().await,
            Ruled::Already(ruling) => {
                let say = Say::AlreadyDecided { role: ruling.role, tag: ruling.tag, at: ruling.at };
                self.say(&say).await
            }
            Ruled::Done(place) => {
                let (what, asked) = match act {
                    Act::Confirm(_) => (DeskAct::Confirmed, false),
                    Act::NotTrue(_) => (DeskAct::NotTrue, false),
                    Act::Same(_) => (DeskAct::Same, false),
                    Act::NotSame(_) => (DeskAct::NotSame, false),
                    Act::Ended(_) => (DeskAct::Ended, true),
                    Act::Retract(_) => (DeskAct::Retracted, true),
                };
                let say = Say::Done { what, place: Some(place) };
                // "Sure?" has had its answer; a card or question stays for the others to see.
                self.put(&say, message.filter(|_| asked)).await
            }
        }
    }

    /// The open convoys: their cards, posted again.
    pub(super) async fn convoys(&mut self) -> Result<(), HandleError> {
        let cards = coordination::open_cards(self.tx, &self.house, self.now).await?;
        if cards.is_empty() {
            return self.say(&Say::NoConvoys).await;
        }
        for (thread, card) in cards {
            self.utter(&Say::Card(Box::new(card)), super::How::default(), Some(&thread)).await?;
        }
        Ok(())
    }
}
