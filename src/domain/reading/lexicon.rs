//! The reader's dictionary, as data: what the words of observers mean, in French and English. Words
//! stand folded (lower case, no accents, no apostrophes or hyphens); `|` parts spellings, `(s)` is
//! an ending that may be missing. The grammar that puts words together is in the other files.
use crate::domain::sighting::{Crew, Phase, Source, Vehicle};

use super::told::{Conduct, GoodsKind, PeopleKind};

/// What a word or phrase means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    // Numbers.
    /// "trois", "vingt", "cent".
    Number(u32),
    /// "un", "une", "a": one, or merely an article.
    One,
    /// "dizaine", "dozen": about so many.
    Dozen(u32),
    /// "plusieurs", "some": more than one, not counted.
    Some,
    /// "des": of the, or some.
    Des,
    AtLeast,
    AtMost,
    About,
    /// "plus de": at least, or no longer any.
    MoreThan,
    /// "plus", "+": and, or no longer.
    Plus,
    /// "x", "fois".
    Times,
    // Words that join.
    And,
    Or,
    Of,
    /// "le", "la", "the".
    Article,
    Including,
    Not,
    Between,
    /// "from" a time, a place.
    From,
    /// "à" and English "a".
    A,
    At,
    Towards,
    ComingFrom,
    /// "sauf": of this place the rest is not told.
    Except,
    /// "depuis", "dès", "since".
    Since,
    Other,
    /// Sizes and colours that part a number from its noun.
    Adjective,
    Our,
    // Time.
    Hour,
    Minute,
    Morning,
    Evening,
    Noon,
    Midnight,
    Half,
    HalfPast,
    /// "il y a": there is, or ago.
    ThereIs,
    Ago,
    /// "hier", "lundi".
    Day,
    Today,
    Month,
    // What is counted.
    Crew(Crew),
    /// A crew said as people: without a vehicle, a count of them is no count of vans.
    Gendarmes,
    Vehicle(Vehicle),
    /// A bus in French, a car in English.
    Car,
    /// A machine that says whose it is: a benne, an excavator.
    Machine(Crew, Vehicle),
    Officers,
    Observers,
    Person,
    Women,
    Children,
    Did(PeopleKind),
    /// "expulsion", "évacuation": what was done, or the whole operation.
    Expulsion,
    Goods(GoodsKind),
    Full,
    Kept,
    /// Verbs and nouns of taking.
    Taken,
    /// Told, but nothing a finding can hold: always shown as a doubt.
    Untold,
    // What happened.
    Cue(Phase),
    /// Word of police being there at all: "convoi", "opération".
    Operation,
    Conduct(Conduct),
    LegalBasis,
    Given,
    Refused,
    Check,
    Papers,
    Present,
    Absent,
    Source(Source),
    /// Understood and of no consequence.
    Filler,
}

use Meaning as M;

const fn crew(crew: Crew) -> M {
    M::Crew(crew)
}

/// Numbers, counts, and what qualifies them.
#[rustfmt::skip]
pub(super) const NUMBERS: &[(M, &str)] = &[
    (M::One, "un|une|an"),
    (M::A, "a"),
    (M::Number(1), "one|single"),
    (M::Number(2), "deux|two"), (M::Number(3), "trois|three"), (M::Number(4), "quatre|four"),
    (M::Number(5), "cinq|five"), (M::Number(6), "six"), (M::Number(7), "sept|seven"),
    (M::Number(8), "huit|eight"), (M::Number(9), "neuf|nine"), (M::Number(10), "dix|ten"),
    (M::Number(11), "onze|eleven"), (M::Number(12), "douze|twelve"),
    (M::Number(13), "treize|thirteen"), (M::Number(14), "quatorze|fourteen"),
    (M::Number(15), "quinze|fifteen"), (M::Number(16), "seize|sixteen"),
    (M::Number(17), "seventeen|dix sept"), (M::Number(18), "eighteen|dix huit"),
    (M::Number(19), "nineteen|dix neuf"),
    (M::Number(20), "vingt|twenty"), (M::Number(30), "trente|thirty"),
    (M::Number(40), "quarante|forty"), (M::Number(50), "cinquante|fifty"),
    (M::Number(60), "soixante|sixty"), (M::Number(70), "soixante dix|seventy"),
    (M::Number(80), "quatre vingt(s)|eighty"), (M::Number(90), "quatre vingt dix|ninety"),
    (M::Number(100), "cent(s)|hundred"),
    (M::Dozen(2), "couple|paire|pair"),
    (M::Dozen(6), "demi douzaine|half a dozen|half dozen"),
    (M::Dozen(8), "huitaine(s)"), (M::Dozen(10), "dizaine(s)"), (M::Dozen(12), "douzaine(s)|dozen(s)"),
    (M::Dozen(15), "quinzaine(s)"), (M::Dozen(20), "vingtaine(s)"), (M::Dozen(30), "trentaine(s)"),
    (M::Dozen(40), "quarantaine(s)"), (M::Dozen(50), "cinquantaine(s)"), (M::Dozen(60), "soixantaine(s)"),
    (M::Dozen(100), "centaine(s)"),
    (M::Some, "plusieurs|several|some|quelques|a few|few|many|beaucoup|lots|a lot|lot|divers(es)|hundreds|nombreux|nombreuses|pas mal"),
    (M::Des, "des"),
    (M::AtLeast, "au moins|at least|minimum|mini|over|more than|plus que|no fewer than|no less than|pas moins|ou plus|or more|upwards"),
    (M::MoreThan, "plus de|plus d"),
    (M::Plus, "plus"),
    (M::AtMost, "au plus|au maximum|maximum|max|at most|up to|jusqu a|jusqu au|pas plus|no more than|not more than|less than|fewer than|moins|under"),
    (M::About, "environ|env|autour|about|around|roughly|approx|approximately|approximativement|a peu pres|presque|almost|nearly|circa|grosso modo|or so|ou presque|bonne|petite|grosse"),
    (M::Times, "x|fois"),
];

