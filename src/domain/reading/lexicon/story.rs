//! What happens: what the convoy does, what police do, who says so.
use crate::domain::reading::told::Conduct;
use crate::domain::sighting::{Phase, Source};

use super::Meaning as M;

/// What the convoy does, what police do, who says so.
#[rustfmt::skip]
pub(super) const STORY: &[(M, &str)] = &[
    (M::Cue(Phase::Forming), "\
        se forme(nt)|formation du convoi|en formation|en cours de formation|\
        en train de se former|forme|formant|forming|forming up|form(s)|gathering|gather(s)|\
        gathered|assembling|lining up|se rassemble(nt)|rassemblement|se regroupe(nt)|\
        regroupement|se prepare(nt)|en preparation|getting ready|preparing|about to leave|\
        pret(s) a partir|depart imminent|moteur(s) allume(s)|engines on|engines running|\
        en train de se preparer"),
    (M::Cue(Phase::Moving), "\
        en mouvement|en route|en chemin|on the move|on the way|on their way|on its way|moving|\
        roule(nt)|driving|se dirige(nt)|se deplacant|circule(nt)|en deplacement|is heading|\
        are heading"),
    (M::Cue(Phase::Passing), "\
        passe(nt)|passant|passing|passing by|passes|pass|passed|passed by|passage|\
        passe(nt) devant|passe(nt) sans s arreter|sans s arreter|sans arret|without stopping|\
        did not stop|didn t stop|not stopping|does not stop|doesn t stop|ne s arrete(nt) pas|\
        ne s arretent pas|drive past|drives past|driving past|drove past|drive by|drives by|\
        driving by|drove by|going past|goes past|went past|vu passer|voir passer|traverse(nt)|\
        going through|drove through|passe(s) devant|vient de passer|viennent de passer|\
        est passe|sont passes|longe(nt)"),
    (M::Cue(Phase::OnSite), "\
        sur place|sur site|sur le site|sur les lieux|arrive(e)(s)|arrive|arrives|arrivent|\
        arrived|arriving|arrivee du convoi|on site|on the site|on the spot|on scene|at the site|\
        stationne(e)(s)|stationnent|gare(s)|se gare(nt)|parked|parking up|a l arret|stopped|\
        s arrete(nt)|stationary|en cours|ongoing|in progress|entre(nt) sur|entrent dans|\
        entering|entered|encercle(nt)|pas encore parti(e)(s)|pas parti(e)(s)|not left|\
        not left yet|haven t left|hasn t left|have not left|not yet left|still there|still here|\
        still at|still on site|toujours la|toujours sur place|encore la|encore sur place|\
        are here|are there|is here|is there|sont la|est la|debut de l operation|\
        debut d operation|commence(nt)|started|begun|bloque(nt)|s installe(nt)|\
        descendent des vehicules"),
    (M::Cue(Phase::Left), "\
        parti(e)(s)|part|partent|partant|sont partis|quitte(nt)|quitte(s)|ont quitte|\
        vient de quitter|left|leave|leaves|leaving|gone|have gone|depart|depart du convoi|\
        depart de|s en va|s en vont|en train de partir|have left|has left|just left|\
        fin d operation|fin de l operation|eviction over|eviction is over|eviction finished|\
        eviction ended|operation over|operation ended|expulsion finie|ended|fin de l expulsion|\
        operation terminee|expulsion terminee|termine(e)(s)|fini(e)|finis|finished|over now|\
        is over|it s over|all gone|repart(ent)|repartis|repartent|reparti|pulled out|\
        pulling out|drive off|drove off|driving off|rentrent|rentre a la base|sort|sortent|\
        sorti(s)|going back|retournent"),
    (M::Cue(Phase::Lost), "\
        perdu(e)(s)|perd|perdons|lost|lost them|lost it|lost sight|losing them|\
        perdu(e)(s) de vue|plus de visuel|pas de visuel|no visual|plus en visuel|\
        lost the convoy|perdu le convoi|convoi perdu|seme(s)|on sait pas ou|plus de nouvelles|\
        no longer visible|introuvable(s)|nowhere to be found|can t find them|cannot find them"),
    (M::Cue(Phase::Found), "\
        retrouve(e)(s)|retrouvons|found again|found|found them|found it|re found|refound|\
        de nouveau en visuel|a nouveau en visuel|visuel retrouve|visual again|back on them|\
        reapparu(s)|reapparait|seen again|spotted again|revu(s)"),
    (M::Cue(Phase::Split), "\
        se separe(nt)|separe(s)|separation|se scinde(nt)|scinde|scission|se divise(nt)|divise|\
        split|splits|split up|splitting|splitting up|divided|en deux groupes|en deux|into two|\
        in two|two groups|deux groupes"),
    (M::Cue(Phase::Nothing), "\
        ras|r a s|rien|rien a signaler|rien vu|rien a voir|nothing|nothing to report|\
        nothing here|nothing there|nothing seen|nothing at all|n t r|ntr|calme|tout calme|\
        tout est calme|quiet|all quiet|calm|all calm|aucun mouvement|pas de mouvement|\
        no movement|no activity|aucune activite|pas d activite|pas la|pas ici|not here|\
        not there|personne en vue|tranquille|all clear|nothing going on|nada|pas de convoi|\
        aucun convoi|no convoy|no sign of them|no convoys|sans convoi"),
    (M::Untold, "\
        tout le monde|everyone|everybody|vide(s)|empty|je crois|je pense|i think|maybe|perhaps|\
        peut etre|probablement|probably|possibly|pas sur|pas sure|not sure|pas certain|unsure|\
        quelqu un|anyone|anybody|someone|somebody|vu personne|nobody|no one|il n y a personne|\
        y a personne|si|if|nothing was|nothing has|says nothing|said nothing|rien n a|\
        dit que non|rien saisi|rien pris|rien de saisi|rien de pris|nothing taken|\
        nothing seized|nothing else|rien d autre"),
    (M::Filler, "\
        on the left|turn left|turned left|turning left|a gauche|on the right|a droite|\
        turn right|turned right|turning right|tourne(nt) a gauche|tourne(nt) a droite|\
        aucune saisie|pas de saisie|no seizure(s)"),
    (M::Conduct(Conduct::Perimeter), "\
        perimetre(s)|perimetre de securite|perimeter|perimeters|security perimeter|cordon|\
        cordon de police|boucle(nt)|acces bloque|access blocked|rubalise|police tape|bouclage"),
    (M::Conduct(Conduct::ObserverEscortedOut), "\
        escorte(e)(s)|escortent|escorte(e)(s) hors du perimetre|escorte(e)(s) dehors|\
        escorte(e)(s) a l exterieur|escorted|escorted out|raccompagne(e)(s)|reconduit(e)(s)|\
        sorti(e)s du perimetre|marched out|kicked out|vires|exclu(e)s"),
    (M::Conduct(Conduct::ObserverPushedBack), "\
        repousse(e)(s)|repoussent|pushed back|push back|pushed us|pushing us|pushes us|\
        tenu(e)(s) a distance|tenu(e)(s) a l ecart|kept back|kept at a distance|held back|\
        moved back|moving us back|eloigne(e)(s)|eloignent|ecarte(e)(s)|nous font reculer|\
        font reculer|asked to leave|told to leave|ordered to leave|forced to leave|\
        made to leave|asked us to leave|demande(nt) de partir|demandent de quitter les lieux|\
        somme(s) de partir|recules|bouscule(e)(s)|shoved"),
    (M::Conduct(Conduct::IdentityCheck), "\
        controle(s) d identite|controle(s) des papiers|controle(s) de papiers|\
        controle(s) d identites|controle(s) des identites|identite(s) controlee(s)|\
        papiers controles|id check(s)|identity check(s)|identity control(s)|id control(s)|\
        papers checked|ids checked|id checked|checked our ids|checked our papers|\
        check our papers|controle identite"),
    (M::Conduct(Conduct::VehicleCheck), "\
        controle(s) du vehicule|controle(s) de vehicule|controle(s) de la voiture|\
        controle(s) de notre vehicule|controle(s) de notre voiture|vehicule(s) controle(s)|\
        vehicule(s) fouille(s)|voiture(s) fouillee(s)|vehicle(s) searched|car(s) searched|\
        controle routier|vehicle check(s)|car check(s)|check(ed) the car|check(ed) our car|\
        checking our car|car checked|vehicle checked|searched the car|fouille du vehicule|\
        fouille de la voiture"),
    (M::Conduct(Conduct::Filmed), "\
        filme(e)(s)|filment|filmed|filming us|film us|filming the observers|filmed us|\
        nous filment|nous filme|photographie(e)(s)|photographient|photographed|\
        prennent des photos|prend des photos|film(e)(nt) les observateurs|\
        film(e)(nt) les observatrices"),
    (M::Conduct(Conduct::KnivesOrSlashing), "\
        couteau(x)|knife|knives|lacere(e)(s)|lacerent|laceration(s)|slash|slashed|slashing|\
        slashes|cutter(s)|coupee(s) au couteau|tailladee(s)|cut tents|tents cut"),
    (M::Conduct(Conduct::Gas), "\
        gaz|gaze(e)(s)|gazent|gas|gassed|gassing|gaz lacrymogene(s)|lacrymo(s)|lacrymogene(s)|\
        tear gas|teargas|pepper spray|pepper sprayed|gazeuse(s)|gazage"),
    (M::LegalBasis, "\
        base(s) legale(s)|legal basis|base juridique|legal base|cadre legal|cadre juridique|\
        fondement legal|legal ground(s)|legal framework"),
    (M::Given, "\
        donner|communiquer|give us|donnee(s)|donne|donnent|given|gave|give(s)|provided|\
        communiquee|annoncee|stated|indiquee|precisee|invoquee|shown|told us"),
    (M::Refused, "\
        refuse(e)(s)|refusent|refus|refused|refuses|refusing|denied|non communiquee|non donnee|\
        no answer|pas de reponse|sans reponse|unknown|inconnue|won t give|wouldn t give|\
        would not give|non precisee"),
    (M::Check, "controle(e)(s)|controlent|checked|checks|checking|check"),
    (M::Papers, "\
        papiers|papers|identite(s)|piece d identite|pieces d identite|carte(s) d identite|id|\
        ids|passeport(s)|passport(s)"),
    (M::Present, "present(e)(s)|presence d|accompagne(nt)"),
    (M::Absent, "absent(e)(s)|missing"),
    (M::Source(Source::ResidentCall), "\
        selon le temoignage des exiles|selon un temoignage|selon les temoignages|\
        selon temoignage|temoignage(s)|temoignage(s) d exile(s)|temoignage(s) des exiles|\
        selon un appel d exile|selon un appel|selon un exile|selon une personne exilee|\
        selon les exiles|selon des exiles|selon les habitants|selon un habitant|\
        selon des habitants|selon les residents|selon un resident|selon les personnes exilees|\
        selon les personnes sur place|selon les occupants|selon un occupant|d apres les exiles|\
        d apres un exile|d apres les habitants|d apres un habitant|d apres un appel|\
        appel d exile|appel d un exile|appel d une exilee|appel d exiles|appel d un habitant|\
        appel d habitant|appel d une personne exilee|appel recu|appel tel hro|un exile appelle|\
        un exile nous appelle|un habitant appelle|un habitant nous appelle|un exile dit|\
        un habitant dit|des exiles disent|les exiles disent|call from a resident|\
        call from resident|resident call|resident called|a resident called|resident calls|\
        call from people on site|a resident says|resident says|residents say|residents said|\
        a resident said|resident said|a resident told us|residents told us|\
        according to residents|according to a resident|according to the residents|\
        according to people on site|according to a refugee|testimony|testimonies|\
        call from a contact|call from contact|a contact called|contact called|phone call|\
        called the hro phone|call from an exile|someone living there"),
    (M::Source(Source::Partner), "\
        utopia 56|utopia|utopia56|u56|u 56|secours catholique|medecins du monde|mdm|\
        refugee women s centre|refugee women s center|refugee womens centre|\
        refugee womens center|rwc|project play|collective aid|selon salam|d apres salam|\
        salam dit|salam signale|salam nous|par salam|from salam|salam says|salam said|\
        salam reports|according to salam|appel de salam|selon roots|d apres roots|par roots|\
        roots dit|roots signale|from roots|roots says|roots said|roots reports|\
        according to roots|partenaire(s)|partner(s)|partner association|\
        association(s) partenaire(s)|une asso|une association|asso partenaire|\
        selon une association|another organisation|auberge des migrants|care4calais|\
        care 4 calais|msf|first aid support team"),
    (M::Source(Source::Hearsay), "\
        il parait|parait il|parait|on dit|on nous dit|apparemment|apparently|rumeur(s)|\
        rumour(s)|rumor(s)|someone said|somebody said|someone says|they say|people say|i heard|\
        we heard|heard|entendu dire|entendu parler|j ai entendu|on a entendu|selon quelqu un|\
        quelqu un dit|hearsay|oui dire|ouie dire|supposedly|bruit qui court|reportedly"),
];
