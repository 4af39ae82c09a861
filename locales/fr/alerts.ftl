### Les alertes : une langue contrôlée, peu de phrases, toujours les mêmes, une par ligne.
### Rien ne promet la sécurité, le silence non plus. Chaque ligne porte son sujet.

exercise =
    EXERCICE. Ce message est seulement un essai.
    Ce n'est pas une vraie alerte.

at-site = Des véhicules de police (un convoi de police) sont à { $site }.
at-site-few = Des véhicules de police sont à { $site }.
at-site-one = Un véhicule de police est à { $site }.
at-site-old =
    Des véhicules de police étaient à { $site }.
    Ils y sont peut-être encore, ou ailleurs.
at-site-one-old =
    Un véhicule de police était à { $site }.
    Il y est peut-être encore, ou ailleurs.
coming-to-site = En route : des véhicules de police (un convoi de police) viennent vers { $site }.
coming-to-site-few = En route : des véhicules de police viennent vers { $site }.
coming-to-site-one = En route : un véhicule de police vient vers { $site }.
coming-to-site-old =
    En route tout à l'heure : des véhicules de police venaient vers { $site }.
    Ils y sont peut-être maintenant, ou ailleurs.
coming-to-site-one-old =
    En route tout à l'heure : un véhicule de police venait vers { $site }.
    Il y est peut-être maintenant, ou ailleurs.
passing-site =
    Passage : des véhicules de police (un convoi de police) passent devant { $site }.
    Ils peuvent s'y arrêter.
passing-site-few =
    Passage : des véhicules de police passent devant { $site }.
    Ils peuvent s'y arrêter.
passing-site-one =
    Passage : un véhicule de police passe devant { $site }.
    Il peut s'y arrêter.
passing-site-old =
    Passage tout à l'heure : des véhicules de police sont passés devant { $site }.
    Ils s'y sont peut-être arrêtés, ou sont ailleurs.
passing-site-one-old =
    Passage tout à l'heure : un véhicule de police est passé devant { $site }.
    Il s'y est peut-être arrêté, ou est ailleurs.
be-ready =
    Préparez-vous : beaucoup de véhicules de police se sont rassemblés quelque part.
    Nous ne savons pas encore où ils vont aller.
be-ready-few =
    Préparez-vous : des véhicules de police se sont rassemblés quelque part.
    Nous ne savons pas encore où ils vont aller.
elsewhere =
    Autre lieu : la police est à { $site }.
    Ce lieu ne fait pas partie de ceux que vous avez choisis.
    Mais la police peut aussi venir là où vous êtes.
    Gardez vos affaires prêtes.
elsewhere-old =
    Autre lieu : la police était à { $site }.
    Ce lieu ne fait pas partie de ceux que vous avez choisis.
    Mais la police peut aussi venir là où vous êtes.
    Gardez vos affaires prêtes.
lost =
    Nous ne savons pas où sont les véhicules de police maintenant.
    La police peut venir à tout moment.
    Gardez vos affaires prêtes.

left =
    La police a quitté { $site } à { $time }.
    Elle peut revenir à tout moment.
    Gardez vos affaires prêtes.
ended =
    Depuis { $time }, nous n'avons pas vu la police à { $site }.
    Elle est peut-être partie pour le moment, mais nous n'en sommes pas sûrs.
    Elle peut revenir à tout moment.
    Gardez vos affaires prêtes.
ended-no-site =
    Depuis { $time }, nous n'avons pas vu la police.
    Elle est peut-être partie pour le moment, mais nous n'en sommes pas sûrs.
    Elle peut revenir à tout moment.
    Gardez vos affaires prêtes.
retracted =
    Notre erreur.
    Le message { $no } sur { $site } était faux.
    Nous sommes désolés.
    Nous ne savons pas si la police y est maintenant.
    La police peut venir à tout moment.
retracted-no-site =
    Notre erreur.
    Le message { $no } était faux.
    Nous sommes désolés.
    Nous ne savons pas où est la police maintenant.
    La police peut venir à tout moment.

seen-now = Police vue à { $time } (à l'instant).
seen-ago = { $n ->
    [one] Police vue à { $time } (il y a { $n } minute).
    [many] Police vue à { $time } (il y a { $n } minutes).
   *[other] Police vue à { $time } (il y a { $n } minutes).
}
seen-past = Police vue à { $time }.
seen-day = Police vue le { $day } à { $time }.

vans-about = { $n ->
    [one] Un véhicule de police.
    [many] Nombre de véhicules de police : environ { $n }.
   *[other] Nombre de véhicules de police : environ { $n }.
}
vans-between = Nombre de véhicules de police : de { $low } à { $high }.
vans-least = Nombre de véhicules de police : au moins { $n }.

confirmed = Nos bénévoles ont vu la police.
unconfirmed = Nous n'en sommes pas encore sûrs. C'est peut-être vrai.
advice =
    Prenez avec vous papiers, téléphone, médicaments et tente.
    Pas de panique.
advice-ready =
    Préparez papiers, téléphone, médicaments et tente.
    Pas de panique.
number = Message { $no }