/// Words that join, and words that say nothing.
#[rustfmt::skip]
pub(super) const JOINING: &[(M, &str)] = &[
    (M::And, "et|and|puis|ainsi|ainsi que|avec|with|as well as|then"),
    (M::Or, "ou|or"),
    (M::Of, "de|du|d|of|pour|for|en|by|par|appartenant|of them|d entre eux|d entre elles|of these"),
    (M::Article, "le|la|les|l|the|ce|cet|cette|ces|this|these|those|leur|leurs|their|ses|son|sa"),
    (M::Including, "dont|including|incl|of which|of whom|parmi lesquels|parmi lesquelles|parmi eux|y compris|among them|among which"),
    (M::Not, "pas|pas de|pas d|ni|ni de|ni d|aucun|aucune|aucuns|sans|no|not|not any|without|neither|nor|none|zero|jamais|nul|nulle|no sign of|no more|isn t|aren t|weren t|wasn t|haven t|hasn t|didn t|don t|doesn t"),
    (M::Between, "entre|between"),
    (M::From, "from"),
    (M::At, "at|au|aux|chez|pres de|near|sur|devant|by the|next to|a cote de|a cote du|in|dans|a hauteur de|au niveau de|au niveau du|cote|close to|outside|behind|derriere"),
    (M::Towards, "vers|direction|en direction|dir|towards|toward|heading|heading to|heading for|heading towards|heading toward|headed to|headed for|headed towards|headed|en route vers|en route pour|on the way to|on their way to|on its way to|going to|going towards|going toward|coming to|coming towards|coming toward|driving to|driving towards|driving toward|se dirige(nt) vers|se dirigeant vers|roule(nt) vers|file(nt) vers|file(nt) sur|foncent vers|tourne(nt) vers|turn(ed)(ing) towards|turning to|destination|en chemin vers|vient vers|viennent vers|arrive(nt) vers|va vers|vont vers|partent pour|partis pour|part vers|part en direction|partent en direction|partent vers|partis vers|leaving for|left for|moving to|moving towards|moving toward|prend la direction|prennent la direction|monte vers|montent vers|descend vers|descendent vers|continue(nt) vers|continuing to|continue(s) to|repart vers|repartent vers|repartis vers|to"),
    (M::Except, "sauf|sauf a|hormis|except|except at|apart from|excepte|other than|hors"),
    (M::ComingFrom, "venant|en provenance|provenant|coming from|came from|arriving from|vient de|viennent de"),
    (M::Since, "depuis|des le|a partir|since|from about|a compter|starting at|starting"),
    (M::Other, "autre(s)|other(s)|more|another|supplementaire(s)|additional|extra|de plus"),
    (M::Adjective, "seul(e)|gros|grosses|grand(e)(s)|petit(s)|petites|blanc(s)|blanche(s)|white|bleu(e)(s)|blue|big|large|small|little|long|marked|noir(e)(s)|black|gris(e)(s)|grey|nouveau(x)|nouvelle(s)|new|serigraphie(e)(s)"),
    (M::Our, "notre|nos|our|my|mon|ma"),
    (M::Observers, "observateur(s)|observatrice(s)|observer(s)|hro|benevole(s)|volunteer(s)|us|nous|equipe hro|equipe|team|human rights observers"),
    (M::Filler, "bonjour|bonsoir|salut|hello|hi|hey|coucou|ok|okay|merci|thanks|thank you|svp|please|info|infos|urgent|alerte|alert|attention|je|j|on|nous voyons|i|we|il|ils|elle|elles|they|it|he|she|vois|voit|voyons|see|saw|seen|vu(e)(s)|apercu(e)(s)|repere(e)(s)|spotted|compte|comptons|counted|counting|est|sont|ete|etait|etaient|etre|is|are|was|were|be|been|being|has|have|had|ont|a ete|ont ete|y|y en a|qui|que|qu|who|which|that|s|se|c|n|ne|m|me|t|te|re|ll|ve|and then|now|maintenant|actuellement|en ce moment|right now|currently|just|vient|viennent|ai|as|avons|arriver|pour le moment|pour l instant|for now|at the moment|yet|juste|encore|again|aussi|also|still|toujours|deja|already|tous|toutes|tout|all|en tout|au total|in total|in all|altogether|total of|soit|composition|compose(e)(s)|made up|consisting|their way|groupe|group|file|colonne|column|line|presence|bilan|bilan humain|bilan materiel|humain|materiel|materiels|material|belongings|affaires|effets personnels|effets|site|camp|campement|lieu|lieu de vie|place|zone|here|there|ici|la bas|a bord|sous|chacun|each|sides|side|end|entree|entrance|sortie|exit|rue|street|road|route|parking|car park|rond point|roundabout|autoroute|motorway|coming|going|comes|go|goes|went|vient d|est en|sont en|of the|fait|font|donc|so|mais|but|toutefois|cependant|voila|suite|apres|after|avant|before|pendant|during|while|when|quand|lorsque|tandis|and also|vehicles total|ca|cela|via|premier|premiere|first|one of|effectue|effectuee|police says|ensuite|enfin|finalement|finally|tres|very|to the|as|am on|m at|me trouve|suis|hotel|dedans|inside|used|using|utilise(e)(s)|selon|d apres|according to|says|said|say|dit|disent|signale(nt)|reports|reported|told|par contre|ville|town|centre|center"),
    (M::Operation, "convoi(s)|convoy(s)|operation(s)|op|police operation|dispositif|descente|raid|intervention|flics|keufs|cops|forces de l ordre|fdo"),
];

