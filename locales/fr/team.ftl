### Ce que lit l'équipe.

role-resident = habitant·e
role-contact = contact
role-observer = observateur·ice
role-coordinator = coordinateur·ice
role-admin = admin
person-you = vous
person-tag = n° { $tag }

understood = ✅ Noté : { $place } · { $what } · vu à { $time }
heading = En direction de { $place }
vehicles = 🚐 { $list }
not-understood = Pas compris : { $words }
effect-new-convoy = Nouveau convoi. Les habitant·es sont prévenu·es.
effect-same-visit = Même expulsion que déjà signalée.
effect-new-visit = Le convoi connu est arrivé à un nouveau lieu. Les habitant·es y sont prévenu·es.
effect-held = En attente d'un second signalement ou de la coordination.
effect-too-old = Consigné. Trop ancien pour prévenir.
effect-logged = Consigné.
btn-fix-place = ✏️ Autre lieu
btn-fix-what = ✏️ Autre chose
btn-found = 🔎 Retrouvé
btn-split = ⑂ Convoi scindé

ask-place =
    Quel lieu ? J'ai lu : « { $typed } ».
    Rien n'est encore noté.
btn-all-places = 🗺️ Tous les lieux
fix-place = Quel lieu fallait-il noter ?
fix-what = Qu'est-ce que c'était vraiment, à { $place } ?
time-unclear =
    Quelle heure est « { $typed } » ? Rien n'est noté.
    Écrivez de nouveau, avec l'heure, comme 8h05.
time-in-future =
    { $time } est dans le futur. Rien n'est noté.
    Écrivez de nouveau, avec la bonne heure.
pin-no-site-desk =
    Aucun lieu connu près de ce point.
    Signalez à l'un de ceux-ci, ou dites que le point est l'endroit du lieu.
btn-place-at = 📌 Ce point est { $place }
point-set = 📌 Le point de { $place } est placé.

enrolled-team =
    Bienvenue dans l'équipe : { $role }, votre numéro est le { $tag }. Jusqu'au { $until }.
    Écrivez ce que vous voyez, avec le lieu : « BMX 10 fourgons CRS, 8h05 ». Ou touchez le bouton. Ou envoyez un point sur la carte.
    Telegram peut voir ce qui est écrit ici. N'écrivez pas de noms.
role-ends-team =
    Votre rôle ({ $role }) prend fin le { $until }.
    Pour continuer, demandez un nouveau lien à un·e admin.
role-ended-team =
    Votre rôle ({ $role }) a pris fin. Vous recevez encore les alertes pour les lieux que vous avez choisis.
help-observer =
    Écrivez ce que vous voyez, avec le lieu : « BMX 10 fourgons CRS, 8h05 ». Ou touchez « Je vois la police ». Ou envoyez un point sur la carte.
    « 🏃 10 min » sur une carte dit à toute l'équipe que vous suivez le convoi et serez sur place dans 10 minutes.
    Vous pouvez reprendre un signalement pendant 60 secondes ; ensuite, corrigez-le ou prévenez la coordination.
help-desk =
    Écrivez ce que vous voyez, avec le lieu : « BMX 10 fourgons CRS, 8h05 ». Ou touchez « Je vois la police ». Ou envoyez un point sur la carte.
    Sur les cartes, vous pouvez aussi confirmer, corriger ce qui va ensemble, finir un convoi et retirer une alerte.
    Un point sur la carte peut placer un lieu.
cmd-convoys = Convois en cours

