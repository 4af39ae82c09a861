### name: Français
### direction: ltr
### reviewed: written by the project beside the English; not yet read by a French speaker of the field

choose-language = Choisissez votre langue.
choose-sites =
    Pour quels lieux voulez-vous des alertes ?
    Choisissez-en un ou plusieurs, puis touchez « C'est fait ».
btn-done = ✅ C'est fait
btn-choose-sites = 🏕️ Choisir des lieux
welcome =
    Les lieux que vous avez choisis : { $sites }
    Quand nous apprenons que la police y vient, nous vous le disons ici.
    Nous ne pouvons pas toujours le savoir.
    Même sans message de notre part, la police peut venir.
convoy-means = Un convoi de police, ce sont plusieurs véhicules de police qui roulent ensemble.
no-sites =
    Vous n'avez choisi aucun lieu : nous ne pouvons pas vous prévenir.
    Choisissez un ou plusieurs lieux.
btn-stop = 🔕 Plus de messages
stopped =
    Comme vous l'avez demandé, vous ne recevez plus de messages.
    Nous vous avons retiré de notre liste.
    Vous pouvez revenir quand vous voulez : touchez le bouton ci-dessous.
btn-come-back = 🔔 Je veux à nouveau des alertes
stop-sure =
    Si vous arrêtez, vous ne pourrez plus nous dire ce que vous voyez.
    Nous vous retirons de notre liste.
    Voulez-vous arrêter ?
btn-stop-sure = 🔕 Oui, arrêter
btn-no = Non

privacy =
    Nous gardons seulement trois choses : de quoi vous écrire dans Telegram, votre langue, les lieux que vous avez choisis.
    Nous ne gardons ni votre nom ni votre numéro de téléphone.
    Quand vous arrêtez, nous les effaçons. Après 45 jours nous vous demandons ; sans réponse, nous les effaçons.
    Tout le monde peut s'inscrire à ces alertes, la police aussi.
    L'entreprise Telegram peut voir ce qui est écrit ici. Si les autorités le demandent, elle peut leur donner votre numéro de téléphone.
who-we-are =
    Nous sommes Human Rights Observers (HRO) : des bénévoles, pas la police.
    Nous regardons ce que fait la police et nous l'écrivons.
help-resident = Quand nous apprenons que la police vient dans les lieux que vous avez choisis, nous vous le disons ici. Nous ne pouvons pas toujours le savoir.
help-contact =
    Quand vous voyez des véhicules de police, dites-le-nous : touchez le bouton ci-dessous.
    Après 3 jours, plus rien ici ne montre qui nous l'a dit.
call-us = Si vous avez besoin d'aide, appelez le { $phone } : des bénévoles répondent.
call-now = Appelez le { $phone } : des bénévoles répondent.
try-again = Réessayez dans quelques minutes.

not-received = Votre message ne nous est pas parvenu.
old-button =
    Ce bouton ne marche plus.
    Touchez l'un de ceux-ci.
text-not-read =
    Nous ne lisons pas le texte ici.
    Touchez l'un de ces boutons.
kind-not-taken =
    Nous ne pouvons pas recevoir d'images, de messages vocaux ni de fichiers ici.
    Touchez l'un de ces boutons.
contact-not-kept =
    Vous nous avez envoyé le nom et le numéro de quelqu'un.
    Nous ne les avons pas gardés.
renew-ask =
    Voulez-vous encore des alertes ?
    Si vous ne répondez pas dans les prochains jours, nous vous retirons de notre liste.
btn-renew = 🔔 Oui, je veux des alertes
renewed =
    Merci. Vous restez sur notre liste.
    Quand nous apprenons que la police vient, nous vous le disons. Nous ne pouvons pas toujours le savoir.
too-many =
    Trop de messages en peu de temps.
    Attendez quelques minutes.

btn-report = 🚐 Je vois la police
report-place = Où voyez-vous la police ?
report-what = Que voyez-vous à { $place } ?
btn-other-place = 🗺️ Autre lieu
btn-on-site = 📍 Police ici
btn-moving = ➜ Police en route
btn-passing = ⏩ Police qui passe
btn-forming = 🚐🚐 Police qui se rassemble
btn-left = 💨 Police partie
btn-lost = ❓ Perdue de vue
btn-nothing = 👀 Je ne vois pas de police ici
btn-not-sure = Pas sûr
how-many = Combien de véhicules de police voyez-vous ?
btn-few = 1–5
btn-some = 6–10
btn-many = Plus de 10
received =
    Merci. Votre message nous est parvenu à { $time }.
    Votre message portait sur { $place }.
btn-undo = ↩️ Reprendre mon signalement
undone =
    Vous avez repris votre signalement sur { $place }.
    Il ne compte plus.
undo-too-late = Il est trop tard pour reprendre votre signalement ici.
pin-no-site =
    Nous ne connaissons pas de lieu près de ce point.
    Choisissez un lieu ci-dessous.
pin-outside =
    Ce point est trop loin.
    Nous ne l'avons pas gardé.

invite-not-valid =
    Ce lien ne marche pas, ou plus.
    Demandez-en un nouveau à la personne qui vous l'a donné.
not-yours = Vous ne pouvez pas utiliser cela ici.
enrolled-contact =
    Merci. Désormais vous pouvez nous dire quand vous voyez des véhicules de police.
    Cela vaut jusqu'au { $until }.
role-ends-contact =
    Vous pouvez nous dire ce que vous voyez jusqu'au { $until }.
    Pour continuer, demandez aux bénévoles.
role-ended-contact =
    Le temps où vous pouviez nous dire ce que vous voyez est fini.
    Vous restez sur notre liste pour les alertes.

cmd-start = Commencer
cmd-report = Je vois la police
cmd-sites = Choisir des lieux
cmd-language = Choisir la langue
cmd-help = Qui nous sommes, que faire
cmd-privacy = Ce que nous gardons de vous
cmd-stop = Plus de messages
