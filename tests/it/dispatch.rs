//! The sender: what it promises (DESIGN §5), against a local Telegram with a clock turned by hand.
use std::collections::BTreeSet;

use chrono::TimeDelta;
use vigie::domain::alert::{AlertKind, Audience, Mode, Urgency};
use vigie::domain::delivery::DeliveryState;
use vigie::domain::lang::Lang;
use vigie::domain::person::{Chat, Person, Role};
use vigie::rehearsal::telegram::{Aim, Fault, Limits, LocalOptions, Times};
use vigie::speech::say::Say;

use crate::post_office::{PostOffice, eight_five};

const RESIDENT: &[(Mode, Urgency)] = &[(Mode::Ring, Urgency::Threatened)];

impl PostOffice {
    pub async fn at_site(&self, code: &str) -> vigie::domain::alert::Alert {
        let (mode, urgency) = RESIDENT[0];
        self.warn(code, AlertKind::AtSite, mode, urgency).await
    }
}

#[tokio::test]
async fn the_more_urgent_goes_first_whatever_was_queued_before() {
    let mut office = PostOffice::open().await;
    let zone = office.residents("fort-vert", 4).await;
    let threatened = office.residents("bmx", 4).await;
    office.observer(77, 1).await;
    office.warn("fort-vert", AlertKind::Elsewhere, Mode::Quiet, Urgency::Zone).await;
    let text = office.text("bmx", AlertKind::Card);
    let say = Say::RingLimit { site: "bmx".parse().unwrap() };
    office.publish("card", Audience::Team, Mode::Ring, Urgency::Team, text, &say).await;
    office.at_site("bmx").await;
    office.deliver_everything().await;
    let mut order = office.order();
    order[..4].sort_unstable();
    order[5..].sort_unstable();
    assert_eq!(order[..4], threatened[..]);
    assert_eq!(order[4], 77);
    assert_eq!(order[5..], zone[..]);
}

#[tokio::test]
async fn a_retraction_overtakes_the_broadcast_and_reaches_only_those_who_may_have_heard() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 30).await;
    let warning = office.at_site("bmx").await;
    for _ in 0..4 {
        office.step().await;
        office.clock.advance(TimeDelta::milliseconds(102));
    }
    let told: BTreeSet<i64> = office.order().into_iter().collect();
    assert!(!told.is_empty() && told.len() < people.len());
    let text = office.text("bmx", AlertKind::Retracted);
    let say = Say::Alert(text.clone());
    office.publish("bmx", Audience::Reached, Mode::Reply, Urgency::Retraction, text, &say).await;
    office.deliver_everything().await;
    for chat in people {
        let heard = office.heard(chat).len();
        assert_eq!(heard, if told.contains(&chat) { 2 } else { 0 });
    }
    assert_eq!(office.count(&warning, DeliveryState::Superseded).await, 30 - told.len() as i64);
}

#[tokio::test]
async fn a_tap_is_answered_within_a_second_of_a_long_broadcast_to_a_threatened_site() {
    let mut office = PostOffice::open().await;
    office.residents("bmx", 200).await;
    office.observer(77, 1).await;
    office.at_site("bmx").await;
    office.deliver_until(eight_five() + TimeDelta::seconds(2)).await;
    let asked = office.clock.now();
    office.answer(77, &Say::NotYours, Mode::Quiet, None, None).await;
    office.deliver_everything().await;
    let accepted = office.telegram.accepted();
    let answered = accepted.iter().find(|entry| entry.chat_id == Some(77)).unwrap();
    assert!(answered.at - asked <= TimeDelta::seconds(1), "{}", answered.at - asked);
    assert_eq!(accepted.len(), 201);
}

