### name: English
### direction: ltr
### reviewed: written by the project; the meanings of all other languages are taken from here

choose-language = Choose your language.
choose-sites =
    For which places do you want warnings?
    Choose one or more, then tap “Done”.
btn-done = 🆗 Done
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
btn-stop = 🔕 Stop all warnings
stopped =
    As you asked, you get no more messages.
    We have erased what we kept of you.
    If you want warnings again, tap “I want warnings again”.
btn-come-back = 🔔 I want warnings again
stop-sure =
    If you stop, you get no more warnings, and you can no longer tell us what you see.
    We then erase what we keep of you.
    Do you want to stop?
btn-stop-sure = 🔕 Yes, stop
btn-no = No

privacy =
    We keep three things only: a way to write to you in Telegram, your language, the places you chose.
    We do not keep your name or your phone number.
    When you tap “Stop all warnings”, we erase them. After 45 days we ask you whether you still want warnings; if you do not answer, we erase them.
    Anyone can get these warnings, the police too.
    The Telegram company can see what is written here. If the French authorities ask it as the law allows, it can give them your phone number.
who-we-are =
    We are Human Rights Observers (HRO): volunteers, not police.
    We watch what the police do and write it down.
help-resident = When we learn that police come to the places you chose, we tell you here. We cannot always know.
help-contact =
    When you see police vehicles, tell us: tap “I see police”.
    After 3 days we erase who told us.
call-us = If you need help, call { $phone }: volunteers answer.
call-now = Please call { $phone }: volunteers answer.
try-again = Please try again in a few minutes.

not-received = Your message did not reach us.
old-button = This button no longer works.
text-not-read = What you write here, we do not read.
kind-not-taken = Pictures, voice and files cannot be sent here.
press-choose = To choose places, tap “Choose places”.
press-report = If you see police, tap “I see police”.
contact-not-kept =
    You sent us somebody's name and phone number.
    We did not keep them.
renew-ask =
    Do you still want warnings?
    If you do not answer in the next few days, you will get no more warnings.
btn-renew = 🔔 Yes, I want warnings
renewed =
    Thank you. The warnings go on.
    When we learn that police come, we tell you. We cannot always know.
too-many =
    You sent many messages in a short time.
    Please send again in a few minutes.

btn-report = 🚐 I see police
report-place = Where do you see police?
report-what = What do you see at { $place }?
btn-other-place = 🗺️ Choose another place
btn-on-site = 📍 Police here
btn-moving = ➜ Police coming
btn-passing = ⏩ Police passing
btn-forming = 🚐🚐 Police vehicles gathering in one place
btn-left = 💨 Police left
btn-lost = ❓ I lost sight of them
btn-nothing = 🚫🚐 There are no police here
btn-not-sure = Not sure
how-many = How many police vehicles do you see?
btn-few = 1 to 5
btn-some = 6 to 10
btn-many = More than 10
received =
    Thank you. Your message reached us at { $time }.
    Your message was about { $place }.
btn-undo = ↩️ Take back my report
undone =
    You took back your report about { $place }.
    It no longer counts.
undo-too-late =
    Your report can no longer be taken back here.
    If it was wrong, please tell us.
pin-no-site =
    We know no place near the location you sent.
    Please choose one of the places below.
pin-outside =
    The location you sent is outside the area where we work.
    We did not keep it.

invite-not-valid =
    This link does not work, or no longer works.
    Please ask the person who gave it to you for a new one.
not-yours = This does not work here.
enrolled-contact =
    Thank you. From now on you can tell us when you see police vehicles.
    This holds until { $until }.
role-ends-contact =
    You can tell us what you see until { $until }.
    If you want to go on, please tell the volunteers.
role-ended-contact =
    From now on you can no longer tell us here what you see.
    The warnings still reach you as before.

cmd-start = Begin
cmd-report = I see police
cmd-sites = Choose places
cmd-language = Choose language
cmd-help = Who we are, what we do
cmd-privacy = What we keep about you
cmd-stop = Stop all warnings
