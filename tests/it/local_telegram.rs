//! The local Telegram, seen by a real client: everything it says must be what teloxide understands.
mod faults;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use teloxide::prelude::*;
use teloxide::types::{
    BotCommand, BotCommandScope, CallbackQueryId, FileId, InlineKeyboardButton,
    InlineKeyboardMarkup, InputFile, MediaKind, MessageId, MessageKind, ParseMode, Recipient,
    ReplyParameters, UpdateKind,
};
use teloxide::{ApiError, RequestError};
use vigie::clock::Clock;
use vigie::rehearsal::telegram::{GroupSpec, LocalOptions, LocalTelegram, Other, PhoneSpec};

/// So long a test waits for something that must happen, in real time.
const PATIENCE: Duration = Duration::from_secs(10);
const NOUR: i64 = 501;

fn seven_thirty() -> DateTime<Utc> {
    "2025-11-10T06:30:00Z".parse().unwrap()
}

fn phone(id: i64, language: &str) -> PhoneSpec {
    PhoneSpec { id, label: format!("phone {id}"), language_code: Some(language.to_owned()) }
}

/// A server with one phone whose chat is open, a clock that stands still, and a bot.
async fn world(options: LocalOptions) -> (LocalTelegram, Bot, Clock) {
    let clock = Clock::starting(seven_thirty(), 0.0);
    let telegram = LocalTelegram::start(clock.clone(), options).await.unwrap();
    telegram.add_phone(phone(NOUR, "fa"));
    telegram.open_chat(NOUR);
    let bot = bot(&telegram);
    (telegram, bot, clock)
}

fn bot(telegram: &LocalTelegram) -> Bot {
    Bot::new(telegram.token()).set_api_url(telegram.api_url().parse().unwrap())
}

fn nour() -> Recipient {
    ChatId(NOUR).into()
}

fn api_error<T: std::fmt::Debug>(result: Result<T, RequestError>) -> ApiError {
    match result {
        Err(RequestError::Api(error)) => error,
        other => panic!("not an API error: {other:?}"),
    }
}

#[tokio::test]
async fn the_bot_learns_its_name_and_a_wrong_token_is_refused() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let me = bot.get_me().await.unwrap();
    assert_eq!(me.username(), telegram.bot_username());
    let stranger = Bot::new("1:wrong").set_api_url(telegram.api_url().parse().unwrap());
    let error = api_error(stranger.get_me().await);
    assert_eq!(error, ApiError::InvalidToken);
}

#[tokio::test]
async fn what_a_person_says_arrives_and_is_confirmed_by_the_offset() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    telegram.say(NOUR, "/start fa-bmx").unwrap();
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else {
        panic!("{updates:?}");
    };
    assert_eq!(message.text(), Some("/start fa-bmx"));
    assert_eq!(message.date, seven_thirty());
    assert_eq!(message.from.as_ref().unwrap().language_code.as_deref(), Some("fa"));
    assert_eq!(message.entities().unwrap()[0].length, 6);
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
    let next = updates[0].id.0 as i32 + 1;
    assert!(bot.get_updates().offset(next).await.unwrap().is_empty());
    assert_eq!(telegram.waiting_updates(), 0);
}

#[tokio::test]
async fn a_long_poll_answers_as_soon_as_something_is_said() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let waiting = tokio::spawn({
        let bot = bot.clone();
        async move { bot.get_updates().timeout(10).await }
    });
    tokio::task::yield_now().await;
    telegram.say(NOUR, "BMX").unwrap();
    let updates = tokio::time::timeout(PATIENCE, waiting).await;
    assert_eq!(updates.unwrap().unwrap().unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_pollers_the_older_is_told_of_the_conflict() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let older = tokio::spawn({
        let bot = bot.clone();
        async move { bot.get_updates().timeout(10).await }
    });
    let poller = bot.clone();
    let newer = tokio::spawn(async move {
        loop {
            // Whichever comes second wins; go on until the first has lost.
            match poller.get_updates().timeout(1).await {
                Ok(updates) if !updates.is_empty() => return,
                _ => {}
            }
        }
    });
    let error = api_error(tokio::time::timeout(PATIENCE, older).await.unwrap().unwrap());
    assert_eq!(error, ApiError::TerminatedByOtherGetUpdates);
    telegram.say(NOUR, "over").unwrap();
    tokio::time::timeout(PATIENCE, newer).await.unwrap().unwrap();
}