/// Clock, day and month.
#[rustfmt::skip]
pub(super) const TIME: &[(M, &str)] = &[
    (M::Hour, "h|heure(s)|hr|hrs|o clock|oclock|hour(s)|uhr"),
    (M::Minute, "min|mn|mins|minute(s)"),
    (M::Morning, "am|a m|matin|du matin|in the morning|this morning|ce matin|morning|matinee"),
    (M::Evening, "pm|p m|soir|du soir|ce soir|apres midi|de l apres midi|cet apres midi|cette apres midi|aprem|in the afternoon|this afternoon|afternoon|in the evening|this evening|evening|tonight"),
    (M::Noon, "midi|noon"),
    (M::Midnight, "minuit|midnight"),
    (M::Half, "demi(e)|half"),
    (M::HalfPast, "half past"),
    (M::ThereIs, "il y a|y a|ya|there is|there are|there s|there was|there were|il y avait"),
    (M::Ago, "ago"),
    (M::Day, "hier|yesterday|avant hier|demain|tomorrow|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday|last night|cette nuit|la nuit derniere|hier soir|hier matin|la veille"),
    (M::Today, "aujourd hui|today"),
    (M::Month, "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|january|february|march|april|may|june|july|august|september|october|november|december|janv|fevr|oct|nov|dec"),
];

