### name: Français
### direction: ltr
### reviewed: written by the project beside the English; not yet read by a French speaker of the field

choose-language = Choisissez votre langue.
choose-sites =
    Pour quels lieux voulez-vous des alertes ?
    Choisissez-en un ou plusieurs, puis touchez « C'est fait ».
btn-done = 🆗 C'est fait
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
btn-stop = 🔕 Arrêter toutes les alertes
stopped =
    Comme vous l'avez demandé, vous ne recevez plus de messages.
    Nous avons effacé ce que nous gardions de vous.
    Si vous voulez à nouveau des alertes, touchez « Je veux à nouveau des alertes ».
btn-come-back = 🔔 Je veux à nouveau des alertes
stop-sure =
    Si vous arrêtez, vous ne recevrez plus d'alertes et vous ne pourrez plus nous dire ce que vous voyez.
    Nous effacerons alors ce que nous gardons de vous.
    Voulez-vous arrêter ?
btn-stop-sure = 🔕 Oui, arrêter
btn-no = Non

privacy =
    Nous gardons seulement trois choses : de quoi vous écrire dans Telegram, votre langue, les lieux que vous avez choisis.
    Nous ne gardons ni votre nom ni votre numéro de téléphone.
    Quand vous touchez « Arrêter toutes les alertes », nous les effaçons. Après 45 jours, nous vous demandons si vous voulez encore des alertes ; sans réponse, nous les effaçons.
    Tout le monde peut recevoir ces alertes, la police aussi.
    L'entreprise Telegram peut voir ce qui est écrit ici. Si les autorités françaises le lui demandent selon la loi, elle peut leur donner votre numéro de téléphone.
who-we-are =
    Nous sommes Human Rights Observers (HRO) : des bénévoles, pas la police.
    Nous regardons ce que fait la police et nous l'écrivons.
help-resident = Quand nous apprenons que la police vient dans les lieux que vous avez choisis, nous vous le disons ici. Nous ne pouvons pas toujours le savoir.
help-contact =
    Quand vous voyez des véhicules de police, dites-le-nous : touchez « Je vois la police ».
    Après 3 jours, nous effaçons qui nous l'a dit.
call-us = Si vous avez besoin d'aide, appelez le { $phone } : des bénévoles répondent.
call-now = Appelez le { $phone } : des bénévoles répondent.
try-again = Réessayez dans quelques minutes.

not-received = Votre message ne nous est pas parvenu.
old-button = Ce bouton ne marche plus.
text-not-read = Nous ne lisons pas ce que vous écrivez ici.
kind-not-taken = On ne peut pas envoyer ici d'images, de messages vocaux ni de fichiers.
press-choose = Pour choisir des lieux, touchez « Choisir des lieux ».
press-report = Si vous voyez la police, touchez « Je vois la police ».
contact-not-kept =
    Vous nous avez envoyé le nom et le numéro de quelqu'un.
    Nous ne les avons pas gardés.
renew-ask =
    Voulez-vous encore des alertes ?
    Si vous ne répondez pas dans les prochains jours, vous ne recevrez plus d'alertes.
btn-renew = 🔔 Oui, je veux des alertes
renewed =
    Merci. Les alertes continuent.
    Quand nous apprenons que la police vient, nous vous le disons. Nous ne pouvons pas toujours le savoir.
too-many =
    Vous avez envoyé beaucoup de messages en peu de temps.
    Réessayez dans quelques minutes.

btn-report = 🚐 Je vois la police
report-place = Où voyez-vous la police ?
report-what = Que voyez-vous à { $place } ?
btn-other-place = 🗺️ Choisir un autre lieu
btn-on-site = 📍 Police ici
btn-moving = ➜ Police en route
btn-passing = ⏩ Police qui passe
btn-forming = 🚐🚐 Des véhicules de police se rassemblent
btn-left = 💨 Police partie
btn-lost = ❓ Perdue de vue
btn-nothing = 🚫🚐 Il n'y a pas de police ici
btn-not-sure = Pas sûr
how-many = Combien de véhicules de police voyez-vous ?
btn-few = de 1 à 5
btn-some = de 6 à 10
btn-many = Plus de 10
received =
    Merci. Votre message nous est parvenu à { $time }.
    Votre message portait sur { $place }.
btn-undo = ↩️ Reprendre mon signalement
undone =
    Vous avez repris votre signalement sur { $place }.
    Il ne compte plus.
undo-too-late =
    On ne peut plus reprendre votre signalement ici.
    S'il était faux, dites-le-nous.
pin-no-site =
    Nous ne connaissons pas de lieu près de l'endroit que vous avez envoyé.
    Choisissez un des lieux ci-dessous.
pin-outside =
    L'endroit que vous avez envoyé est hors de la zone où nous travaillons.
    Nous ne l'avons pas gardé.

invite-not-valid =
    Ce lien ne marche pas, ou plus.
    Demandez-en un nouveau à la personne qui vous l'a donné.
not-yours = Cela ne marche pas ici.
enrolled-contact =
    Merci. Désormais vous pouvez nous dire quand vous voyez des véhicules de police.
    Cela vaut jusqu'au { $until }.
role-ends-contact =
    Vous pouvez nous dire ce que vous voyez jusqu'au { $until }.
    Si vous voulez continuer, dites-le aux bénévoles.
role-ended-contact =
    Désormais vous ne pouvez plus nous dire ici ce que vous voyez.
    Vous recevez toujours les alertes, comme avant.

cmd-start = Commencer
cmd-report = Je vois la police
cmd-sites = Choisir des lieux
cmd-language = Choisir la langue
cmd-help = Qui nous sommes, ce que nous faisons
cmd-privacy = Ce que nous gardons de vous
cmd-stop = Arrêter toutes les alertes