#[tokio::test]
async fn every_kind_of_message_is_understood() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let others = [
        Other::Sticker,
        Other::Voice,
        Other::Photo("BMX".to_owned()),
        Other::Document("list.pdf".to_owned()),
        Other::Video,
        Other::VideoNote,
        Other::Animation,
        Other::Audio,
        Other::Poll,
        Other::Dice,
        Other::Contact,
        Other::ViaBot("text".to_owned()),
        Other::Venue(50.95, 1.9),
        Other::LiveLocation(50.95, 1.9),
    ];
    for other in others {
        telegram.send_other(NOUR, other.clone()).unwrap();
        let updates = bot.get_updates().offset(-1).await.unwrap();
        let UpdateKind::Message(message) = &updates[0].kind else {
            panic!("{other:?}: {updates:?}");
        };
        let understood = match (&message.kind, &other) {
            (MessageKind::Dice(_), Other::Dice) => true,
            (MessageKind::Common(common), other) => matches!(
                (&common.media_kind, other),
                (MediaKind::Sticker(_), Other::Sticker)
                    | (MediaKind::Voice(_), Other::Voice)
                    | (MediaKind::Photo(_), Other::Photo(_))
                    | (MediaKind::Document(_), Other::Document(_))
                    | (MediaKind::Video(_), Other::Video)
                    | (MediaKind::VideoNote(_), Other::VideoNote)
                    | (MediaKind::Animation(_), Other::Animation)
                    | (MediaKind::Audio(_), Other::Audio)
                    | (MediaKind::Poll(_), Other::Poll)
                    | (MediaKind::Contact(_), Other::Contact)
                    | (MediaKind::Text(_), Other::ViaBot(_))
                    | (MediaKind::Venue(_), Other::Venue(..))
                    | (MediaKind::Location(_), Other::LiveLocation(..))
            ),
            _ => false,
        };
        assert!(understood, "{other:?} became {:?}", message.kind);
        assert_eq!(message.via_bot.is_some(), matches!(other, Other::ViaBot(_)));
    }
}

#[tokio::test]
async fn positions_edits_and_forwards_arrive_as_what_they_are() {
    let (telegram, bot, clock) = world(LocalOptions::unlimited()).await;
    telegram.send_location(NOUR, 50.95, 1.86).unwrap();
    let said = telegram.say(NOUR, "BMX 10").unwrap();
    clock.advance(TimeDelta::minutes(2));
    telegram.edit_message(NOUR, said, "BMX 12").unwrap();
    telegram.forward(NOUR, NOUR, said).unwrap();
    telegram.forward_text(NOUR, "BMX", "someone", seven_thirty()).unwrap();
    let updates = bot.get_updates().await.unwrap();
    let messages: Vec<&Message> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::Message(message) | UpdateKind::EditedMessage(message) => message,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(messages[0].location().unwrap().latitude, 50.95);
    // What waits is a copy made when it was sent.
    assert_eq!(messages[1].text(), Some("BMX 10"));
    assert!(matches!(updates[2].kind, UpdateKind::EditedMessage(_)));
    assert_eq!(messages[2].text(), Some("BMX 12"));
    assert_eq!(messages[2].edit_date(), Some(&(seven_thirty() + TimeDelta::minutes(2))));
    assert_eq!(messages[3].forward_from_user().unwrap().id.0, NOUR as u64);
    assert!(messages[4].forward_origin().is_some());
}