/// Crews and vehicles.
#[rustfmt::skip]
pub(super) const VEHICLES: &[(M, &str)] = &[
    (crew(Crew::Crs), "crs|compagnie de crs|compagnie republicaine de securite|compagnies republicaines de securite|riot police"),
    (crew(Crew::PoliceNationale), "police nationale|pn|p n|police nat|pol nat|policenationale|national police"),
    (crew(Crew::Police), "police|polices|bac|brigade anti criminalite|police municipale|پلیس|پولیس|شرطة|ፖሊስ"),
    (crew(Crew::Gendarmerie), "gendarmerie|gm|gendarmerie mobile|gendarmerie nationale|pgsm|psig"),
    (M::Gendarmes, "gendarme(s)|gendarmes mobiles"),
    (crew(Crew::Paf), "paf|p a f|police aux frontieres|police de l air et des frontieres|border police|dcpaf|dnpaf"),
    (crew(Crew::Unmarked), "banalise(e)(s)|unmarked|en civil|plain clothes|plainclothes|civil|bana(s)"),
    (crew(Crew::Interpreters), "interprete(s)|interpretes en langues|interpreter(s)|traducteur(s)|traductrice(s)|translator(s)|equipe d interpretes"),
    (crew(Crew::Cleaning), "nettoyage|entreprise de nettoyage|societe de nettoyage|equipe de nettoyage|nettoyeur(s)|ramassage|cleaning|cleaning company|cleaning crew|cleaning team|cleaner(s)|clean up|cleanup|apc|ramery|nett|net|garbage|rubbish|waste|ordures|dechets|clearing"),
    (crew(Crew::Transfer), "afeji|mise a l abri bus|shelter transfer|transfert|transfer"),
    (crew(Crew::Works), "chantier|travaux|works|construction|btp"),
    (M::Officers, "policier(s)|policiere(s)|policemen|police officer(s)|policeman|policewoman|officer(s)|agent(s)|agents de police|crs a pied|effectifs"),
    (M::Vehicle(Vehicle::Van), "fourgon(s)|camionnette(s)|fourgonnette(s)|van(s)|minibus|mini bus|minivan(s)|minivans|trafic(s)|fgn(s)|fourg|utilitaire(s)|police van(s)"),
    (M::Vehicle(Vehicle::Car), "voiture(s)|vl|berline(s)|vehicule(s) leger(s)|auto(s)|automobile(s)|police car(s)|patrol car(s)"),
    (M::Car, "car(s)"),
    (M::Vehicle(Vehicle::Truck), "camion(s)|truck(s)|lorry|lorries|poids lourd(s)|pl"),
    (M::Vehicle(Vehicle::Bus), "bus|buses|autocar(s)|autobus|coach(es)|navette(s)"),
    (M::Vehicle(Vehicle::FourByFour), "4x4|quatre quatre|suv(s)|pick up(s)|pickup(s)|jeep(s)|land rover|four by four(s)"),
    (M::Vehicle(Vehicle::Vehicle), "vehicule(s)|vehicle(s)|veh|vhl|engin(s)"),
    (M::Machine(Crew::Cleaning, Vehicle::Tipper), "benne(s)|camion(s) benne(s)|camion(s) a benne(s)|camion(s) bennes|tipper(s)|tipper truck(s)|dump truck(s)|dumper(s)|skip lorry|bin lorry|bin lorries|garbage truck(s)|benne(s) a ordures|tip truck(s)"),
    (M::Machine(Crew::Works, Vehicle::Excavator), "tractopelle(s)|pelleteuse(s)|bulldozer(s)|bull|excavator(s)|digger(s)|backhoe(s)|pelle mecanique|pelles mecaniques|mini pelle(s)|jcb|bobcat|chargeuse(s)|manitou"),
    (M::Machine(Crew::Works, Vehicle::Vehicle), "engin(s) de chantier|construction vehicle(s)|construction machine(s)|construction machinery"),
    (M::Machine(Crew::Works, Vehicle::Truck), "camion(s) de chantier"),
    (M::Machine(Crew::Other, Vehicle::FourByFour), "ranger(s)"),
    (M::Machine(Crew::Transfer, Vehicle::Bus), "bus afeji|bus de l afeji|afeji bus|bus de mise a l abri|bus de mises a l abri|bus pour la mise a l abri|shelter bus|shelter buses|bus cao|bus caes"),
    (M::Machine(Crew::Unmarked, Vehicle::Car), "voiture(s) banalisee(s)|vehicule(s) banalise(s)|unmarked car(s)|unmarked police car(s)|unmarked vehicle(s)"),
];

