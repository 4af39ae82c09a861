### What the team reads. English follows the French.

role-resident = resident
role-contact = contact
role-observer = observer
role-coordinator = coordinator
role-admin = admin
person-you = you
person-tag = no. { $tag }

understood = ✅ Noted: { $place } · { $what } · seen { $time }
heading = Heading for { $place }
vehicles = 🚐 { $list }
not-understood = Not understood: { $words }
effect-new-convoy = New convoy. Residents are being warned.
effect-same-visit = Same visit as reported before.
effect-new-visit = The known convoy has reached a new place. Residents there are being warned.
effect-held = Waiting for a second report or for the desk.
effect-too-old = Logged. Too old to warn anyone.
effect-logged = Logged.
btn-fix-place = ✏️ Other place
btn-fix-what = ✏️ Other event
btn-found = 🔎 Found again
btn-split = ⑂ Convoy split

ask-place =
    Which place? I read: “{ $typed }”.
    Nothing is recorded yet.
btn-all-places = 🗺️ All places
fix-place = Which place should it have been?
fix-what = What was it really, at { $place }?
time-unclear =
    Which time is “{ $typed }”? Nothing is recorded.
    Please write it again with the hour, like 08:05.
time-in-future =
    { $time } is in the future. Nothing is recorded.
    Please write it again with the right time.
pin-no-site-desk =
    No known place near this pin.
    Report at one of these, or say that the pin is where the place is.
btn-place-at = 📌 This pin is { $place }
point-set = 📌 The point of { $place } is set.

enrolled-team =
    Welcome to the team: { $role }, your number is { $tag }. Until { $until }.
    Write what you see, with the place: “BMX 10 fourgons CRS, 8h05”. Or tap below. Or send a pin.
    Telegram can see what is written here. Write no names.
role-ends-team =
    Your role ({ $role }) ends on { $until }.
    To go on, ask an admin for a new link.
role-ended-team =
    Your role ({ $role }) has ended. You still get the warnings for the places you chose.
help-observer =
    Write what you see, with the place: “BMX 10 fourgons CRS, 8h05”. Or tap “I see police”. Or send a pin.
    “🏃 10 min” on a card tells everyone that you follow the convoy and will be there in 10 minutes.
    Take back within 60 seconds. After that, send a correction or tell the desk.
help-desk =
    Write what you see, with the place: “BMX 10 fourgons CRS, 8h05”. Or tap “I see police”. Or send a pin.
    On the cards you also confirm, correct what belongs together, end a convoy and take back a warning.
    A pin can set where a place is.
cmd-convoys = Convoys now

card-head = { $no } · { $zone }
state-forming = gathering at { $place }
state-moving = moving, { $place }
state-on-site = at { $place }
state-gone = left { $place }
state-lost = lost, last { $place }
state-found-again = found again, { $place }
state-ended = ended
card-seen = 📍 { $place }, seen { $time } ({ $n } min ago)
card-seen-now = 📍 { $place }, seen { $time } (just now)
card-vans = 🚐 { $range } police vehicles
card-crews = 👮 { $crews }
card-unvouched = ⚠️ One report from a person nobody vouched for. Residents are not told.
card-one-contact = ⚠️ One contact only
card-two-contacts = ☑️ Two independent contacts
card-confirmed = ✅ Seen or confirmed by the team
card-route = 🧭 { $route }
card-nobody = ❗ Nobody follows. 🏃: I follow, there in…
card-nobody-since = ❗ Nobody follows since { $time }. 🏃: I follow, there in…
card-following = 🏃 { $list }
follow-going = { $who } on the way, there at { $time }
follow-there = { $who } there since { $time }
follow-lost = { $who } lost it at { $time }
follow-handed-over = { $who } handed over at { $time }
follow-cannot = { $who } cannot
follow-silent = { $who } has not answered since { $time }
card-split = ⑂ May be a part of another convoy
card-held = ⏳ A contact's report waits for your word

why = 💡 { $rule }
why-after = 💡 { $rule }, { $minutes } min later
why-at-once = 💡 { $rule }, right after
why-score = (score { $score })
why-same-visit = same place
why-moved = the same convoy, moved on
why-found-again = the same convoy, found again
why-new = a new convoy: no open one fits
why-split = too far from the last place to be all of it: split?
why-ruled = decided by the desk
why-left = departure of a known visit
why-lost = the follower lost it
why-coverage = looked, saw nothing: coverage only
why-forming = vehicles gathering
why-passing = passing by
why-other = another rule

crew-crs = CRS
crew-police-nationale = Police nationale
crew-police = police
crew-gendarmerie = gendarmerie
crew-paf = PAF
crew-unmarked = unmarked
crew-interpreters = interpreters
crew-cleaning = cleaning
crew-transfer = shelter bus
crew-works = works
crew-other = other
crew-vehicles = { $crew }: { $count } { $vehicle }
vehicle-van = { $n ->
    [one] van
   *[other] vans
}
vehicle-car = { $n ->
    [one] car
   *[other] cars
}
vehicle-truck = { $n ->
    [one] truck
   *[other] trucks
}
vehicle-tipper = { $n ->
    [one] tipper truck
   *[other] tipper trucks
}
vehicle-bus = { $n ->
    [one] bus
   *[other] buses
}
vehicle-excavator = { $n ->
    [one] excavator
   *[other] excavators
}
vehicle-four-by-four = { $n ->
    [one] 4×4
   *[other] 4×4s
}
vehicle-vehicle = { $n ->
    [one] vehicle
   *[other] vehicles
}
vehicle-other = { $n ->
    [one] other
   *[other] others
}