#[tokio::test]
async fn a_message_is_sent_quoted_edited_and_deleted() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let said = telegram.say(NOUR, "hello").unwrap();
    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("Oui", "1|yes")]]);
    let sent = bot
        .send_message(nour(), "<b>🚐 BMX</b>\n\u{2068}8:05\u{2069}")
        .parse_mode(ParseMode::Html)
        .reply_parameters(ReplyParameters::new(MessageId(said)))
        .reply_markup(keyboard)
        .disable_notification(true)
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("🚐 BMX\n\u{2068}8:05\u{2069}"));
    assert_eq!(sent.reply_to_message().unwrap().id.0, said);
    let bubble = telegram.chat(NOUR).pop().unwrap();
    assert!(bubble.silent && bubble.from_bot && !bubble.edited);
    assert_eq!(bubble.html, "<b>🚐 BMX</b>\n\u{2068}8:05\u{2069}");
    assert_eq!(bubble.reply_to.unwrap().text, "hello");
    assert_eq!(bubble.buttons[0][0].data.as_deref(), Some("1|yes"));

    let edited = bot.edit_message_text(nour(), sent.id, "gone").await.unwrap();
    assert!(edited.edit_date().is_some() && edited.reply_markup().is_none());
    let again = bot.edit_message_text(nour(), sent.id, "gone").await;
    assert_eq!(api_error(again), ApiError::MessageNotModified);
    let of_person = bot.edit_message_text(nour(), MessageId(said), "x").await;
    assert_eq!(api_error(of_person), ApiError::MessageCantBeEdited);

    bot.delete_message(nour(), sent.id).await.unwrap();
    let again = bot.delete_message(nour(), sent.id).await;
    assert_eq!(api_error(again), ApiError::MessageToDeleteNotFound);
    assert!(telegram.chat(NOUR).pop().unwrap().deleted);
    assert_eq!(telegram.chat_tail(NOUR, 10).len(), 1);
    let methods: Vec<_> = telegram.accepted().iter().map(|a| a.method).collect();
    assert_eq!(methods, ["sendMessage", "editMessageText", "deleteMessage"]);
    assert_eq!(telegram.calls().len(), 6);
}

#[tokio::test]
async fn texts_that_telegram_refuses_are_refused() {
    let (_telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let html = bot.send_message(nour(), "<b>open").parse_mode(ParseMode::Html).await;
    assert!(matches!(api_error(html), ApiError::CantParseEntities(_)));
    let empty = bot.send_message(nour(), " \n").await;
    assert_eq!(api_error(empty), ApiError::MessageTextIsEmpty);
    bot.send_message(nour(), "🚐".repeat(2048)).await.unwrap();
    let long = bot.send_message(nour(), "🚐".repeat(2049)).await;
    assert_eq!(api_error(long), ApiError::MessageIsTooLong);
    let unknown = bot.send_message(ChatId(9), "x").await;
    assert_eq!(api_error(unknown), ApiError::ChatNotFound);
    let reply =
        bot.send_message(nour(), "x").reply_parameters(ReplyParameters::new(MessageId(999))).await;
    assert_eq!(api_error(reply), ApiError::MessageToReplyNotFound);
}

#[tokio::test]
async fn a_tap_must_be_on_a_button_that_is_there_and_be_answered_in_time() {
    let (telegram, bot, clock) = world(LocalOptions::unlimited()).await;
    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("Oui", "1|yes")]]);
    let sent = bot.send_message(nour(), "?").reply_markup(keyboard).await;
    let id = sent.unwrap().id.0;
    assert!(telegram.tap(NOUR, id, "Non").unwrap_err().0.contains("Oui"));
    let press = telegram.tap(NOUR, id, "Oui").unwrap();
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else {
        panic!("{updates:?}");
    };
    assert_eq!(query.data.as_deref(), Some("1|yes"));
    assert_eq!(query.message.as_ref().unwrap().id().0, id);
    bot.answer_callback_query(query.id.clone()).text("merci").await.unwrap();
    assert_eq!(telegram.press_answer(&press).unwrap().text, "merci");

    let late = telegram.tap_raw(NOUR, id, "forged").unwrap();
    clock.advance(TimeDelta::seconds(151));
    let next = updates[0].id.0 as i32 + 1;
    assert!(bot.get_updates().offset(next).await.unwrap().is_empty());
    let error = api_error(bot.answer_callback_query(CallbackQueryId(late)).await);
    assert!(error.to_string().contains("query is too old"), "{error}");
}

#[tokio::test]
async fn a_tap_on_a_message_that_is_gone_names_it_inaccessible() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    telegram.tap_raw(NOUR, 77, "1|yes").unwrap();
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else {
        panic!("{updates:?}");
    };
    let message = query.message.as_ref().unwrap();
    assert!(message.regular_message().is_none());
}

