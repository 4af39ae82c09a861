//! What the pace book allows, and what it never does.
use super::*;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_762_758_300, 0).unwrap()
}
fn ms(n: i64) -> TimeDelta {
    TimeDelta::milliseconds(n)
}

#[test]
fn a_thousand_messages_go_smoothly_and_use_the_whole_rate() {
    let (mut pacing, mut now) = (Pacing::new(Pace::free(29.7)), start());
    let mut sent = Vec::new();
    while sent.len() < 1_000 {
        for _ in 0..pacing.permits(now) {
            pacing.started(Chat(sent.len() as i64), Fare::Free, now);
            sent.push(now);
        }
        now += ms(20);
    }
    let most_in_a_second = sent
        .iter()
        .map(|from| sent.iter().filter(|at| **at >= *from && **at < *from + ms(1_000)).count())
        .max();
    assert!(most_in_a_second <= Some(33), "{most_in_a_second:?}");
    let seconds = (sent[999] - sent[0]).as_seconds_f64();
    assert!(seconds < 1_000.0 / 29.7 * 1.02, "{seconds}");
}

#[test]
fn a_chat_is_not_ready_while_a_message_is_on_its_way_and_for_a_second_after() {
    let (mut pacing, now) = (Pacing::new(Pace::free(29.7)), start());
    assert!(pacing.chat_ready(Chat(7), Fare::Free, now).is_ok());
    pacing.started(Chat(7), Fare::Free, now);
    assert!(pacing.chat_ready(Chat(7), Fare::Free, now + ms(5_000)).is_err());
    pacing.landed(Chat(7), now + ms(300));
    assert_eq!(pacing.chat_ready(Chat(7), Fare::Free, now + ms(1_200)), Err(now + ms(1_300)));
    assert!(pacing.chat_ready(Chat(7), Fare::Free, now + ms(1_300)).is_ok());
    assert!(pacing.chat_ready(Chat(8), Fare::Free, now).is_ok());
}

#[test]
fn a_group_gets_at_most_twenty_in_any_minute() {
    let (mut pacing, mut now) = (Pacing::new(Pace::free(29.7)), start());
    let mut sent = Vec::new();
    while now < start() + TimeDelta::minutes(5) {
        if pacing.chat_ready(Chat(-100), Fare::Free, now).is_ok() {
            pacing.started(Chat(-100), Fare::Free, now);
            pacing.landed(Chat(-100), now);
            sent.push(now);
        }
        now += ms(50);
    }
    for from in &sent {
        let until = *from + TimeDelta::minutes(1);
        let in_minute = sent.iter().filter(|at| **at >= *from && **at <= until);
        assert!(in_minute.count() <= 20);
    }
    assert!(sent.len() > 80);
}

#[test]
fn one_chat_told_to_wait_does_not_hold_the_others_but_three_do() {
    let (mut pacing, now) = (Pacing::new(Pace::free(30.0)), start());
    assert_eq!(pacing.told_to_wait(Chat(1), 7, now), now + TimeDelta::seconds(7));
    assert!(pacing.chat_ready(Chat(1), Fare::Free, now + ms(6_900)).is_err());
    assert_eq!(pacing.permits(now), 3);
    pacing.told_to_wait(Chat(2), 7, now);
    pacing.told_to_wait(Chat(3), 7, now);
    assert_eq!(pacing.permits(now + ms(6_999)), 0);
    assert!(pacing.rate() < 30.0);
    assert_eq!(pacing.permits(now + ms(7_000)), 3);
    for minutes in 1..10 {
        pacing.permits(now + TimeDelta::minutes(minutes));
    }
    assert_eq!(pacing.rate(), 30.0);
}

#[test]
fn an_unreachable_telegram_is_tried_less_and_less_often() {
    let (mut pacing, mut now) = (Pacing::new(Pace::free(30.0)), start());
    let mut waits = Vec::new();
    for _ in 0..6 {
        pacing.not_reached(now);
        pacing.not_reached(now);
        let until = pacing.ready_at(1, now).unwrap();
        waits.push((until - now).num_seconds());
        now = until;
    }
    assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
}