/// People and what was done to them; goods.
#[rustfmt::skip]
pub(super) const PEOPLE_AND_GOODS: &[(M, &str)] = &[
    (M::Person, "personnes|personne|people|person|persons|pers|ppl|exile(e)(s)|habitant(e)(s)|resident(s)|residente(s)|occupant(s)|homme(s)|man|men|migrant(s)|refugee(s)|refugie(e)(s)|jeune(s)|gars|guys|guy|individu(s)|adulte(s)|adult(s)|displaced people"),
    (M::Women, "femme(s)|woman|women|dame(s)"),
    (M::Children, "enfant(s)|child|children|kid(s)|mineur(e)(s)|minor(s)|mna|bebe(s)|baby|babies|unaccompanied minor(s)"),
    (M::Did(PeopleKind::LeftByThemselves), "d elles memes|d eux memes|d elle meme|de lui meme|d eux meme|d elles meme|se deplace(nt) d elles memes|se deplace(nt) d eux memes|se sont deplacees d elles memes|part(ent) d elles memes|part(ent) d eux memes|parties d elles memes|partis d eux memes|partie d elle meme|parti de lui meme|sont parties d elles memes|sont partis d eux memes|quittent le site d elles memes|quittent les lieux d elles memes|se deplace(nt)|se sont deplace(e)(s)|left by themselves|left by himself|left on their own|leave by themselves|leave on their own|moved by themselves|moved themselves|moved away by themselves|by themselves|on their own|of their own accord|walked away|partent a pied"),
    (M::Did(PeopleKind::Evicted), "expulse(e)(s)|expulsent|evacue(e)(s)|evacuent|deloge(e)(s)|delogent|evicted|evict(s)|evicting|evacuated|forced out|chasse(e)(s)|chassent|removed from the site|reveille(e)(s)|woken up"),
    (M::Expulsion, "expulsion(s)|evacuation(s)|eviction(s)|demantelement(s)"),
    (M::Did(PeopleKind::Arrested), "arrestation(s)|arrete(e)(s)|interpelle(e)(s)|interpellation(s)|arrest(s)|arrested|detained|embarque(e)(s)|embarquent|emmene(e)(s)|emmenent|en garde a vue|garde(s) a vue|gav|taken away by police|taken into custody|place(e)(s) en retention|arretent|interpellent|menotte(e)(s)|handcuffed"),
    (M::Did(PeopleKind::Sheltered), "mise(s) a l abri|mis a l abri|sheltered|taken to shelter|taken to shelters|taken to a shelter|put on the bus|put on buses|monte(e)(s) dans le bus|montent dans le bus|montent dans les bus|got on the bus|get on the bus|got on buses|took the bus|prennent le bus|pris le bus|relogees|hebergees|heberges"),
    (M::Did(PeopleKind::Injured), "blesse(e)(s)|injured|hurt|wounded|injury|injuries|blessure(s)|emmene(e)(s) a l hopital|transporte(e)(s) a l hopital|conduit(e)(s) a l hopital|hospitalise(e)(s)|taken to hospital|taken to the hospital|hospitalised|hospitalized"),
    (M::Goods(GoodsKind::Tents), "tente(s)|tent(s)|toile(s) de tente(s)|quechua(s)"),
    (M::Goods(GoodsKind::Tarps), "bache(s)|tarp(s)|tarpaulin(s)|bache(s) plastique(s)"),
    (M::Goods(GoodsKind::Mattresses), "matelas|mattress|mattresses"),
    (M::Goods(GoodsKind::SleepingBags), "sac(s) de couchage|duvet(s)|sleeping bag(s)|sac(s) de couchages"),
    (M::Goods(GoodsKind::Blankets), "couverture(s)|blanket(s)|plaid(s)|couette(s)|duvet cover(s)"),
    (M::Goods(GoodsKind::Pallets), "palette(s)|pallet(s)"),
    (M::Goods(GoodsKind::Trolleys), "caddie(s)|caddy|caddys|trolley(s)|chariot(s)|shopping cart(s)|shopping trolley(s)"),
    (M::Goods(GoodsKind::Chairs), "chaise(s)|chair(s)|fauteuil(s)"),
    (M::Goods(GoodsKind::Bicycles), "velo(s)|bicyclette(s)|bicycle(s)|bike(s)|vtt"),
    (M::Goods(GoodsKind::Clothes), "vetement(s)|clothes|clothing|habits|fringues|chaussures|shoes|paire(s) de chaussures|manteau(x)|veste(s)"),
    (M::Goods(GoodsKind::Bags), "sac(s)|bag(s)|sac(s) a dos|backpack(s)|rucksack(s)|valise(s)|suitcase(s)"),
    (M::Goods(GoodsKind::Stalls), "echoppe(s)|stall(s)|stand(s)|shop(s)|epicerie(s)|magasin(s)|boutique(s)|commerce(s)"),
    (M::Goods(GoodsKind::Shelters), "abri(s)|shelter(s)|cabane(s)|hut(s)|shack(s)|cabanon(s)|construction(s) en bois|tonnelle(s)"),
    (M::Goods(GoodsKind::Carpets), "tapis|carpet(s)|rug(s)|moquette(s)"),
    (M::Full, "pleine(s)|plein(s)|full|pleine(s) de materiel|pleine(s) d affaires|full of belongings|full of stuff|remplie(s)"),
    (M::Kept, "restent|reste|laisse(e)(s) sur place|left in place|left on site|rendu(e)(s)|recupere(e)(s)|laisse(e)(s)|sauve(e)(s)|given back|returned|left behind|saved|recovered|remain(s)|remaining|still standing|debout|sont toujours|not taken|not seized|pas saisi(e)(s)|pas pris(e)(s)|pas emporte(e)(s)"),
    (M::Taken, "saisie|saisies|saisi|saisis|saisissent|saisit|detruit(e)(s)|detruisent|pris(e)(s)|prend|prennent|jete(e)(s)|jettent|emporte(e)(s)|emportent|enleve(e)(s)|ramasse(e)(s)|ramassent|confisque(e)(s)|seized|taken|took|take|taking|destroyed|destroy|thrown away|threw away|confiscated|removed|removing|saisies de materiel|saisie de materiel|seizure(s)|vole(e)(s)|stolen|perte(s)|abime(e)(s)|damaged|broken|casse(e)(s)|brule(e)(s)|burnt"),
];