#[tokio::test]
async fn fault_16_one_who_blocked_the_bot_is_forgotten_and_nobody_else_is_harmed() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 6).await;
    office.telegram.block(people[1]);
    office.telegram.deactivate(people[3]);
    let warning = office.at_site("bmx").await;
    office.deliver_everything().await;
    for (index, chat) in people.iter().enumerate() {
        let gone = index == 1 || index == 3;
        assert_eq!(office.heard(*chat).len(), usize::from(!gone));
        let mut tx = office.store.read().await.unwrap();
        assert_eq!(tx.person_by_chat(Chat(*chat)).await.unwrap().is_none(), gone);
    }
    assert_eq!(office.count(&warning, DeliveryState::Blocked).await, 2);
    assert_eq!(office.count(&warning, DeliveryState::Sent).await, 4);
}

#[tokio::test]
async fn a_member_of_the_team_who_blocked_the_bot_keeps_the_role() {
    let office = PostOffice::open().await;
    office.observer(77, 1).await;
    office.telegram.block(77);
    office.answer(77, &Say::NotYours, Mode::Quiet, None, None).await;
    office.deliver_everything().await;
    let mut tx = office.store.read().await.unwrap();
    let kept = tx.person_by_chat(Chat(77)).await.unwrap().unwrap();
    assert_eq!(kept.role, Role::Observer);
}

#[tokio::test]
async fn fault_11_a_chat_told_to_wait_waits_as_told_and_it_is_no_attempt() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 3).await;
    office.fault(people[0], Fault::TooMany(40), Times::Next(5));
    let warning = office.at_site("bmx").await;
    office.deliver_until(eight_five() + TimeDelta::seconds(39)).await;
    assert!(office.heard(people[0]).is_empty() && office.order().len() == 2);
    office.deliver_everything().await;
    assert_eq!(office.heard(people[0]).len(), 1);
    assert_eq!(office.count(&warning, DeliveryState::Sent).await, 3);
    let calls = office.telegram.calls();
    let waits: Vec<_> =
        calls.iter().filter(|call| call.status == 429).map(|call| call.at).collect();
    assert_eq!(waits.len(), 5);
    for pair in waits.windows(2) {
        assert!(pair[1] - pair[0] >= TimeDelta::seconds(40));
    }
}

#[tokio::test]
async fn fault_11_several_chats_told_to_wait_hold_the_whole_bot() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 12).await;
    let id = office.telegram.script_fault(Aim::Chats, Fault::TooMany(20), Times::Always);
    office.at_site("bmx").await;
    office.deliver_until(eight_five() + TimeDelta::seconds(19)).await;
    assert!(office.telegram.calls().len() <= 6, "{}", office.telegram.calls().len());
    office.telegram.clear_fault(id);
    office.deliver_everything().await;
    assert_eq!(office.order().len(), people.len());
}

#[tokio::test]
async fn fault_11_a_warning_that_grew_old_while_it_had_to_wait_is_not_sent() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 1).await;
    office.fault(people[0], Fault::TooMany(3_600), Times::Next(1));
    let warning = office.at_site("bmx").await;
    office.clock.advance(TimeDelta::minutes(5));
    office.deliver_everything().await;
    assert!(office.heard(people[0]).is_empty());
    assert_eq!(office.count(&warning, DeliveryState::Expired).await, 1);
}

#[tokio::test]
async fn fault_14_what_may_have_arrived_is_tried_three_times_and_ends_as_maybe() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 3).await;
    office.fault(people[0], Fault::LostAnswer, Times::Always);
    office.fault(people[1], Fault::CutAfterAccept, Times::Next(1));
    let warning = office.at_site("bmx").await;
    office.deliver_everything().await;
    assert_eq!(office.heard(people[0]).len(), 3);
    assert_eq!(office.heard(people[1]).len(), 2);
    assert_eq!(office.heard(people[2]).len(), 1);
    assert_eq!(office.count(&warning, DeliveryState::Maybe).await, 1);
    assert_eq!(office.count(&warning, DeliveryState::Sent).await, 2);
}

#[tokio::test]
async fn fault_12_and_15_a_server_error_or_broken_json_is_tried_again() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 2).await;
    office.fault(people[0], Fault::ServerError(502), Times::Next(2));
    office.fault(people[1], Fault::BrokenJson, Times::Next(1));
    let warning = office.at_site("bmx").await;
    office.deliver_everything().await;
    assert_eq!(office.heard(people[0]).len(), 1);
    assert_eq!(office.heard(people[1]).len(), 2);
    assert_eq!(office.count(&warning, DeliveryState::Sent).await, 2);
}