#[test]
fn a_clock_set_back_by_an_hour_does_not_stop_the_sender() {
    let (mut pacing, now) = (Pacing::new(Pace::free(30.0)), start());
    for chat in 0..3 {
        pacing.started(Chat(chat), Fare::Free, now);
        pacing.landed(Chat(chat), now);
    }
    pacing.not_reached(now);
    let back = now - TimeDelta::hours(1);
    assert!(pacing.chat_ready(Chat(1), Fare::Free, back).is_ok());
    assert!(pacing.ready_at(1, back).unwrap() <= back + ms(34));
    assert_eq!(pacing.permits(back + ms(200)), 3);
}

#[test]
fn waiting_for_two_takes_one_interval_more() {
    let (mut pacing, now) = (Pacing::new(Pace::free(10.0)), start());
    for chat in 0..3 {
        pacing.started(Chat(chat), Fare::Free, now);
    }
    assert_eq!(pacing.permits(now), 0);
    assert_eq!(pacing.ready_at(1, now), Some(now + ms(100)));
    assert_eq!(pacing.ready_at(2, now), Some(now + ms(200)));
    assert_eq!(pacing.permits(now + ms(200)), 2);
}

/// Repeatable numbers from 0 to `most`.
fn numbers(mut state: u64, most: i64) -> impl FnMut() -> i64 {
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as i64) % (most + 1)
    }
}

fn most_in_a_second(arrived: &mut [DateTime<Utc>]) -> usize {
    arrived.sort();
    let count_from = |from: &DateTime<Utc>| {
        arrived.iter().filter(|at| **at >= *from && **at - *from < ms(1_000)).count()
    };
    arrived.iter().map(count_from).max().unwrap_or(0)
}

/// Sends through one strict book for each sender for a minute: a message arrives somewhere between
/// its call and its answer. Gives when messages arrived.
fn strict_minute(
    senders: usize,
    mut there: impl FnMut() -> i64,
    mut back: impl FnMut() -> i64,
) -> Vec<DateTime<Utc>> {
    let pace = Pace { strict: true, ..Pace::free(29.7) };
    let mut books: Vec<Pacing> = (0..senders).map(|_| Pacing::new(pace)).collect();
    let (mut now, mut chat) = (start(), 0);
    let mut under_way: Vec<(usize, Chat, DateTime<Utc>)> = Vec::new();
    let mut arrived = Vec::new();
    while now < start() + TimeDelta::minutes(1) {
        for (index, book) in books.iter_mut().enumerate() {
            book.share(senders);
            under_way.retain(|(of, chat, answered)| {
                let over = *of == index && *answered <= now;
                if over {
                    book.landed(*chat, now);
                }
                !over
            });
            for _ in 0..book.permits(now) {
                chat += 1;
                book.started(Chat(chat), Fare::Free, now);
                let arrives = now + ms(there());
                arrived.push(arrives);
                under_way.push((index, Chat(chat), arrives + ms(back())));
            }
        }
        now += ms(2);
    }
    arrived
}

#[test]
fn the_strict_pace_keeps_thirty_in_any_second_at_the_server_whatever_the_network_does() {
    for (seed, jitter) in [(1, 5), (2, 200), (3, 900), (4, 3_000)] {
        let (there, back) = (numbers(seed, jitter), numbers(seed + 50, jitter / 2));
        let mut arrived = strict_minute(1, there, back);
        assert!(most_in_a_second(&mut arrived) <= 30, "jitter {jitter} ms");
        let shared = (numbers(seed, jitter), numbers(seed + 50, jitter / 2));
        let mut arrived = strict_minute(3, shared.0, shared.1);
        assert!(most_in_a_second(&mut arrived) <= 30, "three senders, jitter {jitter} ms");
    }
}

