### The warnings: a controlled language of few fixed sentences, one a line. The meanings of all
### languages are these; a change here changes them all.
### Nothing may promise safety, not even silence. A line carries its subject. The first words of
### the kinds differ, so that a sleepy reader cannot take one for another.
### -few: up to five vehicles, never called a convoy. -one: a single one. -old: seen more than a
### quarter of an hour ago, told in the past.

exercise =
    EXERCISE. This message is only a test.
    It is not a real warning.

at-site = Police vehicles (a police convoy) are at { $site }.
at-site-few = Police vehicles are at { $site }.
at-site-one = A police vehicle is at { $site }.
at-site-old =
    Police vehicles were at { $site }.
    They may still be there, or somewhere else.
at-site-one-old =
    A police vehicle was at { $site }.
    It may still be there, or somewhere else.
coming-to-site = On the way: police vehicles (a police convoy) are coming towards { $site }.
coming-to-site-few = On the way: police vehicles are coming towards { $site }.
coming-to-site-one = On the way: a police vehicle is coming towards { $site }.
coming-to-site-old =
    On the way earlier: police vehicles were coming towards { $site }.
    They may be there now, or somewhere else.
coming-to-site-one-old =
    On the way earlier: a police vehicle was coming towards { $site }.
    It may be there now, or somewhere else.
passing-site =
    Passing: police vehicles (a police convoy) are going past { $site }.
    They may stop there.
passing-site-few =
    Passing: police vehicles are going past { $site }.
    They may stop there.
passing-site-one =
    Passing: a police vehicle is going past { $site }.
    It may stop there.
passing-site-old =
    Passing earlier: police vehicles went past { $site }.
    They may have stopped there, or be somewhere else.
passing-site-one-old =
    Passing earlier: a police vehicle went past { $site }.
    It may have stopped there, or be somewhere else.
be-ready =
    Get yourselves ready: many police vehicles have gathered in one place.
    We do not know yet where they will go.
be-ready-few =
    Get yourselves ready: police vehicles have gathered in one place.
    We do not know yet where they will go.
elsewhere =
    Other place: police are at { $site }.
    This is not one of the places you chose.
    But police can also come where you are.
    Keep your things ready.
elsewhere-old =
    Other place: police were at { $site }.
    This is not one of the places you chose.
    But police can also come where you are.
    Keep your things ready.
lost =
    We do not know where the police vehicles are now.
    Police can come at any time.
    Keep your things ready.

left =
    The police left { $site } at { $time }.
    They can come back at any time.
    Keep your things ready.
ended =
    Since { $time } we have not seen the police at { $site }.
    They may have gone for now, but we are not sure.
    They can come back at any time.
    Keep your things ready.
ended-no-site =
    Since { $time } we have not seen the police.
    They may have gone for now, but we are not sure.
    They can come back at any time.
    Keep your things ready.
retracted =
    Our mistake.
    Message { $no } about { $site } was wrong.
    We are sorry.
    We do not know whether police are there now.
    Police can come at any time.
retracted-no-site =
    Our mistake.
    Message { $no } was wrong.
    We are sorry.
    We do not know where police are now.
    Police can come at any time.

seen-now = Police seen at { $time } (just now).
seen-ago = { $n ->
    [one] Police seen at { $time } ({ $n } minute ago).
   *[other] Police seen at { $time } ({ $n } minutes ago).
}
seen-past = Police seen at { $time }.
seen-day = Police seen on { $day } at { $time }.

vans-about = { $n ->
    [one] One police vehicle.
   *[other] Number of police vehicles: about { $n }.
}
vans-between = Number of police vehicles: from { $low } to { $high }.
vans-least = Number of police vehicles: at least { $n }.

confirmed = Our volunteers have seen the police.
unconfirmed = We are not sure of this yet. It may be true.
advice =
    Take your papers, phone, medicine and tent with you.
    Do not panic.
advice-ready =
    Get your papers, phone, medicine and tent ready.
    Do not panic.
number = Message { $no }
