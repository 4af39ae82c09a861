//! Numbers, the words that join, clock and calendar.
use super::Meaning as M;

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
    (M::Some, "\
        plusieurs|several|some|quelques|a few|few|many|beaucoup|lots|a lot|lot|divers(es)|\
        hundreds|nombreux|nombreuses|pas mal"),
    (M::Des, "des"),
    (M::AtLeast, "\
        au moins|at least|minimum|mini|over|more than|plus que|no fewer than|no less than|\
        pas moins|ou plus|or more|upwards"),
    (M::MoreThan, "plus de|plus d"),
    (M::Plus, "plus"),
    (M::AtMost, "\
        au plus|au maximum|maximum|max|at most|up to|jusqu a|jusqu au|pas plus|no more than|\
        not more than|less than|fewer than|moins|under"),
    (M::About, "\
        environ|env|autour|about|around|roughly|approx|approximately|approximativement|\
        a peu pres|presque|almost|nearly|circa|grosso modo|or so|ou presque|bonne|petite|grosse"),
    (M::Times, "x|fois"),
];

/// Words that join, and words that say nothing.
#[rustfmt::skip]
pub(super) const JOINING: &[(M, &str)] = &[
    (M::And, "et|and|puis|ainsi|ainsi que|avec|with|as well as|then"),
    (M::Or, "ou|or"),
    (M::Of, "de|du|d|of|pour|for|en|by|par|appartenant|of them|d entre eux|d entre elles|of these"),
    (M::Article, "le|la|les|l|the|ce|cet|cette|ces|this|these|those|leur|leurs|their|ses|son|sa"),
    (M::Including, "\
        dont|including|incl|of which|of whom|parmi lesquels|parmi lesquelles|parmi eux|\
        y compris|among them|among which"),
    (M::Not, "\
        pas|pas de|pas d|ni|ni de|ni d|aucun|aucune|aucuns|sans|no|not|not any|without|neither|\
        nor|none|zero|jamais|nul|nulle|no sign of|no more|isn t|aren t|weren t|wasn t|haven t|\
        hasn t|didn t|don t|doesn t"),
    (M::Between, "entre|between"),
    (M::From, "from"),
    (M::At, "\
        at|au|aux|chez|pres de|near|sur|devant|by the|next to|a cote de|a cote du|in|dans|\
        a hauteur de|au niveau de|au niveau du|cote|close to|outside|behind|derriere"),
    (M::Towards, "\
        vers|direction|en direction|dir|towards|toward|heading|heading to|heading for|\
        heading towards|heading toward|headed to|headed for|headed towards|headed|en route vers|\
        en route pour|on the way to|on their way to|on its way to|going to|going towards|\
        going toward|coming to|coming towards|coming toward|driving to|driving towards|\
        driving toward|se dirige(nt) vers|se dirigeant vers|roule(nt) vers|file(nt) vers|\
        file(nt) sur|foncent vers|tourne(nt) vers|turn(ed)(ing) towards|turning to|destination|\
        en chemin vers|vient vers|viennent vers|arrive(nt) vers|va vers|vont vers|partent pour|\
        partis pour|part vers|part en direction|partent en direction|partent vers|partis vers|\
        leaving for|left for|moving to|moving towards|moving toward|prend la direction|\
        prennent la direction|monte vers|montent vers|descend vers|descendent vers|\
        continue(nt) vers|continuing to|continue(s) to|repart vers|repartent vers|repartis vers|\
        to"),
    (M::Except, "sauf|sauf a|hormis|except|except at|apart from|excepte|other than|hors"),
    (M::ComingFrom, "\
        venant|en provenance|provenant|coming from|came from|arriving from|vient de|viennent de"),
    (M::Since, "depuis|des le|a partir|since|from about|a compter|starting at|starting"),
    (M::Other, "autre(s)|other(s)|more|another|supplementaire(s)|additional|extra|de plus"),
    (M::Adjective, "\
        seul(e)|gros|grosses|grand(e)(s)|petit(s)|petites|blanc(s)|blanche(s)|white|bleu(e)(s)|\
        blue|big|large|small|little|long|marked|noir(e)(s)|black|gris(e)(s)|grey|nouveau(x)|\
        nouvelle(s)|new|serigraphie(e)(s)"),
    (M::Our, "notre|nos|our|my|mon|ma"),
    (M::Observers, "\
        observateur(s)|observatrice(s)|observer(s)|hro|benevole(s)|volunteer(s)|us|nous|\
        equipe hro|equipe|team|human rights observers"),
    (M::Filler, "\
        bonjour|bonsoir|salut|hello|hi|hey|coucou|ok|okay|merci|thanks|thank you|svp|please|\
        info|infos|urgent|alerte|alert|attention|je|j|on|nous voyons|i|we|il|ils|elle|elles|\
        they|it|he|she|vois|voit|voyons|see|saw|seen|vu(e)(s)|apercu(e)(s)|repere(e)(s)|spotted|\
        compte|comptons|counted|counting|est|sont|ete|etait|etaient|etre|is|are|was|were|be|\
        been|being|has|have|had|ont|a ete|ont ete|y|y en a|qui|que|qu|who|which|that|s|se|c|n|\
        ne|m|me|t|te|re|ll|ve|and then|now|maintenant|actuellement|en ce moment|right now|\
        currently|just|vient|viennent|ai|as|avons|arriver|pour le moment|pour l instant|for now|\
        at the moment|yet|juste|encore|again|aussi|also|still|toujours|deja|already|tous|toutes|\
        tout|all|en tout|au total|in total|in all|altogether|total of|soit|composition|\
        compose(e)(s)|made up|consisting|their way|groupe|group|file|colonne|column|line|\
        presence|bilan|bilan humain|bilan materiel|humain|materiel|materiels|material|\
        belongings|affaires|effets personnels|effets|site|camp|campement|lieu|lieu de vie|place|\
        zone|here|there|ici|la bas|a bord|sous|chacun|each|sides|side|end|entree|entrance|\
        sortie|exit|rue|street|road|route|parking|car park|rond point|roundabout|autoroute|\
        motorway|coming|going|comes|go|goes|went|vient d|est en|sont en|of the|fait|font|donc|\
        so|mais|but|toutefois|cependant|voila|suite|apres|after|avant|before|pendant|during|\
        while|when|quand|lorsque|tandis|and also|vehicles total|ca|cela|via|premier|premiere|\
        first|one of|effectue|effectuee|police says|ensuite|enfin|finalement|finally|tres|very|\
        to the|as|am on|m at|me trouve|suis|hotel|dedans|inside|used|using|utilise(e)(s)|selon|\
        d apres|according to|says|said|say|dit|disent|signale(nt)|reports|reported|told|\
        par contre|ville|town|centre|center"),
    (M::Operation, "\
        ils sont|elles sont|they are|they re|ils y sont|convoi(s)|convoy(s)|operation(s)|op|\
        police operation|dispositif|descente|raid|intervention|flics|keufs|cops|\
        forces de l ordre|fdo"),
];

