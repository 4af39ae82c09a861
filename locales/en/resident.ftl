### name: English
### direction: ltr
### reviewed: written by the project; the meanings of all other languages are taken from here

choose-language = Choose your language.
choose-sites =
    For which places do you want warnings?
    Choose one or more, then tap “Done”.
btn-done = ✅ Done
btn-choose-sites = 🏕️ Choose places
welcome =
    The places you chose: { $sites }
    When we learn that police come there, we tell you here.
    We cannot always know.
    Even if you get no message, police can come.
convoy-means = A police convoy is many police vehicles going together.
no-sites =
    You chose no place, so we cannot warn you.
    Choose one or more places.
btn-stop = 🔕 No more messages
stopped =
    As you asked, you get no more messages.
    We have taken you off our list.
    You can come back any time: tap below.
btn-come-back = 🔔 I want warnings again
stop-sure =
    If you stop, you can no longer tell us what you see.
    We take you off our list.
    Do you want to stop?
btn-stop-sure = 🔕 Yes, stop
btn-no = No

privacy =
    We keep three things only: a way to write to you in Telegram, your language, the places you chose.
    We do not keep your name or your phone number.
    When you stop, we delete them. After 45 days we ask you; if you do not answer, we delete them.
    Anyone can sign up for these warnings, the police too.
    The Telegram company can see what is written here. If the authorities ask, it can give them your phone number.
who-we-are =
    We are Human Rights Observers (HRO): volunteers, not police.
    We watch what the police do and write it down.
help-resident = When we learn that police come to the places you chose, we tell you here. We cannot always know.
help-contact =
    When you see police vehicles, tell us: tap below.
    After 3 days nothing here shows who told us.
call-us = If you need help, call { $phone }: volunteers answer.
call-now = Please call { $phone }: volunteers answer.
try-again = Please try again in a few minutes.

not-received = Your message did not reach us.
old-button =
    This button no longer works.
    Please tap below.
text-not-read =
    We do not read text here.
    Please tap below.
kind-not-taken =
    We cannot take pictures, voice or files here.
    Please tap below.
contact-not-kept =
    You sent us somebody's name and phone number.
    We did not keep them.
renew-ask =
    Do you still want warnings?
    If you do not answer within a few days, we take you off our list.
btn-renew = 🔔 Yes, I want warnings
renewed =
    Thank you. You stay on our list.
    When we learn that police come, we tell you. We cannot always know.
too-many =
    Too many messages in a short time.
    Please wait a few minutes.

btn-report = 🚐 I see police
report-place = Where do you see police?
report-what = What do you see at { $place }?
btn-other-place = 🗺️ Other place
btn-on-site = 📍 Police here
btn-moving = ➜ Police coming
btn-passing = ⏩ Police passing
btn-forming = 🚐🚐 Police gathering
btn-left = 💨 Police left
btn-lost = ❓ I lost sight of them
btn-nothing = 👀 I see no police here
btn-not-sure = Not sure
how-many = How many police vehicles do you see?
btn-few = 1–5
btn-some = 6–10
btn-many = More than 10
received =
    Thank you. Your message reached us at { $time }.
    Your message was about { $place }.
btn-undo = ↩️ Take back my report
undone =
    You took back your report about { $place }.
    It no longer counts.
undo-too-late = It is too late to take your report back here.
pin-no-site =
    We know no place near this point.
    Please choose a place below.
pin-outside =
    This point is too far away.
    We did not keep it.

invite-not-valid =
    This link does not work, or no longer works.
    Please ask the person who gave it to you for a new one.
not-yours = You cannot use this here.
enrolled-contact =
    Thank you. From now on you can tell us when you see police vehicles.
    This holds until { $until }.
role-ends-contact =
    You can tell us what you see until { $until }.
    If you want to go on, please ask the volunteers.
role-ended-contact =
    The time in which you could tell us what you see is over.
    You stay on our list for warnings.

cmd-start = Begin
cmd-report = I see police
cmd-sites = Choose places
cmd-language = Choose language
cmd-help = Who we are, what to do
cmd-privacy = What we keep about you
cmd-stop = No more messages