#[tokio::test]
async fn fault_13_an_outage_costs_no_attempt_and_everyone_is_told_when_it_ends() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 5).await;
    office.telegram.outage(true).await;
    let warning = office.at_site("bmx").await;
    office.deliver_until(eight_five() + TimeDelta::minutes(10)).await;
    assert!(office.order().is_empty());
    office.telegram.outage(false).await;
    office.deliver_everything().await;
    for chat in people {
        assert_eq!(office.heard(chat).len(), 1);
    }
    assert_eq!(office.count(&warning, DeliveryState::Sent).await, 5);
}

#[tokio::test]
async fn fault_17_a_text_refused_for_its_markup_goes_out_plain() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 2).await;
    office.fault(people[0], Fault::CannotParse, Times::Next(1));
    office.fault(people[1], Fault::CannotParse, Times::Always);
    let warning = office.at_site("bmx").await;
    office.deliver_everything().await;
    let heard = office.heard(people[0]);
    assert!(heard[0].text.contains("BMX") && heard[0].buttons.is_empty());
    assert!(office.heard(people[1]).is_empty());
    assert_eq!(office.count(&warning, DeliveryState::Refused).await, 1);
}

#[tokio::test]
async fn fault_18_a_group_that_moved_gets_the_message_once_at_its_new_number() {
    let office = PostOffice::open().await;
    let (old, new) = (-500, -1_000_000_000_500);
    let mut group = Person::resident(Chat(old), Lang::FR, office.clock.now());
    group.role = Role::Observer;
    group.tag = 9;
    office.enrol(group).await;
    office.telegram.migrate(old, new).unwrap();
    office.answer(old, &Say::NotYours, Mode::Quiet, None, None).await;
    office.deliver_everything().await;
    let messages = office.telegram.accepted();
    assert_eq!(messages.iter().map(|entry| entry.chat_id).collect::<Vec<_>>(), [Some(new)]);
    let mut tx = office.store.read().await.unwrap();
    assert!(tx.person_by_chat(Chat(old)).await.unwrap().is_none());
    assert!(tx.person_by_chat(Chat(new)).await.unwrap().is_some());
}

#[tokio::test]
async fn fault_20_a_version_overtaken_in_the_queue_is_never_sent() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 1).await;
    let first = office.warn("bmx", AlertKind::ComingToSite, Mode::Ring, Urgency::Threatened).await;
    let second = office.warn("bmx", AlertKind::AtSite, Mode::Edit, Urgency::Threatened).await;
    office.deliver_everything().await;
    let heard = office.heard(people[0]);
    assert_eq!(heard.len(), 1);
    assert!(!heard[0].silent, "the ring that was never heard must be made up for");
    assert_eq!(office.count(&first, DeliveryState::Superseded).await, 1);
    assert_eq!(office.count(&second, DeliveryState::Sent).await, 1);
}

#[tokio::test]
async fn an_edit_changes_the_last_message_and_comes_new_to_those_who_have_none() {
    let mut office = PostOffice::open().await;
    let before = office.residents("bmx", 1).await;
    office.at_site("bmx").await;
    office.deliver_everything().await;
    let after = office.residents("bmx", 1).await;
    office.clock.advance(TimeDelta::minutes(4));
    office.warn("bmx", AlertKind::Left, Mode::Edit, Urgency::Threatened).await;
    office.deliver_everything().await;
    let edited = office.heard(before[0]);
    assert_eq!(edited.len(), 1);
    assert!(edited[0].edited && !edited[0].silent);
    let new = office.heard(after[0]);
    assert_eq!(new.len(), 1);
    assert!(!new[0].edited && new[0].silent);
}

