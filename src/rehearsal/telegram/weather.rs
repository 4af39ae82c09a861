//! The weather: faults that are scripted for the calls to come. Which fault meets which call is
//! decided here; doing it (waiting, cutting, refusing) is the server's.
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It is answered after so many real milliseconds.
    Slow(u64),
    /// It is never done nor answered, and the connection stays open.
    Hang,
    /// 429, to be tried again after so many seconds.
    TooMany(u32),
    /// A 5xx with an HTML body, as a proxy writes it; nothing is done.
    ServerError(u16),
    /// The connection is cut before anything is done.
    CutBefore,
    /// It is done and journalled; the connection is cut before the answer.
    CutAfterAccept,
    /// It is done and journalled; no answer comes, and the connection stays open.
    LostAnswer,
    /// It is done and journalled; the answer is 200 with half a JSON object.
    BrokenJson,
    /// 401: the token was revoked.
    Unauthorized,
    /// 403: the person blocked the bot.
    Blocked,
    /// 400: no such chat.
    ChatNotFound,
    /// 403: the account is gone.
    Deactivated,
    /// 400: the group has become a supergroup with this id.
    MigrateTo(i64),
    /// 400 on the markup.
    CannotParse,
}

/// Which calls a fault is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// Every call, `getUpdates` too.
    Everything,
    /// Every call that names a chat: sending, editing, deleting.
    Chats,
    /// Every call that names this chat.
    Chat(i64),
    /// Every call of this method, such as `sendMessage`.
    Method(String),
    /// Every call of this method that names this chat.
    MethodTo(String, i64),
}

impl Aim {
    fn hits(&self, method: &str, chat: Option<i64>) -> bool {
        match self {
            Aim::Everything => true,
            Aim::Chats => chat.is_some(),
            Aim::Chat(id) => chat == Some(*id),
            Aim::Method(name) => name.eq_ignore_ascii_case(method),
            Aim::MethodTo(name, id) => name.eq_ignore_ascii_case(method) && chat == Some(*id),
        }
    }
}

/// How often a fault strikes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Times {
    /// Until it is cleared.
    Always,
    /// The next so many calls it is for.
    Next(u32),
    /// After so many calls have passed, the next so many.
    After(u32, u32),
    /// Each call with this probability, from a seed that makes it repeatable.
    Chance(f64, u64),
}

/// Names a scripted fault, to clear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultId(pub u64);

struct Scripted {
    id: FaultId,
    fault: Fault,
    aim: Aim,
    times: Times,
}

/// The faults that are scripted now.
#[derive(Default)]
pub(super) struct Weather {
    scripted: Vec<Scripted>,
    last_id: u64,
}

/// A small generator (splitmix64): repeatable, and good enough for chances and ids.
pub(super) fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Times {
    /// Whether it strikes this call.
    fn strike(&mut self) -> bool {
        match self {
            Times::Always => true,
            Times::Next(0) | Times::After(0, 0) => false,
            Times::Next(left) | Times::After(0, left) => {
                *left -= 1;
                true
            }
            Times::After(spared, _) => {
                *spared -= 1;
                false
            }
            Times::Chance(chance, seed) => {
                let unit = (next_random(seed) >> 11) as f64 / (1u64 << 53) as f64;
                unit < *chance
            }
        }
    }
    fn is_over(&self) -> bool {
        matches!(self, Times::Next(0) | Times::After(0, 0))
    }
}

impl Weather {
    pub fn script(&mut self, aim: Aim, fault: Fault, times: Times) -> FaultId {
        self.last_id += 1;
        let id = FaultId(self.last_id);
        self.scripted.push(Scripted { id, fault, aim, times });
        id
    }
    pub fn clear(&mut self, id: FaultId) {
        self.scripted.retain(|scripted| scripted.id != id);
    }
    pub fn clear_all(&mut self) {
        self.scripted.clear();
    }
    /// What meets this call: how long it waits, and the fault of it.
    pub fn meet(&mut self, method: &str, chat: Option<i64>) -> (Duration, Option<Fault>) {
        let mut wait = Duration::ZERO;
        let mut met = None;
        for scripted in &mut self.scripted {
            let passed_over = met.is_some() && !matches!(scripted.fault, Fault::Slow(_));
            if passed_over || !scripted.aim.hits(method, chat) || !scripted.times.strike() {
                continue;
            }
            match &scripted.fault {
                Fault::Slow(millis) => wait += Duration::from_millis(*millis),
                fault => met = Some(fault.clone()),
            }
        }
        self.scripted.retain(|scripted| !scripted.times.is_over());
        (wait, met)
    }
    /// The faults that are scripted now, for the page.
    pub fn list(&self) -> Vec<(FaultId, Aim, Fault)> {
        self.scripted
            .iter()
            .map(|scripted| (scripted.id, scripted.aim.clone(), scripted.fault.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_the_next_calls_it_is_for_and_no_other() {
        let mut weather = Weather::default();
        let aim = Aim::MethodTo("sendMessage".to_owned(), 7);
        weather.script(aim, Fault::Blocked, Times::Next(1));
        assert_eq!(weather.meet("sendMessage", Some(8)).1, None);
        assert_eq!(weather.meet("getMe", None).1, None);
        assert_eq!(weather.meet("SendMessage", Some(7)).1, Some(Fault::Blocked));
        assert_eq!(weather.meet("sendMessage", Some(7)).1, None);
    }

    #[test]
    fn slow_adds_to_whatever_else_happens() {
        let mut weather = Weather::default();
        weather.script(Aim::Everything, Fault::Hang, Times::After(1, 1));
        weather.script(Aim::Everything, Fault::Slow(20), Times::Always);
        let slow = Duration::from_millis(20);
        assert_eq!(weather.meet("getMe", None), (slow, None));
        assert_eq!(weather.meet("getMe", None), (slow, Some(Fault::Hang)));
        assert_eq!(weather.meet("getMe", None), (slow, None));
    }

    #[test]
    fn a_chance_repeats_with_its_seed() {
        let draw = || {
            let mut weather = Weather::default();
            weather.script(Aim::Chats, Fault::CutBefore, Times::Chance(0.3, 42));
            (0..200).map(|_| weather.meet("sendMessage", Some(1)).1.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
        let struck = draw().iter().filter(|struck| **struck).count();
        assert!((30..90).contains(&struck), "{struck}");
    }
}
