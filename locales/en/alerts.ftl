### The warnings: a controlled language of few fixed sentences, one a line. The meanings of all
### languages are these; a change here changes them all.
### Nothing may promise safety, not even silence. A line carries its subject. The first words of
### the kinds differ, so that a sleepy reader cannot take one for another.

exercise =
    EXERCISE. This message is only a test.
    It is not a real warning.

at-site = Police vehicles (a police convoy) are at { $site }.
coming-to-site = On the way: police vehicles (a police convoy) are coming towards { $site }.
passing-site =
    Passing: police vehicles (a police convoy) are going past { $site }.
    They may stop.
be-ready =
    Get yourselves ready: many police vehicles have gathered.
    We do not know yet where they will go.
elsewhere =
    Other place: police are at { $site }.
    You did not choose this place.
    Police can still come to you.
lost =
    We do not know where the police vehicles are now.
    Keep your things ready.

left =
    The police left { $site } at { $time }.
    They may come back.
ended =
    As far as we know, the police have gone for now.
    Police were last seen at { $time }.
    They may come back.
retracted =
    Our mistake.
    Message { $no } about { $site } was wrong.
    We are sorry.
    Police can come at any time.
retracted-no-site =
    Our mistake.
    Message { $no } was wrong.
    We are sorry.
    Police can come at any time.

seen-now = Police seen just now ({ $time }).
seen-fresh = { $n ->
    [one] Police seen at { $time } ({ $n } minute ago).
   *[other] Police seen at { $time } ({ $n } minutes ago).
}
seen-old = { $n ->
    [one]
        Police seen { $n } minute ago (at { $time }).
        They may be somewhere else now.
   *[other]
        Police seen { $n } minutes ago (at { $time }).
        They may be somewhere else now.
}
seen-past = Police seen at { $time }.

vans-about = { $n ->
    [one] One police vehicle.
   *[other] About { $n } police vehicles.
}
vans-between = Between { $low } and { $high } police vehicles.
vans-least = At least { $n } police vehicles.

confirmed = Our team has seen the police.
unconfirmed = We are not sure of this yet.
advice =
    Take your papers, phone, medicine and tent with you.
    Stay calm.
number = Message { $no }