#[tokio::test]
async fn a_reply_quotes_the_last_message_or_comes_without_where_it_is_gone() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 1).await;
    office.at_site("bmx").await;
    office.deliver_everything().await;
    office.warn("bmx", AlertKind::Left, Mode::Reply, Urgency::Threatened).await;
    office.answer(people[0], &Say::Renewed, Mode::Reply, None, Some(9_999)).await;
    office.deliver_everything().await;
    let heard = office.heard(people[0]);
    assert_eq!(heard.len(), 3);
    let quotes: Vec<_> = heard.iter().map(|b| b.reply_to.as_ref().map(|q| q.message_id)).collect();
    assert!(quotes.contains(&Some(heard[0].message_id)));
    assert_eq!(quotes.iter().filter(|quote| quote.is_none()).count(), 2);
}

#[tokio::test]
async fn fault_27_an_edit_that_changes_nothing_is_sent_and_one_without_its_message_comes_quietly() {
    let office = PostOffice::open().await;
    office.observer(77, 1).await;
    office.answer(77, &Say::Renewed, Mode::Quiet, None, None).await;
    office.deliver_everything().await;
    let id = i64::from(office.heard(77)[0].message_id);
    office.answer(77, &Say::Renewed, Mode::Edit, Some(id), None).await;
    office.answer(77, &Say::Renewed, Mode::Edit, Some(9_999), None).await;
    office.deliver_everything().await;
    let heard = office.heard(77);
    assert_eq!(heard.len(), 2);
    assert!(!heard[0].edited && heard[1].silent);
    assert!(office.worker.next_at().await.unwrap().is_none());
}

#[tokio::test]
async fn fault_30_the_label_is_counted_when_sent_and_an_old_presence_is_not_sent_at_all() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 2).await;
    office.fault(people[1], Fault::TooMany(30 * 60), Times::Next(1));
    office.at_site("bmx").await;
    office.deliver_everything().await;
    let (now, later) = (office.heard(people[0]), office.heard(people[1]));
    assert_ne!(now[0].text, later[0].text);
    let late = office.residents("fort-vert", 1).await;
    let warning = office.at_site("fort-vert").await;
    office.clock.advance(TimeDelta::minutes(61));
    office.deliver_everything().await;
    assert!(office.heard(late[0]).is_empty());
    assert_eq!(office.count(&warning, DeliveryState::Expired).await, 1);
}

#[tokio::test]
async fn the_police_never_stop_us() {
    let strict = LocalOptions {
        limits: Some(Limits { chat_burst: 1, ..Limits::default() }),
        ..LocalOptions::default()
    };
    let mut office = PostOffice::open_with(strict, 29.7).await;
    let people = office.residents("bmx", 300).await;
    let mut group = Person::resident(Chat(-500), Lang::FR, office.clock.now());
    group.role = Role::Observer;
    office.enrol(group).await;
    office.at_site("bmx").await;
    for _ in 0..30 {
        office.answer(-500, &Say::NotYours, Mode::Quiet, None, None).await;
        office.answer(people[0], &Say::Renewed, Mode::Quiet, None, None).await;
    }
    office.deliver_everything().await;
    let calls = office.telegram.calls();
    assert!(calls.iter().all(|call| call.status == 200));
    assert_eq!(office.heard(-500).len(), 30);
    assert_eq!(office.heard(people[0]).len(), 31);
    let broadcast: Vec<_> = office.telegram.accepted().into_iter().take(300).collect();
    let seconds = (broadcast[299].at - broadcast[0].at).as_seconds_f64();
    assert!(seconds < 300.0 / 29.7 * 1.05, "{seconds}");
}

#[tokio::test]
async fn one_summary_stands_in_the_journal_once_all_deliveries_have_ended() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 5).await;
    office.telegram.block(people[0]);
    let warning = office.at_site("bmx").await;
    office.step().await;
    assert!(office.journal("delivery_summary").await.is_empty());
    office.deliver_everything().await;
    let summaries = office.journal("delivery_summary").await;
    assert_eq!(summaries.len(), 1);
    assert_eq!(summaries[0]["alert"], warning.id.as_str());
    assert_eq!(summaries[0]["deliveries"], serde_json::json!({"sent": 4, "blocked": 1}));
}
