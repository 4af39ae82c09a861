//! What the team is told of the machine itself.
use super::Setting;
use crate::speech::say::{Say, SelfTest, Upkeep};

pub(super) fn samples(s: &Setting) -> Vec<(&'static str, Say)> {
    let well = SelfTest {
        at: s.now,
        well: true,
        telegram_seconds: Some(12),
        queue: 0,
        inbox: 0,
        aside: 0,
        clock_seconds: Some(0),
        subscribers: 1_040,
        backup_at: Some(s.ago(75)),
    };
    let ill = SelfTest {
        well: false,
        telegram_seconds: None,
        queue: 7,
        inbox: 2,
        aside: 1,
        clock_seconds: Some(-45),
        backup_at: None,
        ..well.clone()
    };
    [
        ("self-test-well", Upkeep::SelfTest(well)),
        ("self-test-look", Upkeep::SelfTest(ill)),
        ("cut-off", Upkeep::CutOff { from: s.ago(130), until: s.ago(10) }),
        ("clock-wrong", Upkeep::ClockWrong { minutes: 62 }),
        ("clock-right", Upkeep::ClockRight),
    ]
    .map(|(name, upkeep)| (name, Say::Upkeep(upkeep)))
    .into()
}