#[test]
fn the_strict_pace_uses_nine_tenths_of_the_rate_where_answers_take_up_to_a_tenth_of_a_second() {
    let arrived = strict_minute(1, numbers(1, 60), numbers(2, 40));
    assert!(arrived.len() as f64 >= 0.90 * 30.0 * 60.0, "{}", arrived.len());
}

#[test]
fn senders_together_keep_to_a_groups_twenty_a_minute_and_to_one_catch_up() {
    for senders in 1..=20 {
        let mut books: Vec<Pacing> = (0..senders).map(|_| Pacing::new(Pace::free(29.7))).collect();
        let (mut now, mut sent) = (start(), Vec::new());
        while now < start() + TimeDelta::minutes(4) {
            for book in &mut books {
                book.share(senders);
                if book.chat_ready(Chat(-100), Fare::Free, now).is_ok() {
                    book.started(Chat(-100), Fare::Free, now);
                    book.landed(Chat(-100), now);
                    sent.push(now);
                }
            }
            now += ms(50);
        }
        for from in &sent {
            let until = *from + TimeDelta::minutes(1);
            let in_minute = sent.iter().filter(|at| **at >= *from && **at <= until).count();
            assert!(in_minute <= 20, "{senders} senders sent {in_minute} in a minute");
        }
        let at_once: usize = books.iter_mut().map(|book| book.permits(now)).sum();
        assert!(at_once <= 3.max(senders), "{senders} senders start {at_once} at once");
        let rate: f64 = books.iter().map(Pacing::rate).sum();
        assert!((rate - 29.7).abs() < 1e-6);
    }
}

#[test]
fn what_was_on_its_way_when_the_bot_was_told_to_wait_lowers_the_rate_only_once() {
    let (mut pacing, now) = (Pacing::new(Pace::free(30.0)), start());
    for chat in 0..100 {
        pacing.told_to_wait(Chat(chat), 5, now + ms(chat));
    }
    assert_eq!(pacing.rate(), 24.0);
    assert_eq!(pacing.permits(now + ms(5_050)), 0);
    for chat in 200..203 {
        pacing.told_to_wait(Chat(chat), 5, now + ms(6_000));
    }
    assert!((pacing.rate() - 19.2).abs() < 1e-9);
}

#[test]
fn paid_messages_go_at_the_paid_rate_and_the_others_at_the_free_one() {
    let pace = Pace { paid: Some(1_000.0), ..Pace::free(29.7) };
    let (mut pacing, mut now) = (Pacing::new(pace), start());
    let (mut paid, mut free) = (0, 0);
    while now < start() + TimeDelta::seconds(10) {
        for n in 0..pacing.permits(now) {
            let chat = Chat(paid + free + 1);
            let fare = if n % 4 == 0 { Fare::Free } else { Fare::Paid };
            match pacing.chat_ready(chat, fare, now) {
                Ok(()) => {
                    pacing.started(chat, fare, now);
                    if fare == Fare::Paid { paid += 1 } else { free += 1 }
                }
                Err(again) => assert!(fare == Fare::Free && again > now),
            }
        }
        now += ms(10);
    }
    assert!((297..=300).contains(&free), "{free}");
    assert!((9_000..=9_950).contains(&(paid + free)), "{paid}");
}

#[test]
fn those_who_wait_for_the_free_rate_stand_in_line() {
    let pace = Pace { paid: Some(1_000.0), ..Pace::free(10.0) };
    let (mut pacing, now) = (Pacing::new(pace), start());
    for chat in 1..=3 {
        pacing.started(Chat(chat), Fare::Free, now);
    }
    let waits: Vec<i64> = (4..=6)
        .filter_map(|chat| pacing.chat_ready(Chat(chat), Fare::Free, now).err())
        .map(|again| (again - now).num_milliseconds())
        .collect();
    assert_eq!(waits.len(), 3);
    assert!(waits.windows(2).all(|pair| pair[1] - pair[0] == 100), "{waits:?}");
}