btn-going = 🏃 { $minutes } min
btn-there = 📍 I'm there
btn-lost-it = ❓ Lost it
btn-hand-over = 🤝 Hand over
btn-cannot = ✋ Can't
btn-confirm = ✅ Confirm
btn-not-true = 🚫 Not true
btn-same = 🔗 Same convoy
btn-not-same = ✂️ Not the same
btn-ended = 🏁 Ended
btn-retract = ❌ Take back: { $place }
btn-sure = Yes, sure

question-same = { $place } at { $time }: is this the convoy the machine chose, not the one at { $other } ({ $othertime })?
question-split = { $place } at { $time }, and still { $other } ({ $othertime }): is this one and the same convoy?
question-back = { $place } at { $time }, though it was said to have left at { $left }: is this the same visit?
already-decided = Already decided at { $time } by { $role } no. { $tag }.
place-line = 📍 { $place }
done-confirmed = ✅ Confirmed. Residents are being told.
done-not-true = 🚫 Marked as not true. It stays in the journal.
done-same = 🔗 Noted: the same convoy.
done-not-same = ✂️ Noted: not the same. The visits have been sorted anew.
done-ended = 🏁 The convoy is ended. Residents are being told that we are not sure, and that police may come back.
done-retracted = ❌ The warning is taken back. Everyone who may have received it is being told.
sure-ended = End this convoy? Residents are told at once.
sure-retract = Take this warning back as wrong? Everyone who may have received it is told at once.

all-well =
    ❔ All well? No word from you for 20 minutes while you follow the convoy ({ $place }).
    Tap a button, or write what you see.
nobody-follows = ❗ Nobody has followed the convoy at { $place } for { $minutes } minutes. Who goes?
late-summary = { $count ->
    [one] 📥 { $count } report came in late, from { $from } to { $until }. It is logged; nobody was warned by it.
   *[other] 📥 { $count } reports came in late, from { $from } to { $until }. They are logged; nobody was warned by them.
}
restored =
    ⚠️ The database was put back from a copy: what it knows ends on { $day } at { $time }.
    Messages that waited then are not sent any more: { $count }.
    What happened after that is not in the journal. Look at the open convoys, and report again what still holds.
cannot-keep =
    ⚠️ Vigie can keep nothing at the moment: its disk is full, or its database is away.
    No report is taken in and no warning goes out. Warn by telephone, and tell whoever looks after the machine.
ring-limit = 🔔 { $site } has rung as often as it may today. The warning of now arrived there without sound: you decide how to go on.
no-convoys = No convoy is open now. That does not say that there are no police.
card-gone =
    { $no }: no sighting is left behind this convoy ({ $place }).
    Those who were warned are told that it was wrong.

line-site = { $sign } { $no } · { $place }: { $list }
line-zone = { $sign } { $no } · zone { $place }: { $list }
line-running = { $reached } of { $total }
line-over = { $reached } of { $total } reached in { $time }
line-blocked = { $n } blocked
line-maybe = { $n } perhaps arrived
line-expired = { $n } too old to go out
line-superseded = { $n } no longer needed
line-refused = { $n } refused by Telegram
line-gone = { $n } left meanwhile
line-left = { $time } left
thousands = ,

cmd-mirrors = Channels
mirror-ask =
    📣 I may now write in the channel “{ $title }”.
    Which warnings is it to carry, and in which language?
    Everyone who reads the channel sees them. What one contact alone reports is not shown there.
mirror-begun =
    📣 The channel “{ $title }” carries the warnings of { $zone } from now on: { $language }.
    /mirrors ends it.
mirror-list-none = No channel carries warnings.
mirror-line = 📣 “{ $title }”: { $zone }, { $language }
mirror-line-open = ❔ “{ $title }”: nothing yet
mirror-how = To add a channel, make the bot one of its administrators, with the right to post. You are then asked here what it is to carry.
mirror-sure =
    End this: warnings of { $zone } in the channel “{ $title }”?
    Its readers get nothing more, not even that a warning was wrong.
mirror-ended = 🔇 The channel “{ $title }” carries no warnings.
mirror-lost =
    ❗ I may no longer write in the channel “{ $title }” ({ $zone }, { $language }).
    Its readers get nothing more. To go on, make the bot one of its administrators again, with the right to post.
btn-mirror-none = No warnings there
btn-mirror-end = 🔇 End: { $title }
btn-mirror-choose = 📣 Choose: { $title }

# ── The machine itself ──────────────────────────────────────────────────────────────────────────
self-test-well = 🌅 Self-test of { $time }: all works.
self-test-look = ⚠️ Self-test of { $time }: something needs a look.
self-test-database = Database: it can be written.
self-test-telegram = Telegram answered { $count } s ago.
self-test-telegram-silent = Telegram has not answered yet.
self-test-queue-empty = No message waits to be sent.
self-test-queue = Messages that wait to be sent: { $count }.
self-test-inbox = Messages received and not yet handled: { $count }.
self-test-aside = Messages received and set aside after failures: { $count }.
self-test-clock = Difference between the clock and Telegram's: { $count } s.
self-test-subscribers = Subscribers: { $count }.
self-test-languages = Languages not yet signed off by a native speaker: { $list }.
self-test-backup = Last backup: { $time }.
cut-off =
    📡 Vigie and Telegram were cut off from each other from { $from } to { $until }.
    What was written in that time arrives late. Buttons tapped are lost: tap them again.
clock-wrong =
    🕰️ The machine's clock is wrong by { $minutes } min. Vigie no longer warns residents automatically, except to take a warning back.
    Sightings are logged. Warn the residents by other means, and have the clock set.
clock-right = 🕰️ The clock is right again: residents are warned automatically again.
effect-clock-wrong = Logged. The machine's clock is wrong: residents are not warned automatically.
