//! Bad input, by the numbers of the fault list: a clear short answer in the reader's language, no
//! panic, nothing lost, nothing published that should not be.
use chrono::TimeDelta;
use serde_json::json;
use vigie::domain::alert::AlertKind::{AtSite, Elsewhere, Retracted};
use vigie::domain::person::Role;
use vigie::rehearsal::telegram::Other;
use vigie::speech::say::Say;

use crate::world::World;

/// Amina observes, Nour (Farsi) lives at BMX.
async fn two_of_them() -> World {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "fa-bmx").await;
    calais
}

/// An update whose message comes from somebody, with these fields.
fn raw(id: i64, message: i64, fields: serde_json::Value) -> serde_json::Value {
    let mut body = json!({
        "message_id": message, "date": 1_762_758_300,
        "chat": { "id": id, "type": "private", "first_name": "X" },
        "from": { "id": id, "is_bot": false, "first_name": "X" },
    });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({ "message": body })
}

#[tokio::test]
async fn fault_19_the_same_update_twice_has_one_effect() {
    let mut calais = two_of_them().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    let update = calais.telegram.last_update_id();
    assert!(calais.telegram.repeat_update(update));
    calais.deliver_everything().await;
    calais.restart().await;
    calais.telegram.repeat_update(update);
    calais.deliver_everything().await;
    assert_eq!(calais.journal("sighting").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn fault_20_updates_out_of_order_are_put_in_order_by_when_they_were_seen() {
    let mut calais = two_of_them().await;
    calais.phone("amina").types("BMX 10 fourgons CRS, 8h00");
    calais.phone("amina").types("Le convoi a quitté BMX, 8h04");
    calais.telegram.reverse_updates();
    calais.deliver_everything().await;
    assert_eq!(calais.journal("sighting").await.len(), 2);
    // It has left: nobody is told that police are there now.
    calais.phone("nour").expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn fault_21_update_numbers_that_begin_again_lower_are_accepted() {
    let mut calais = two_of_them().await;
    calais.phone("amina").says("BMX RAS").await;
    calais.telegram.restart_ids();
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.end().await;
}

#[tokio::test]
async fn fault_22_a_sighting_edited_after_a_quarter_of_an_hour_reaches_the_team_alone() {
    let mut calais = two_of_them().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.minutes_pass(20).await;
    calais.phone("amina").has_read();
    calais.phone("amina").corrects_to("Unicorn 10 fourgons CRS").await;
    calais.phone("nour").expect_nothing_more();
    assert!(calais.phone("amina").count() > 0, "an answer is owed");
    calais.end().await;
}

#[tokio::test]
async fn fault_42_a_text_as_long_as_can_be_and_ten_thousand_marks_are_bounded() {
    let mut calais = two_of_them().await;
    for text in [
        "a".repeat(4096),
        "BMX ".repeat(1000),
        format!("BMX{} 10 fourgons", "\u{301}".repeat(4000)),
        "10 fourgons CRS, ".repeat(200),
        "🚐".repeat(2000),
    ] {
        calais.phone("amina").has_read();
        calais.phone("amina").says(&text).await;
        assert!(calais.phone("amina").count() > 0, "no answer to {:.20}", text);
        calais.seconds_pass(5).await;
    }
    calais.is_relaxed("nour");
    calais.phone("nour").says(&"ا".repeat(4096)).await;
    assert!(calais.phone("nour").count() > 0);
    calais.end().await;
}

#[tokio::test]
async fn fault_42_a_megabyte_of_entities_in_one_update_is_handled_or_set_aside() {
    let mut calais = two_of_them().await;
    let entities: Vec<_> =
        (0..20_000).map(|n| json!({ "type": "bold", "offset": n % 10, "length": 1 })).collect();
    let id = calais.id("amina");
    let fields = json!({ "text": "BMX 10 fourgons CRS", "entities": entities });
    calais.telegram.push_raw_update(raw(id, 900, fields));
    calais.deliver_everything().await;
    assert_eq!(calais.journal("sighting").await.len(), 1);
    calais.phone("nour").expect(AtSite);
    calais.end().await;
}

#[tokio::test]
async fn fault_42_an_empty_message_and_one_that_is_no_message_harm_nobody() {
    let mut calais = two_of_them().await;
    let id = calais.id("amina");
    for fields in [json!({ "text": "" }), json!({}), json!({ "text": null }), json!({ "text": 7 })]
    {
        calais.telegram.push_raw_update(raw(id, 901, fields));
    }
    calais.telegram.push_raw_update(json!({ "message": 7 }));
    calais.telegram.push_raw_update(json!({}));
    for _ in 0..4 {
        calais.seconds_pass(6).await;
    }
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.end().await;
}

#[tokio::test]
async fn fault_43_44_controls_zero_widths_and_overrides_are_dropped_and_never_come_back() {
    let mut calais = two_of_them().await;
    let id = calais.id("amina");
    let text = "\u{feff}B\u{0}M\u{7}X\u{200b} \u{202e}10 four\u{200d}gons\u{202c} CRS \u{8}";
    calais.telegram.push_raw_update(raw(id, 902, json!({ "text": text })));
    calais.deliver_everything().await;
    assert_eq!(calais.journal("sighting").await.len(), 1);
    calais.phone("nour").expect(AtSite);
    calais.telegram.push_raw_update(raw(
        id,
        903,
        json!({ "text": "Zzz\u{202e}xyz\u{0} 3 fourgons" }),
    ));
    calais.deliver_everything().await;
    let shown = calais.phone("amina").shows();
    let bad = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!shown.contains(bad), "{shown:?}");
    calais.end().await;
}

#[tokio::test]
async fn fault_45_what_is_no_text_gets_a_polite_fixed_answer_in_the_readers_language() {
    let mut calais = two_of_them().await;
    let others = || {
        [
            Other::Sticker,
            Other::Voice,
            Other::Photo("BMX 10 fourgons CRS".to_owned()),
            Other::Document("plan.pdf".to_owned()),
            Other::Video,
            Other::Poll,
            Other::Dice,
            Other::ViaBot("BMX 10 fourgons CRS".to_owned()),
        ]
    };
    for other in others() {
        calais.phone("nour").sends_other(other).await;
        let say = Say::KindNotTaken { role: Role::Resident };
        calais.phone("nour").expect_say("fa", &say).expect_nothing_more();
    }
    for other in others() {
        calais.phone("amina").has_read();
        calais.phone("amina").sends_other(other).await;
        let say = Say::KindNotTaken { role: Role::Observer };
        calais.phone("amina").expect_say("fr", &say).expect_nothing_more();
    }
    calais.phone("nour").says("🙂").await;
    calais.phone("nour").expect_say("fa", &Say::TextNotRead { role: Role::Resident });
    assert_eq!(calais.journal("sighting").await.len(), 0);
    calais.end().await;
}

#[tokio::test]
async fn fault_45_a_shared_contact_is_not_kept() {
    let mut calais = two_of_them().await;
    calais.phone("nour").sends_other(Other::Contact).await;
    calais.phone("nour").expect_say("fa", &Say::ContactNotKept).expect_nothing_more();
    calais.shut().await;
    let file = calais.file();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.extend(std::fs::read(file.with_extension("db-wal")).unwrap_or_default());
    for needle in ["+00000000000", "Somebody"] {
        let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        assert!(!found, "{needle} is in the file");
    }
    calais.opens_again().await;
    calais.end().await;
}

#[tokio::test]
async fn fault_46_forged_and_old_buttons_do_nothing_and_leave_a_line_in_the_journal() {
    let mut calais = two_of_them().await;
    calais.coordinator("yusuf").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    let sighting = calais.phone("amina").data("undo|*");
    let forged = [
        "",
        "|",
        "x",
        "0|stop",
        "2|stop",
        "1|",
        "1|nonsense",
        "1|rp|",
        "1|rp|BMX!",
        "1|rw|bmx|flying",
        "1|undo|' OR 1=1 --",
        "1|yes|00000000000000000000000000000000",
        "1|go|x|5",
        "\u{0}\u{0}",
        "1|rp|this-is-a-code-that-is-longer-than-any",
        "1|lang|xx",
    ];
    for data in forged.iter().filter(|data| !data.is_empty()) {
        calais.phone("nour").forges(data).await;
        calais.phone("nour").has_read();
    }
    // Another's button: the resident has no right to it, the other observer is not its author.
    calais.phone("nour").forges(&sighting).await;
    calais.phone("nour").expect_say("fa", &Say::NotYours);
    calais.phone("yusuf").forges(&sighting).await;
    assert_eq!(calais.journal("undo").await.len(), 0);
    let lines =
        calais.journal("old_button").await.len() + calais.journal("tap_refused").await.len();
    assert!(lines >= forged.len() - 1, "{lines}");
    assert!(calais.person("nour").await.is_some(), "an old version's stop is no stop");
    calais.end().await;
}

#[tokio::test]
async fn fault_46_every_act_of_the_desk_is_refused_to_every_lower_role() {
    let mut calais = two_of_them().await;
    calais.coordinator("yusuf").await;
    calais.contact("selam", "ti").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    let end = calais.phone("yusuf").data("end|*").replace("end|", "end!|");
    let wrong = calais.phone("yusuf").data("wrong|*").replace("wrong|", "wrong!|");
    for name in ["nour", "selam", "amina"] {
        for data in [&end, &wrong] {
            calais.phone(name).forges(data).await;
        }
    }
    calais.phone("nour").expect_say("fa", &Say::NotYours);
    calais.phone("nour").expect_say("fa", &Say::NotYours).expect_nothing_more();
    assert_eq!(calais.journal("ruling").await.len(), 0);
    assert_eq!(calais.journal("tap_refused").await.len(), 6);
    calais.end().await;
}

#[tokio::test]
async fn fault_47_a_tap_after_the_role_has_ended_is_refused() {
    let mut calais = World::in_calais().await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    calais.clock_is("2026-01-05 07:50").await;
    calais.is_relaxed("nour");
    calais.observer("amina").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    assert!(calais.phone("yusuf").offers("wrong|*"));
    calais.clock_jumps_to("2026-01-05 08:30");
    calais.phone("yusuf").taps("wrong|*").await;
    let wrong = calais.phone("yusuf").data("wrong|*").replace("wrong|", "wrong!|");
    calais.phone("yusuf").forges(&wrong).await;
    assert_eq!(calais.journal("ruling").await.len(), 0);
    assert!(calais.journal("tap_refused").await.len() >= 2);
    calais.end().await;
}

#[tokio::test]
async fn fault_48_pins_from_nowhere_are_refused_in_a_sentence() {
    let mut calais = two_of_them().await;
    let id = calais.id("amina");
    let nowhere =
        [(0.0, 0.0), (48.8566, 2.3522), (1.87, 50.96), (91.0, 1.8), (50.96, 181.0), (51.5, 1.0)];
    for (n, (lat, lon)) in nowhere.into_iter().enumerate() {
        calais.phone("amina").has_read();
        let pin = json!({ "location": { "latitude": lat, "longitude": lon } });
        calais.telegram.push_raw_update(raw(id, 910 + n as i64, pin));
        calais.deliver_everything().await;
        calais.phone("amina").expect_say("fr", &Say::PinOutside).expect_nothing_more();
    }
    let pin = json!({ "location": { "latitude": "NaN", "longitude": null } });
    calais.telegram.push_raw_update(raw(id, 930, pin));
    for _ in 0..4 {
        calais.seconds_pass(6).await;
    }
    assert_eq!(calais.journal("sighting").await.len(), 0);
    calais.phone("nour").sends_pin(50.96, 1.87).await;
    calais.phone("nour").expect_say("fa", &Say::KindNotTaken { role: Role::Resident });
    calais.end().await;
}

#[tokio::test]
async fn fault_49_a_place_nobody_knows_is_asked_with_suggestions_and_never_chosen() {
    let mut calais = two_of_them().await;
    for (text, near) in
        [("Terre et Eux 10 fourgons CRS", "terre-et-eaux"), ("Unicron 10 fourgons CRS", "unicorn")]
    {
        calais.phone("amina").says(text).await;
        let offered = calais.phone("amina").offers(&format!("rp|{near}"));
        let read = calais.journal("sighting").await.iter().any(|s| s["place"] == near);
        assert!(offered || read, "{text}: {}", calais.phone("amina").newest().text);
    }
    let before = calais.journal("sighting").await.len();
    calais.phone("amina").says("Xyzzyville 10 fourgons CRS").await;
    assert_eq!(calais.journal("sighting").await.len(), before);
    calais.is_relaxed("nour");
    calais.end().await;
}

#[tokio::test]
async fn fault_33_a_time_that_may_be_two_or_lies_ahead_is_asked_and_not_recorded() {
    let mut calais = two_of_them().await;
    calais.phone("amina").says("BMX 10 fourgons CRS 9h30").await;
    assert_eq!(calais.journal("sighting").await.len(), 0);
    calais.phone("amina").finds("09:30");
    calais.end().await;
}

#[tokio::test]
async fn fault_50_a_bad_used_or_expired_link_makes_a_plain_visitor_and_no_role() {
    let mut calais = World::in_calais().await;
    let token = calais.invitation(Role::Admin, 56).await;
    calais.clock_is("2025-11-18 09:00").await;
    for (name, link) in [
        ("a", token.as_str()),
        ("b", "no-such-token"),
        ("c", "xx-bmx"),
        ("d", "fa-nowhere"),
        ("e", "fa-commissariat"),
        ("f", "'; DROP TABLE person; --"),
        ("g", &"a".repeat(3000)),
    ] {
        calais.stranger(name).says(&format!("/start {link}")).await;
        calais.phone(name).expect_say("fr", &Say::InviteNotValid);
        calais.phone(name).expect_say("fr", &Say::ChooseLanguage).expect_nothing_more();
        assert_eq!(calais.person(name).await, None, "{link}");
    }
    assert_eq!(calais.journal("enrolled").await.len(), 0);
    calais.end().await;
}

#[tokio::test]
async fn fault_51_subscribing_twice_is_one_subscription() {
    let mut calais = World::in_calais().await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("nour").says("/start fa-bmx").await;
    calais.phone("nour").says("/START FA-BMX").await;
    calais.phone("nour").has_read();
    assert_eq!(calais.person("nour").await.unwrap().sites.len(), 1);
    assert_eq!(calais.journal("subscribed").await.len(), 1);
    calais.observer("amina").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn fault_52_sql_and_markup_are_shown_as_they_were_typed_and_to_nobody_else() {
    let mut calais = two_of_them().await;
    let text = "BMX 10 fourgons CRS <b>&amp;</b> {$x} \u{2068}'; DROP TABLE sighting; --";
    calais.phone("amina").says(text).await;
    calais.phone("nour").expect(AtSite).without("DROP").without("<b>");
    let shown = calais.phone("amina").shows();
    assert!(!shown.contains("&lt;") && !shown.contains("&amp;amp;"), "{shown}");
    let place = "<i>nulle part</i> & 'x' 10 fourgons";
    calais.phone("amina").says(place).await;
    assert!(calais.phone("amina").shows().contains("<i>nulle part</i> & 'x'"));
    assert_eq!(calais.journal("sighting").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn fault_53_a_thousand_sightings_in_a_minute_are_capped_and_make_one_card() {
    let mut calais = World::in_calais().await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    for n in 0..20 {
        calais.contact(&format!("contact {n}"), "ar").await;
    }
    calais.phone("yusuf").has_read();
    // A script taps the last step of a report over and over.
    for round in 0..50 {
        for n in 0..20 {
            let phone = calais.phone(&format!("contact {n}"));
            phone.hurls("1|rv|bmx|on_site|some");
        }
        if round % 10 == 9 {
            calais.clock.advance(TimeDelta::seconds(10));
            calais.take_in().await;
        }
    }
    calais.take_in().await;
    for _ in 0..3 {
        calais.a_few_are_sent().await;
    }
    let seen = calais.journal("sighting").await.len();
    assert_eq!(seen, 200, "ten a contact in ten minutes");
    calais.phone("nour").expect(AtSite);
    let cards = calais.journal("alert").await;
    let card = |a: &&serde_json::Value| a["tells"] == "card" && a["mode"] == "ring";
    assert_eq!(cards.iter().filter(card).count(), 1, "one card rings once");
    calais.is_relaxed("nour");
    // The thousand answers are of no use two hours later.
    calais.clock_jumps_to("2025-11-10 10:30");
    calais.end().await;
}

#[tokio::test]
async fn fault_30_what_is_taken_back_goes_before_everything_that_waits() {
    let mut calais = two_of_them().await;
    calais.resident("lina", "en-unicorn").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("lina").expect(Elsewhere);
    calais.seconds_pass(10).await;
    let mine = calais.phone("amina").data("undo|*");
    calais.sender_rests();
    calais.phone("amina").says("Unicorn 10 fourgons CRS").await;
    calais.phone("amina").forges(&mine).await;
    calais.sender_wakes().await;
    calais.phone("nour").expect(Retracted).reply();
    calais.phone("lina").expect(AtSite).ringing();
    calais.is_relaxed("nour");
    calais.end().await;
}
