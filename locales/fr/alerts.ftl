### Les alertes : une langue contrôlée, peu de phrases, toujours les mêmes, une par ligne.
### Rien ne promet la sécurité, le silence non plus. Chaque ligne porte son sujet.

exercise =
    EXERCICE. Ce message est seulement un essai.
    Ce n'est pas une vraie alerte.

at-site = Des véhicules de police (un convoi de police) sont à { $site }.
coming-to-site = En route : des véhicules de police (un convoi de police) viennent vers { $site }.
passing-site =
    Passage : des véhicules de police (un convoi de police) passent devant { $site }.
    Ils peuvent s'arrêter.
be-ready =
    Préparez-vous : beaucoup de véhicules de police se sont rassemblés.
    Nous ne savons pas encore où ils vont aller.
elsewhere =
    Autre lieu : la police est à { $site }.
    Vous n'avez pas choisi ce lieu.
    La police peut quand même venir chez vous.
lost =
    Nous ne savons pas où sont les véhicules de police maintenant.
    Gardez vos affaires prêtes.

left =
    La police a quitté { $site } à { $time }.
    Elle peut revenir.
ended =
    À notre connaissance, la police est partie pour le moment.
    La police a été vue pour la dernière fois à { $time }.
    Elle peut revenir.
retracted =
    Notre erreur.
    Le message { $no } sur { $site } était faux.
    Nous sommes désolés.
    La police peut venir à tout moment.
retracted-no-site =
    Notre erreur.
    Le message { $no } était faux.
    Nous sommes désolés.
    La police peut venir à tout moment.

seen-now = Police vue à l'instant ({ $time }).
seen-fresh = { $n ->
    [one] Police vue à { $time } (il y a { $n } minute).
    [many] Police vue à { $time } (il y a { $n } minutes).
   *[other] Police vue à { $time } (il y a { $n } minutes).
}
seen-old = { $n ->
    [one]
        Police vue il y a { $n } minute (à { $time }).
        Elle est peut-être ailleurs maintenant.
    [many]
        Police vue il y a { $n } minutes (à { $time }).
        Elle est peut-être ailleurs maintenant.
   *[other]
        Police vue il y a { $n } minutes (à { $time }).
        Elle est peut-être ailleurs maintenant.
}
seen-past = Police vue à { $time }.

vans-about = { $n ->
    [one] Un véhicule de police.
    [many] Environ { $n } véhicules de police.
   *[other] Environ { $n } véhicules de police.
}
vans-between = Entre { $low } et { $high } véhicules de police.
vans-least = Au moins { $n } véhicules de police.

confirmed = Notre équipe a vu la police.
unconfirmed = Nous n'en sommes pas encore sûrs.
advice =
    Prenez avec vous papiers, téléphone, médicaments et tente.
    Restez calmes.
number = Message { $no }