/// Clock, day and month.
#[rustfmt::skip]
pub(super) const TIME: &[(M, &str)] = &[
    (M::Hour, "h|heure(s)|hr|hrs|o clock|oclock|hour(s)|uhr"),
    (M::Minute, "min|mn|mins|minute(s)"),
    (M::Morning, "am|a m|matin|du matin|in the morning|this morning|ce matin|morning|matinee"),
    (M::Evening, "\
        pm|p m|soir|du soir|ce soir|apres midi|de l apres midi|cet apres midi|cette apres midi|\
        aprem|in the afternoon|this afternoon|afternoon|in the evening|this evening|evening|\
        tonight"),
    (M::Noon, "midi|noon"),
    (M::Midnight, "minuit|midnight"),
    (M::Half, "demi(e)|half"),
    (M::HalfPast, "half past"),
    (M::ThereIs, "il y a|y a|ya|there is|there are|there s|there was|there were|il y avait"),
    (M::Ago, "ago"),
    (M::Day, "\
        hier|yesterday|avant hier|demain|tomorrow|lundi|mardi|mercredi|jeudi|vendredi|samedi|\
        dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday|last night|cette nuit|\
        la nuit derniere|hier soir|hier matin|la veille"),
    (M::Today, "aujourd hui|today"),
    (M::Month, "\
        janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|\
        january|february|march|april|may|june|july|august|september|october|november|december|\
        janv|fevr|oct|nov|dec"),
];