/// What the convoy does, what police do, who says so.
#[rustfmt::skip]
pub(super) const STORY: &[(M, &str)] = &[
    (M::Cue(Phase::Forming), "se forme(nt)|formation du convoi|en formation|en cours de formation|en train de se former|forme|formant|forming|forming up|form(s)|gathering|gather(s)|gathered|assembling|lining up|se rassemble(nt)|rassemblement|se regroupe(nt)|regroupement|se prepare(nt)|en preparation|getting ready|preparing|about to leave|pret(s) a partir|depart imminent|moteurs allumes|engines on|engines running|en train de se preparer"),
    (M::Cue(Phase::Moving), "en mouvement|en route|en chemin|on the move|on the way|on their way|on its way|moving|roule(nt)|driving|se dirige(nt)|se deplacant|circule(nt)|en deplacement|is heading|are heading"),
    (M::Cue(Phase::Passing), "passe(nt)|passant|passing|passing by|passes|pass|passed|passed by|passage|passe(nt) devant|passe(nt) sans s arreter|sans s arreter|sans arret|without stopping|did not stop|didn t stop|not stopping|does not stop|doesn t stop|ne s arrete(nt) pas|ne s arretent pas|drive past|drives past|driving past|drove past|drive by|drives by|driving by|drove by|going past|goes past|went past|vu passer|voir passer|traverse(nt)|going through|drove through|passe(s) devant|vient de passer|viennent de passer|est passe|sont passes|longe(nt)"),
    (M::Cue(Phase::OnSite), "sur place|sur site|sur le site|sur les lieux|arrive(e)(s)|arrive|arrives|arrivent|arrived|arriving|arrivee du convoi|on site|on the site|on the spot|on scene|at the site|stationne(e)(s)|stationnent|gare(s)|se gare(nt)|parked|parking up|a l arret|stopped|s arrete(nt)|stationary|en cours|ongoing|in progress|entre(nt) sur|entrent dans|entering|entered|encercle(nt)|pas encore parti(e)(s)|pas parti(e)(s)|not left|not left yet|haven t left|hasn t left|have not left|not yet left|still there|still here|still at|still on site|toujours la|toujours sur place|encore la|encore sur place|are here|are there|is here|is there|sont la|est la|police here|police there|debut de l operation|debut d operation|commence(nt)|started|begun|bloque(nt)|s installe(nt)|descendent des vehicules"),
    (M::Cue(Phase::Left), "parti(e)(s)|part|partent|partant|sont partis|quitte(nt)|quitte(s)|ont quitte|vient de quitter|left|leave|leaves|leaving|gone|have gone|depart|depart du convoi|depart de|s en va|s en vont|en train de partir|have left|has left|just left|fin d operation|fin de l operation|fin de l expulsion|operation terminee|expulsion terminee|termine(e)(s)|fini(e)|finis|finished|over now|is over|it s over|all gone|repart(ent)|repartis|repartent|reparti|pulled out|pulling out|drive off|drove off|driving off|rentrent|rentre a la base|sort|sortent|sorti(s)|going back|retournent"),
    (M::Cue(Phase::Lost), "perdu(e)(s)|perd|perdons|lost|lost them|lost it|lost sight|losing them|perdu(e)(s) de vue|plus de visuel|pas de visuel|no visual|plus en visuel|lost the convoy|perdu le convoi|convoi perdu|seme(s)|on sait pas ou|plus de nouvelles|no longer visible|introuvable(s)|nowhere to be found|can t find them|cannot find them"),
    (M::Cue(Phase::Found), "retrouve(e)(s)|retrouvons|found again|found|found them|found it|re found|refound|de nouveau en visuel|a nouveau en visuel|visuel retrouve|visual again|back on them|reapparu(s)|reapparait|seen again|spotted again|revu(s)"),
    (M::Cue(Phase::Split), "se separe(nt)|separe(s)|separation|se scinde(nt)|scinde|scission|se divise(nt)|divise|split|splits|split up|splitting|splitting up|divided|en deux groupes|en deux|into two|in two|two groups|deux groupes"),
    (M::Cue(Phase::Nothing), "ras|r a s|rien|rien a signaler|rien vu|rien a voir|nothing|nothing to report|nothing here|nothing there|nothing seen|nothing at all|n t r|ntr|calme|tout calme|tout est calme|quiet|all quiet|calm|all calm|aucun mouvement|pas de mouvement|no movement|no activity|aucune activite|pas d activite|pas la|pas ici|not here|not there|personne en vue|tranquille|all clear|nothing going on|nada|pas de convoi|aucun convoi|no convoy|no sign of them|no convoys|sans convoi"),
    (M::Untold, "vide(s)|empty|je crois|je pense|i think|maybe|perhaps|peut etre|probablement|probably|possibly|pas sur|pas sure|not sure|pas certain|unsure|quelqu un|anyone|anybody|someone|somebody|vu personne|nobody|no one|il n y a personne|y a personne|si|if|nothing was|nothing has|says nothing|said nothing|rien n a|dit que non|rien saisi|rien pris|rien de saisi|rien de pris|nothing taken|nothing seized|nothing else|rien d autre"),
    (M::Filler, "on the left|turn left|turned left|turning left|a gauche|on the right|a droite|turn right|turned right|turning right|tourne(nt) a gauche|tourne(nt) a droite|aucune saisie|pas de saisie|no seizure(s)"),
    (M::Conduct(Conduct::Perimeter), "perimetre(s)|perimetre de securite|perimeter|perimeters|security perimeter|cordon|cordon de police|boucle(nt)|acces bloque|access blocked|rubalise|police tape|bouclage"),
    (M::Conduct(Conduct::ObserverEscortedOut), "escorte(e)(s)|escortent|escorte(e)(s) hors du perimetre|escorte(e)(s) dehors|escorte(e)(s) a l exterieur|escorted|escorted out|raccompagne(e)(s)|reconduit(e)(s)|sorti(e)s du perimetre|marched out|kicked out|vires|exclu(e)s"),
    (M::Conduct(Conduct::ObserverPushedBack), "repousse(e)(s)|repoussent|pushed back|push back|pushed us|pushing us|pushes us|tenu(e)(s) a distance|tenu(e)(s) a l ecart|kept back|kept at a distance|held back|moved back|moving us back|eloigne(e)(s)|eloignent|ecarte(e)(s)|nous font reculer|font reculer|recules|bouscule(e)(s)|shoved"),
    (M::Conduct(Conduct::IdentityCheck), "controle(s) d identite|controle(s) des papiers|controle(s) de papiers|controle(s) d identites|controle(s) des identites|identite(s) controlee(s)|papiers controles|id check(s)|identity check(s)|identity control(s)|id control(s)|papers checked|ids checked|id checked|checked our ids|checked our papers|check our papers|controle identite"),
    (M::Conduct(Conduct::VehicleCheck), "controle(s) du vehicule|controle(s) de vehicule|controle(s) de la voiture|controle(s) de notre vehicule|controle(s) de notre voiture|vehicule(s) controle(s)|controle routier|vehicle check(s)|car check(s)|check(ed) the car|check(ed) our car|checking our car|car checked|vehicle checked|searched the car|fouille du vehicule|fouille de la voiture"),
    (M::Conduct(Conduct::Filmed), "filme(e)(s)|filment|filmed|filming us|film us|filming the observers|filmed us|nous filment|nous filme|photographie(e)(s)|photographient|photographed|prennent des photos|prend des photos|film(e)(nt) les observateurs|film(e)(nt) les observatrices"),
    (M::Conduct(Conduct::KnivesOrSlashing), "couteau(x)|knife|knives|lacere(e)(s)|lacerent|laceration(s)|slash|slashed|slashing|slashes|cutter(s)|coupee(s) au couteau|tailladee(s)|cut tents|tents cut"),
    (M::Conduct(Conduct::Gas), "gaz|gaze(e)(s)|gazent|gas|gassed|gassing|gaz lacrymogene(s)|lacrymo(s)|lacrymogene(s)|tear gas|teargas|pepper spray|pepper sprayed|gazeuse(s)|gazage"),
    (M::LegalBasis, "base(s) legale(s)|legal basis|base juridique|legal base|cadre legal|cadre juridique|fondement legal|legal ground(s)|legal framework"),
    (M::Given, "donner|communiquer|give us|donnee(s)|donne|donnent|given|gave|give(s)|provided|communiquee|annoncee|stated|indiquee|precisee|invoquee|shown|told us"),
    (M::Refused, "refuse(e)(s)|refusent|refus|refused|refuses|refusing|denied|non communiquee|non donnee|no answer|pas de reponse|sans reponse|unknown|inconnue|won t give|wouldn t give|would not give|non precisee"),
    (M::Check, "controle(e)(s)|controlent|checked|checks|checking|check"),
    (M::Papers, "papiers|papers|identite(s)|piece d identite|pieces d identite|carte(s) d identite|id|ids|passeport(s)|passport(s)"),
    (M::Present, "present(e)(s)|presence d|accompagne(nt)"),
    (M::Absent, "absent(e)(s)|missing"),
    (M::Source(Source::ResidentCall), "selon le temoignage des exiles|selon un temoignage|selon les temoignages|selon temoignage|temoignage(s)|temoignage(s) d exile(s)|temoignage(s) des exiles|selon un appel d exile|selon un appel|selon un exile|selon une personne exilee|selon les exiles|selon des exiles|selon les habitants|selon un habitant|selon des habitants|selon les residents|selon un resident|selon les personnes exilees|selon les personnes sur place|selon les occupants|selon un occupant|d apres les exiles|d apres un exile|d apres les habitants|d apres un habitant|d apres un appel|appel d exile|appel d un exile|appel d une exilee|appel d exiles|appel d un habitant|appel d habitant|appel d une personne exilee|appel recu|appel tel hro|un exile appelle|un exile nous appelle|un habitant appelle|un habitant nous appelle|un exile dit|un habitant dit|des exiles disent|les exiles disent|call from a resident|call from resident|resident call|resident called|a resident called|resident calls|call from people on site|a resident says|resident says|residents say|residents said|a resident said|resident said|a resident told us|residents told us|according to residents|according to a resident|according to the residents|according to people on site|according to a refugee|testimony|testimonies|call from a contact|call from contact|a contact called|contact called|phone call|called the hro phone|call from an exile|someone living there"),
    (M::Source(Source::Partner), "utopia 56|utopia|utopia56|u56|u 56|secours catholique|medecins du monde|mdm|refugee women s centre|refugee women s center|refugee womens centre|refugee womens center|rwc|project play|collective aid|selon salam|d apres salam|salam dit|salam signale|salam nous|par salam|from salam|salam says|salam said|salam reports|according to salam|appel de salam|selon roots|d apres roots|par roots|roots dit|roots signale|from roots|roots says|roots said|roots reports|according to roots|partenaire(s)|partner(s)|partner association|association(s) partenaire(s)|une asso|une association|asso partenaire|selon une association|another organisation|auberge des migrants|care4calais|care 4 calais|msf|first aid support team"),
    (M::Source(Source::Hearsay), "il parait|parait il|parait|on dit|on nous dit|apparemment|apparently|rumeur(s)|rumour(s)|rumor(s)|someone said|somebody said|someone says|they say|people say|i heard|we heard|heard|entendu dire|entendu parler|j ai entendu|on a entendu|selon quelqu un|quelqu un dit|hearsay|oui dire|ouie dire|supposedly|bruit qui court|reportedly"),
];

/// Every table.
pub(super) const TABLES: [&[(M, &str)]; 6] =
    [NUMBERS, JOINING, TIME, VEHICLES, PEOPLE_AND_GOODS, STORY];
