//! What is counted: crews and vehicles, people, goods.
use crate::domain::sighting::{Crew, Vehicle};

use super::Meaning as M;
use crate::domain::reading::told::{GoodsKind, PeopleKind};

const fn crew(crew: Crew) -> M {
    M::Crew(crew)
}

/// Crews and vehicles.
#[rustfmt::skip]
pub(super) const VEHICLES: &[(M, &str)] = &[
    (crew(Crew::Crs), "\
        crs|compagnie de crs|compagnie republicaine de securite|\
        compagnies republicaines de securite|riot police"),
    (crew(Crew::PoliceNationale), "\
        police nationale|pn|p n|police nat|pol nat|policenationale|national police"),
    (crew(Crew::Police), "\
        police|polices|bac|brigade anti criminalite|police municipale|پلیس|پولیس|شرطة|ፖሊስ"),
    (crew(Crew::Gendarmerie), "gendarmerie|gm|gendarmerie mobile|gendarmerie nationale|pgsm|psig"),
    (M::Gendarmes, "gendarme(s)|gendarmes mobiles"),
    (crew(Crew::Paf), "\
        paf|p a f|police aux frontieres|police de l air et des frontieres|border police|dcpaf|\
        dnpaf"),
    (crew(Crew::Unmarked), "\
        banalise(e)(s)|unmarked|en civil|plain clothes|plainclothes|civil|bana(s)"),
    (crew(Crew::Interpreters), "\
        interprete(s)|interp(s)|interpr|interpretes en langues|interpreter(s)|traducteur(s)|\
        traductrice(s)|translator(s)|equipe d interpretes"),
    (crew(Crew::Cleaning), "\
        nettoyage|entreprise de nettoyage|societe de nettoyage|equipe de nettoyage|nettoyeur(s)|\
        ramassage|cleaning|cleaning company|cleaning crew|cleaning team|cleaner(s)|clean up|\
        cleanup|apc|ramery|nett|net|garbage|rubbish|waste|ordures|dechets|clearing"),
    (crew(Crew::Transfer), "afeji|mise a l abri bus|shelter transfer|transfert|transfer"),
    (crew(Crew::Works), "chantier|travaux|works|construction|btp"),
    (M::Officers, "\
        policier(s)|policiere(s)|policemen|police officer(s)|policeman|policewoman|officer(s)|\
        agent(s)|agents de police|crs a pied|effectifs"),
    (M::Vehicle(Vehicle::Van), "\
        fourgon(s)|camionnette(s)|fourgonnette(s)|van(s)|minibus|mini bus|minivan(s)|minivans|\
        trafic(s)|fgn(s)|fourg|utilitaire(s)|police van(s)"),
    (M::Vehicle(Vehicle::Car), "\
        voiture(s)|vl|berline(s)|vehicule(s) leger(s)|auto(s)|automobile(s)|police car(s)|\
        patrol car(s)"),
    (M::Car, "car(s)"),
    (M::Vehicle(Vehicle::Truck), "camion(s)|truck(s)|lorry|lorries|poids lourd(s)|pl"),
    (M::Vehicle(Vehicle::Bus), "bus|buses|autocar(s)|autobus|coach(es)|navette(s)"),
    (M::Vehicle(Vehicle::FourByFour), "\
        4x4|quatre quatre|suv(s)|pick up(s)|pickup(s)|jeep(s)|land rover|four by four(s)"),
    (M::Vehicle(Vehicle::Vehicle), "vehicule(s)|vehicle(s)|veh|vhl|engin(s)"),
    (M::Machine(Crew::Cleaning, Vehicle::Tipper), "\
        benne(s)|camion(s) benne(s)|camion(s) a benne(s)|camion(s) bennes|tipper(s)|\
        tipper truck(s)|dump truck(s)|dumper(s)|skip lorry|bin lorry|bin lorries|\
        garbage truck(s)|benne(s) a ordures|tip truck(s)"),
    (M::Machine(Crew::Works, Vehicle::Excavator), "\
        tractopelle(s)|pelleteuse(s)|bulldozer(s)|bull|excavator(s)|digger(s)|backhoe(s)|\
        pelle mecanique|pelles mecaniques|mini pelle(s)|jcb|bobcat|chargeuse(s)|manitou"),
    (M::Machine(Crew::Works, Vehicle::Vehicle), "\
        engin(s) de chantier|construction vehicle(s)|construction machine(s)|\
        construction machinery"),
    (M::Machine(Crew::Works, Vehicle::Truck), "camion(s) de chantier"),
    (M::Machine(Crew::Other, Vehicle::FourByFour), "ranger(s)"),
    (M::Machine(Crew::Transfer, Vehicle::Bus), "\
        bus afeji|bus de l afeji|afeji bus|bus de mise a l abri|bus de mises a l abri|\
        bus pour la mise a l abri|shelter bus|shelter buses|bus cao|bus caes"),
    (M::Machine(Crew::Unmarked, Vehicle::Car), "\
        voiture(s) banalisee(s)|vehicule(s) banalise(s)|unmarked car(s)|unmarked police car(s)|\
        unmarked vehicle(s)"),
];