card-head = { $no } · { $zone }
state-forming = se forme à { $place }
state-moving = en mouvement, { $place }
state-on-site = à { $place }
state-gone = parti de { $place }
state-lost = perdu, en dernier { $place }
state-found-again = retrouvé, { $place }
state-ended = fini
card-seen = 📍 { $place }, vu à { $time } (il y a { $n } min)
card-seen-now = 📍 { $place }, vu à { $time } (à l'instant)
card-vans = 🚐 { $range } véhicules de police
card-crews = 👮 { $crews }
card-unvouched = ⚠️ Un seul signalement, d'une personne sans garant. Les habitant·es ne sont pas prévenu·es.
card-one-contact = ⚠️ Un seul contact
card-two-contacts = ☑️ Deux contacts indépendants
card-confirmed = ✅ Vu ou confirmé par l'équipe
card-route = 🧭 { $route }
card-nobody = ❗ Personne ne suit. 🏃 : je suis le convoi, sur place dans…
card-nobody-since = ❗ Personne ne suit depuis { $time }. 🏃 : je suis le convoi, sur place dans…
card-following = 🏃 { $list }
follow-going = { $who } en route, sur place à { $time }
follow-there = { $who } sur place depuis { $time }
follow-lost = { $who } l'a perdu à { $time }
follow-handed-over = { $who } a passé le relais à { $time }
follow-cannot = { $who } ne peut pas
follow-silent = { $who } ne répond plus depuis { $time }
card-split = ⑂ Peut-être une partie d'un autre convoi
card-held = ⏳ Le signalement d'un contact attend votre avis

why = 💡 { $rule }
why-after = 💡 { $rule }, { $minutes } min après
why-at-once = 💡 { $rule }, aussitôt après
why-score = (score { $score })
why-same-visit = même lieu
why-moved = le même convoi, qui a avancé
why-found-again = le même convoi, retrouvé
why-new = nouveau convoi : aucun convoi ouvert ne convient
why-split = trop loin du dernier lieu pour être tout le convoi : scindé ?
why-ruled = décidé par la coordination
why-left = départ d'une expulsion connue
why-lost = perdu par qui le suivait
why-coverage = vérifié, rien vu : passage noté seulement
why-forming = des véhicules se rassemblent
why-passing = au passage
why-other = autre règle

crew-crs = CRS
crew-police-nationale = Police nationale
crew-police = police
crew-gendarmerie = gendarmerie
crew-paf = PAF
crew-unmarked = banalisé
crew-interpreters = interprètes
crew-cleaning = nettoyage
crew-transfer = mise à l'abri
crew-works = travaux
crew-other = autre
crew-vehicles = { $crew } : { $count } { $vehicle }
vehicle-van = { $n ->
    [one] fourgon
    [many] fourgons
   *[other] fourgons
}
vehicle-car = { $n ->
    [one] voiture
    [many] voitures
   *[other] voitures
}
vehicle-truck = { $n ->
    [one] camion
    [many] camions
   *[other] camions
}
vehicle-tipper = { $n ->
    [one] camion-benne
    [many] camions-bennes
   *[other] camions-bennes
}
vehicle-bus = { $n ->
    [one] bus
    [many] bus
   *[other] bus
}
vehicle-excavator = { $n ->
    [one] tractopelle
    [many] tractopelles
   *[other] tractopelles
}
vehicle-four-by-four = { $n ->
    [one] 4×4
    [many] 4×4
   *[other] 4×4
}
vehicle-vehicle = { $n ->
    [one] véhicule
    [many] véhicules
   *[other] véhicules
}
vehicle-other = { $n ->
    [one] autre
    [many] autres
   *[other] autres
}

btn-going = 🏃 { $minutes } min
btn-there = 📍 J'y suis
btn-lost-it = ❓ Perdu
btn-hand-over = 🤝 Relais
btn-cannot = ✋ Peux pas
btn-confirm = ✅ Confirmer
btn-not-true = 🚫 Faux
btn-same = 🔗 Même convoi
btn-not-same = ✂️ Pas le même
btn-ended = 🏁 Fini
btn-retract = ❌ Retirer : { $place }
btn-sure = Oui, sûr

question-same = { $place } à { $time } : est-ce bien le convoi choisi par la machine, et non celui de { $other } ({ $othertime }) ?
question-split = { $place } à { $time }, et toujours { $other } ({ $othertime }) : est-ce un seul et même convoi ?
question-back = { $place } à { $time }, alors qu'il était dit parti à { $left } : est-ce la même expulsion ?
already-decided = Déjà décidé à { $time } par { $role } n° { $tag }.
place-line = 📍 { $place }
done-confirmed = ✅ Confirmé. Les habitant·es sont prévenu·es.
done-not-true = 🚫 Marqué comme faux. Cela reste au journal.
done-same = 🔗 Noté : le même convoi.
done-not-same = ✂️ Noté : pas le même. Les expulsions ont été retriées.
done-ended = 🏁 Le convoi est fini. Les habitant·es apprennent que nous ne sommes pas sûrs et que la police peut revenir.
done-retracted = ❌ L'alerte est retirée. Tous ceux qui ont pu la recevoir sont prévenus.
sure-ended = Finir ce convoi ? Les habitant·es sont prévenu·es aussitôt.
sure-retract = Retirer cette alerte comme fausse ? Tous ceux qui ont pu la recevoir sont prévenus aussitôt.

all-well =
    ❔ Tout va bien ? Sans nouvelles de vous depuis 20 minutes, vous suivez le convoi ({ $place }).
    Touchez un bouton, ou écrivez ce que vous voyez.
nobody-follows = ❗ Personne ne suit le convoi de { $place } depuis { $minutes } minutes. Qui y va ?
late-summary = { $count ->
    [one] 📥 { $count } signalement est arrivé en retard, de { $from } à { $until }. Il est consigné ; il n'a prévenu personne.
    [many] 📥 { $count } signalements sont arrivés en retard, de { $from } à { $until }. Ils sont consignés ; ils n'ont prévenu personne.
   *[other] 📥 { $count } signalements sont arrivés en retard, de { $from } à { $until }. Ils sont consignés ; ils n'ont prévenu personne.
}
restored =
    ⚠️ La base de données a été remise depuis une copie : ce qu'elle sait s'arrête le { $day } à { $time }.
    Les messages qui attendaient à ce moment-là ne partent plus : { $count }.
    Ce qui s'est passé depuis n'est pas dans le journal. Regardez les convois ouverts, et signalez à nouveau ce qui tient toujours.
cannot-keep =
    ⚠️ Vigie ne peut rien garder en ce moment : son disque est plein, ou sa base de données ne répond pas.
    Aucun signalement n'est pris et aucune alerte ne part. Prévenez par téléphone, et dites-le à qui s'occupe de la machine.
ring-limit = 🔔 { $site } a sonné aussi souvent que permis aujourd'hui. L'alerte de maintenant y est arrivée sans son : à vous de décider de la suite.
no-convoys = Aucun convoi ouvert pour l'instant. Cela ne dit pas qu'il n'y a pas de police.
card-gone =
    { $no } : plus aucun signalement ne soutient ce convoi ({ $place }).
    Les personnes averties reçoivent un démenti.

line-site = { $sign } { $no } · { $place } : { $list }
line-zone = { $sign } { $no } · zone { $place } : { $list }
line-running = { $reached } sur { $total }
line-over = { $reached } sur { $total } atteints en { $time }
line-blocked = bloqués : { $n }
line-maybe = peut-être reçus : { $n }
line-expired = trop vieux pour partir : { $n }
line-superseded = devenus inutiles : { $n }
line-refused = refusés par Telegram : { $n }
line-gone = partis entre-temps : { $n }
line-left = encore { $time }
thousands = { "\u202F" }

cmd-mirrors = Canaux
mirror-ask =
    📣 Je peux maintenant écrire dans le canal « { $title } ».
    Quelles alertes doit-il porter, et en quelle langue ?
    Toutes les personnes qui lisent le canal les voient. Ce qu'un contact signale seul n'y paraît pas.
mirror-begun =
    📣 Le canal « { $title } » porte désormais les alertes de { $zone } : { $language }.
    /mirrors y met fin.
mirror-list-none = Aucun canal ne porte d'alertes.
mirror-line = 📣 « { $title } » : { $zone }, { $language }
mirror-line-open = ❔ « { $title } » : rien encore
mirror-how = Pour ajouter un canal, faites du bot l'un de ses administrateurs, avec le droit de publier. On vous demande alors ici ce qu'il doit porter.
mirror-sure =
    Mettre fin aux alertes de { $zone } dans le canal « { $title } » ?
    Qui le lit ne reçoit plus rien, pas même qu'une alerte était fausse.
mirror-ended = 🔇 Le canal « { $title } » ne porte pas d'alertes.
mirror-lost =
    ❗ Je ne peux plus écrire dans le canal « { $title } » ({ $zone }, { $language }).
    Qui le lit ne reçoit plus rien. Pour continuer, faites de nouveau du bot l'un de ses administrateurs, avec le droit de publier.
btn-mirror-none = Pas d'alertes ici
btn-mirror-end = 🔇 Finir : { $title }
btn-mirror-choose = 📣 Choisir : { $title }

# ── La machine elle-même ────────────────────────────────────────────────────────────────────────
self-test-well = 🌅 Auto-test de { $time } : tout fonctionne.
self-test-look = ⚠️ Auto-test de { $time } : quelque chose est à vérifier.
self-test-database = Base de données : l'écriture fonctionne.
self-test-telegram = Telegram a répondu il y a { $count } s.
self-test-telegram-silent = Telegram n'a pas encore répondu.
self-test-queue-empty = Aucun message n'attend d'être envoyé.
self-test-queue = Messages qui attendent d'être envoyés : { $count }.
self-test-inbox = Messages reçus, pas encore traités : { $count }.
self-test-aside = Messages reçus, mis de côté après des échecs : { $count }.
self-test-clock = Écart entre l'horloge et celle de Telegram : { $count } s.
self-test-subscribers = Personnes abonnées : { $count }.
self-test-languages = Langues pas encore validées par une personne dont c'est la langue : { $list }.
self-test-backup = Dernière sauvegarde : { $time }.
cut-off =
    📡 Vigie et Telegram étaient coupés l'un de l'autre de { $from } à { $until }.
    Ce qui a été écrit pendant ce temps arrive en retard. Les boutons touchés sont perdus : touchez-les encore.
clock-wrong =
    🕰️ L'horloge de la machine est fausse de { $minutes } min. Vigie ne prévient plus les habitant·es automatiquement, sauf pour retirer une alerte.
    Les signalements sont consignés. Prévenez les habitant·es autrement, et faites régler l'horloge.
clock-right = 🕰️ L'horloge est de nouveau juste : les habitant·es sont de nouveau prévenu·es automatiquement.
effect-clock-wrong = Consigné. L'horloge de la machine est fausse : les habitant·es ne sont pas prévenu·es automatiquement.