#[tokio::test]
async fn places_files_and_photos_are_sent() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    bot.send_location(nour(), 50.95, 1.86).await.unwrap();
    bot.send_venue(nour(), 50.95, 1.86, "BMX", "Calais").await.unwrap();
    let photo = InputFile::memory(vec![1, 2, 3]).file_name("p.jpg");
    let sent = bot.send_photo(nour(), photo).caption("carte").await.unwrap();
    let id: FileId = sent.photo().unwrap()[0].file.id.clone();
    let file = bot.get_file(id.clone()).await.unwrap();
    let url = format!("{}/file/bot{}/{}", telegram.api_url(), telegram.token(), file.path);
    let bytes = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    assert_eq!(&bytes[..], [1, 2, 3]);
    bot.send_photo(nour(), InputFile::file_id(id)).await.unwrap();
    let voice = InputFile::memory(vec![9]).file_name("v.ogg");
    assert!(bot.send_voice(nour(), voice).await.unwrap().voice().is_some());
    let document = InputFile::memory(vec![9]).file_name("d.pdf");
    let sent = bot.send_document(nour(), document).await.unwrap();
    assert_eq!(sent.document().unwrap().file_name.as_deref(), Some("d.pdf"));
    let bubbles = telegram.chat(NOUR);
    assert_eq!(bubbles[0].location, Some((50.95, 1.86)));
    assert_eq!(bubbles[1].attachment.as_deref(), Some("venue"));
    assert!(bubbles[2].photo.is_some() && bubbles[2].text == "carte");
}

#[tokio::test]
async fn menus_follow_the_chat_and_the_language() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    telegram.add_phone(phone(502, "ti"));
    let menu = |name: &str| [BotCommand::new(name, "description")];
    bot.set_my_commands(menu("help")).await.unwrap();
    bot.set_my_commands(menu("komak")).language_code("fa").await.unwrap();
    assert_eq!(telegram.commands(NOUR)[0].0, "komak");
    assert_eq!(telegram.commands(502)[0].0, "help");
    let scope = BotCommandScope::Chat { chat_id: nour() };
    bot.set_my_commands(menu("report")).scope(scope.clone()).await.unwrap();
    assert_eq!(telegram.commands(NOUR)[0].0, "report");
    bot.delete_my_commands().scope(scope).await.unwrap();
    assert_eq!(telegram.commands(NOUR)[0].0, "komak");
    let sorani = bot.set_my_commands(menu("help")).language_code("ckb").await;
    assert!(sorani.is_err());
}

#[tokio::test]
async fn people_block_return_and_go() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    telegram.block(NOUR);
    let error = api_error(bot.send_message(nour(), "x").await);
    assert_eq!(error, ApiError::BotBlocked);
    assert!(telegram.say(NOUR, "x").is_err());
    telegram.unblock(NOUR);
    bot.send_message(nour(), "x").await.unwrap();
    let updates = bot.get_updates().await.unwrap();
    let kinds = updates.iter().map(|update| &update.kind);
    assert!(kinds.clone().all(|kind| matches!(kind, UpdateKind::MyChatMember(_))));
    assert_eq!(kinds.count(), 2);
    telegram.deactivate(NOUR);
    let error = api_error(bot.send_message(nour(), "x").await);
    assert_eq!(error, ApiError::UserDeactivated);
    telegram.add_phone(phone(503, "ar"));
    let error = api_error(bot.send_message(ChatId(503), "first").await);
    assert_eq!(error, ApiError::ChatNotFound);
}

#[tokio::test]
async fn a_group_becomes_a_supergroup() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    telegram.add_group(GroupSpec {
        id: -5,
        title: "Équipe".to_owned(),
        supergroup: false,
        forum: false,
        members: vec![NOUR],
    });
    bot.send_message(ChatId(-5), "x").await.unwrap();
    telegram.say_in(-5, NOUR, "y", None).unwrap();
    telegram.migrate(-5, -1005).unwrap();
    let result = bot.send_message(ChatId(-5), "x").await;
    assert!(matches!(result, Err(RequestError::MigrateToChatId(ChatId(-1005)))));
    bot.send_message(ChatId(-1005), "x").await.unwrap();
    let updates = bot.get_updates().await.unwrap();
    assert!(!updates.iter().any(|u| matches!(u.kind, UpdateKind::Error(_))), "{updates:?}");
    assert!(bot.get_chat(ChatId(-1005)).await.unwrap().is_supergroup());
    assert!(bot.get_chat(nour()).await.unwrap().is_private());
}

#[tokio::test]
async fn an_unknown_method_is_answered_404() {
    let (telegram, _, _) = world(LocalOptions::unlimited()).await;
    let url = format!("{}/bot{}/flyToTheMoon", telegram.api_url(), telegram.token());
    assert_eq!(reqwest::get(url).await.unwrap().status(), 404);
}