/// People and what was done to them; goods.
#[rustfmt::skip]
pub(super) const PEOPLE_AND_GOODS: &[(M, &str)] = &[
    (M::Person, "\
        personnes|personne|people|person|persons|pers|ppl|exile(e)(s)|habitant(e)(s)|\
        resident(s)|residente(s)|occupant(s)|homme(s)|man|men|migrant(s)|refugee(s)|\
        refugie(e)(s)|jeune(s)|gars|guys|guy|individu(s)|adulte(s)|adult(s)|displaced people"),
    (M::Women, "femme(s)|woman|women|dame(s)"),
    (M::Children, "\
        enfant(s)|child|children|kid(s)|mineur(e)(s)|minor(s)|mna|bebe(s)|baby|babies|\
        unaccompanied minor(s)"),
    (M::Did(PeopleKind::LeftByThemselves), "\
        d elles memes|d eux memes|d elle meme|de lui meme|d eux meme|d elles meme|\
        se deplace(nt) d elles memes|se deplace(nt) d eux memes|se sont deplacees d elles memes|\
        part(ent) d elles memes|part(ent) d eux memes|parties d elles memes|partis d eux memes|\
        partie d elle meme|parti de lui meme|sont parties d elles memes|sont partis d eux memes|\
        quittent le site d elles memes|quittent les lieux d elles memes|se deplace(nt)|\
        se sont deplace(e)(s)|left by themselves|left by himself|left on their own|\
        leave by themselves|leave on their own|moved by themselves|moved themselves|\
        moved away by themselves|by themselves|on their own|of their own accord|walked away|\
        partent a pied"),
    (M::Did(PeopleKind::Evicted), "\
        expulse(e)(s)|expulsent|evacue(e)(s)|evacuent|deloge(e)(s)|delogent|evicted|evict(s)|\
        evicting|evacuated|forced out|chasse(e)(s)|chassent|removed from the site|\
        reveille(e)(s)|woken up"),
    (M::Expulsion, "expulsion(s)|evacuation(s)|eviction(s)|demantelement(s)"),
    (M::Did(PeopleKind::Arrested), "\
        arrestation(s)|arrete(e)(s)|interpelle(e)(s)|interpellation(s)|arrest(s)|arrested|\
        detained|embarque(e)(s)|embarquent|emmene(e)(s)|emmenent|en garde a vue|garde(s) a vue|\
        gav|taken away by police|taken into custody|place(e)(s) en retention|arretent|\
        interpellent|menotte(e)(s)|handcuffed"),
    (M::Did(PeopleKind::Sheltered), "\
        mise(s) a l abri|mis a l abri|sheltered|taken to shelter|taken to shelters|\
        taken to a shelter|put on the bus|put on buses|monte(e)(s) dans le bus|\
        montent dans le bus|montent dans les bus|got on the bus|get on the bus|got on buses|\
        took the bus|prennent le bus|pris le bus|relogees|hebergees|heberges"),
    (M::Did(PeopleKind::Injured), "\
        blesse(e)(s)|injured|hurt|wounded|injury|injuries|blessure(s)|emmene(e)(s) a l hopital|\
        transporte(e)(s) a l hopital|conduit(e)(s) a l hopital|hospitalise(e)(s)|\
        taken to hospital|taken to the hospital|hospitalised|hospitalized"),
    (M::Goods(GoodsKind::Tents), "tente(s)|tent(s)|toile(s) de tente(s)|quechua(s)"),
    (M::Goods(GoodsKind::Tarps), "bache(s)|tarp(s)|tarpaulin(s)|bache(s) plastique(s)"),
    (M::Goods(GoodsKind::Mattresses), "matelas|mattress|mattresses"),
    (M::Goods(GoodsKind::SleepingBags), "\
        sac(s) de couchage|duvet(s)|sleeping bag(s)|sac(s) de couchages"),
    (M::Goods(GoodsKind::Blankets), "couverture(s)|blanket(s)|plaid(s)|couette(s)|duvet cover(s)"),
    (M::Goods(GoodsKind::Pallets), "palette(s)|pallet(s)"),
    (M::Goods(GoodsKind::Trolleys), "\
        caddie(s)|caddy|caddys|trolley(s)|chariot(s)|shopping cart(s)|shopping trolley(s)"),
    (M::Goods(GoodsKind::Chairs), "chaise(s)|chair(s)|fauteuil(s)"),
    (M::Goods(GoodsKind::Bicycles), "velo(s)|bicyclette(s)|bicycle(s)|bike(s)|vtt"),
    (M::Goods(GoodsKind::Clothes), "\
        vetement(s)|clothes|clothing|habits|fringues|chaussures|shoes|paire(s) de chaussures|\
        manteau(x)|veste(s)"),
    (M::Goods(GoodsKind::Bags), "\
        sac(s)|bag(s)|sac(s) a dos|backpack(s)|rucksack(s)|valise(s)|suitcase(s)"),
    (M::Goods(GoodsKind::Stalls), "\
        echoppe(s)|stall(s)|stand(s)|shop(s)|epicerie(s)|magasin(s)|boutique(s)|commerce(s)"),
    (M::Goods(GoodsKind::Shelters), "\
        abri(s)|shelter(s)|cabane(s)|hut(s)|shack(s)|cabanon(s)|construction(s) en bois|\
        tonnelle(s)"),
    (M::Goods(GoodsKind::Carpets), "tapis|carpet(s)|rug(s)|moquette(s)"),
    (M::Full, "\
        pleine(s)|plein(s)|full|pleine(s) de materiel|pleine(s) d affaires|full of belongings|\
        full of stuff|remplie(s)"),
    (M::Kept, "\
        restent|reste|laisse(e)(s) sur place|left in place|left on site|rendu(e)(s)|\
        recupere(e)(s)|laisse(e)(s)|sauve(e)(s)|given back|returned|left behind|saved|recovered|\
        remain(s)|remaining|still standing|debout|not taken|not seized|pas saisi(e)(s)|\
        pas pris(e)(s)|pas emporte(e)(s)"),
    (M::Taken, "\
        saisie|saisies|saisi|saisis|saisissent|saisit|detruit(e)(s)|detruisent|pris(e)(s)|prend|\
        prennent|jete(e)(s)|jettent|emporte(e)(s)|emportent|enleve(e)(s)|ramasse(e)(s)|\
        ramassent|confisque(e)(s)|seized|taken|took|take|taking|destroyed|destroy|thrown away|\
        threw away|confiscated|removed|removing|saisies de materiel|saisie de materiel|\
        seizure(s)|vole(e)(s)|stolen|perte(s)|abime(e)(s)|damaged|broken|casse(e)(s)|\
        brule(e)(s)|burnt"),
];
