"""The rubriques of the page, in order: facts, tables and notes of each."""

from collections.abc import Callable
from datetime import date

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.fiche import FamilleLue, IdentiteLue, PersonneLue
from allocataires.presentation import mois
from allocataires.presentation.regard import Regard, compte, connu, oui_non
from allocataires.presentation.vue import Colonne, Faits, Message, Repli, Section

PAIEMENTS_MONTRES = 12
MOIS_DE_L_AN = 12


def nom(personne: r.Personne | r.Enfant | None) -> str:
    """Return the name in use then the first names, the name given in one piece, or « »."""
    if personne is None:
        return ""
    morceaux = (personne.nom_usage or personne.nom_naissance, personne.prenoms)
    return " ".join(morceau for morceau in morceaux if morceau) or personne.nom_complet or ""


def _naissance(personne: r.Personne | r.Enfant) -> str:
    """Return « née le 5 octobre 2015 », « né en mai 2020 (jour inconnu) », or « »."""
    if not personne.date_naissance:
        return ""
    jour = formats.date_fr(personne.date_naissance)
    if personne.sexe is None:
        return f"naissance : {jour}"
    return f"{'née' if personne.sexe == 'F' else 'né'} {'le' if formats.est_complete(personne.date_naissance) else 'en'} {jour}"


def _age(naissance: str | None, jour: date) -> str | None:
    """Return an age in years, in months before the first birthday; None when the date of birth is not complete."""
    if not naissance or not formats.est_complete(naissance):
        return None
    ne = date.fromisoformat(naissance)
    ages = (jour.year - ne.year) * MOIS_DE_L_AN + jour.month - ne.month - (jour.day < ne.day)
    if ages < 0:
        return "À naître"
    return formats.nombre(ages // MOIS_DE_L_AN, "an") if ages >= MOIS_DE_L_AN else f"{ages}{formats.INSECABLE}mois"


# -- Identity and family ---------------------------------------------------------------------------------------------------------


def _adulte(personne: r.Personne | None) -> str | None:
    if personne is None or not connu(personne):
        return None
    lignes = [
        " ".join(mot for mot in (codes.CIVILITES.get(personne.civilite or ""), nom(personne)) if mot),
        f"nom de naissance : {personne.nom_naissance}" if personne.nom_usage and personne.nom_naissance else "",
        _naissance(personne),
    ]
    return "\n".join(ligne for ligne in lignes if ligne)


def _etat_civil(personne: PersonneLue | None, role: str) -> tuple[tuple[str, str, str | None], ...]:
    personne = personne or PersonneLue()
    return (
        (f"identite.{role}.nationalite", f"Nationalité du {role}", codes.mot(codes.NATIONALITES, personne.nationalite)),
        (f"identite.{role}.nir_masque", f"Début du NIR du {role}", personne.nir_masque),
    )


def _adresse(regard: Regard) -> str | None:
    adresse, logement = regard.lue.adresse or r.Adresse(), regard.lue.logement or r.Logement()
    if regard.voit("logement.est_adresse_du_dossier") and not logement.est_adresse_du_dossier:
        return "Montrée seulement quand elle est celle du logement loué"
    lignes = (
        adresse.destinataire,
        adresse.complement_information,
        adresse.complement_information_geographique,
        adresse.numero_libelle_voie,
        adresse.lieu_dit,
        adresse.code_postal_ville,
        None if (adresse.pays or "").upper() == "FRANCE" else adresse.pays,
        f"depuis le {formats.date_fr(adresse.date_emmenagement)}" if adresse.date_emmenagement else None,
    )
    return "\n".join(ligne for ligne in lignes if ligne)


def _identite(regard: Regard) -> Section:
    lue = regard.lue
    if not any(connu(rubrique) for rubrique in (lue.identite, lue.adresse, lue.contact)):
        return Section(id="identite", titre="Identité et adresse")
    identite, contact = lue.identite or IdentiteLue(), lue.contact or r.Contact()
    couple = _etat_civil(identite.conjoint, "conjoint") if connu(identite.conjoint) else ()
    faits = regard.faits(
        ("identite", "Responsable du dossier", _adulte(identite.responsable)),
        *_etat_civil(identite.responsable, "responsable"),
        ("identite", "Conjoint", _adulte(identite.conjoint) or ("Aucun au dossier" if lue.identite else None)),
        *couple,
        ("adresse", "Adresse", _adresse(regard)),
        ("contact.telephone", "Téléphone", formats.telephone(contact.telephone)),
        ("contact.courriel", "Courriel", contact.courriel),
    )
    precision = "L’adresse est déclarée par la famille : elle a pu changer" if connu(lue.adresse) else ""
    return Section(id="identite", titre="Identité et adresse", precision=precision, faits=faits)


def _famille(regard: Regard) -> Section:
    famille, enfants = regard.lue.famille or FamilleLue(), regard.lue.enfants or ()
    if not connu(famille) and not enfants:
        return Section(id="famille", titre="Famille")
    tableau = regard.tableau(
        "Enfants du foyer",
        (
            ("enfants", Colonne("Enfant"), nom),
            ("enfants.date_naissance", Colonne("Naissance"), _naissance),
            ("enfants.date_naissance", Colonne("Âge"), lambda enfant: _age(enfant.date_naissance, regard.jour)),
            ("enfants.a_charge", Colonne("À charge"), lambda enfant: oui_non(enfant.a_charge)),
            ("enfants.residence_alternee", Colonne("Résidence alternée"), lambda enfant: oui_non(enfant.residence_alternee)),
            ("enfants.beneficiaire_aeeh", Colonne("Ouvre droit à l’AEEH"), lambda enfant: oui_non(enfant.beneficiaire_aeeh)),
        ),
        enfants,
    )
    faits = _composition(regard, famille) if connu(famille) else ()
    return Section(id="famille", titre="Famille", faits=faits, tableaux=(tableau,) if enfants else ())


def _composition(regard: Regard, famille: FamilleLue) -> Faits:
    situation = codes.mot(codes.SITUATIONS, famille.situation)
    if situation and famille.situation_depuis:
        situation += f", depuis le {formats.date_fr(famille.situation_depuis)}"
    faits = regard.faits(
        ("famille.situation", "Situation familiale", situation),
        ("famille.couple", "Vie en couple", oui_non(famille.couple)),
        ("famille.nombre_enfants_a_charge", "Enfants à charge (prestations familiales)", compte(famille.nombre_enfants_a_charge)),
        ("famille.nombre_enfants_aide_logement", "Enfants à charge (aide au logement)", compte(famille.nombre_enfants_aide_logement)),
        ("famille.nombre_enfants_beneficiaire_aeeh", "Enfants ouvrant droit à l’AEEH", compte(famille.nombre_enfants_beneficiaire_aeeh)),
        ("famille.aeeh", "Un enfant ouvre droit à l’AEEH", oui_non(famille.aeeh)),
        ("famille.nombre_autres_personnes_a_charge", "Autres personnes à charge", compte(famille.nombre_autres_personnes_a_charge)),
    )
    if famille.grossesse_date_prevue is None:  # a pregnancy that is not declared is not one that is not known
        return faits
    return (*faits, ("Grossesse déclarée", f"Naissance prévue le {formats.date_fr(famille.grossesse_date_prevue)}"))


# -- Resources -------------------------------------------------------------------------------------------------------------------


def _quotient(regard: Regard) -> Section:
    quotient, titre = regard.lue.quotient, "Quotient familial"
    mensuels = sorted(regard.lue.quotients or (), key=lambda un: (un.annee, un.mois))
    if quotient is None and not mensuels:
        return Section(id="quotient", titre=titre)
    faits: Faits = ()
    if quotient is not None:
        calcul = mois.du_calcul(quotient)
        faits = ((f"Pour {mois.du_quotient(quotient)}", _majuscule(mois.valeur(quotient))), *((("Calculé en", calcul),) if calcul else ()))
    tableau = regard.tableau(
        "Quotient familial, du mois le plus récent au plus ancien",
        (
            ("quotients.mois", Colonne("Mois"), lambda un: _majuscule(mois.du_quotient(un))),
            ("quotients.mois_calcul", Colonne("Calculé en"), mois.du_calcul),
            ("quotients.valeur", Colonne("Quotient familial", montant=True), lambda un: _majuscule(mois.valeur(un))),
        ),
        reversed(mensuels),
    )
    replis = (Repli(f"Voir les {formats.nombre(len(mensuels), 'mois', 'mois')} en tableau", tableau),) if mensuels else ()
    return Section(id="quotient", titre=titre, faits=faits, graphique=mois.graphique(mensuels), replis=replis)


def _majuscule(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def _ressources(regard: Regard) -> Section:
    base = (regard.lue.ressources or r.Ressources()).base_ressources_annuelles
    if base is None or not connu(base):
        return Section(id="ressources", titre="Ressources")
    faits = regard.faits(
        ("ressources.base_ressources_annuelles.valeur", "Base annuelle de ressources", formats.montant(base.valeur)),
        ("ressources.base_ressources_annuelles.annee_calcul", "Année des ressources", compte(base.annee_calcul)),
    )
    return Section(id="ressources", titre="Ressources", faits=faits)


# -- Rights, payments, debts -----------------------------------------------------------------------------------------------------


def _droits(regard: Regard) -> Section:
    droits = regard.lue.droits or ()
    tableau = regard.tableau(
        "Prestations ouvertes",
        (
            ("droits.code", Colonne("Prestation"), lambda droit: codes.prestation(droit.code)),
            ("droits.depuis", Colonne("Depuis"), lambda droit: _depuis(droit.depuis)),
            ("droits.montant", Colonne("Montant mensuel", montant=True), lambda droit: formats.montant(droit.montant)),
        ),
        droits,
    )
    return Section(id="droits", titre="Droits", tableaux=(tableau,) if droits else ())


def _depuis(jour: date | None) -> str:
    """A right opens with a month; a day in the middle of one is said."""
    return formats.mois_fr(jour) if jour and jour.day == 1 else formats.date_fr(jour)


def _paiements(regard: Regard) -> Section:
    paiements = sorted(regard.lue.paiements or (), key=lambda un: un.date_paiement, reverse=True)
    colonnes = (
        ("paiements.date_paiement", Colonne("Date"), lambda un: formats.date_fr(un.date_paiement).replace(" ", formats.INSECABLE, 1)),
        ("paiements.code", Colonne("Prestation"), lambda un: codes.prestation(un.code)),
        ("paiements.montant", Colonne("Montant", montant=True), lambda un: formats.montant(un.montant)),
    )
    if not paiements:
        return Section(id="paiements", titre="Paiements")
    recents, anciens = paiements[:PAIEMENTS_MONTRES], paiements[PAIEMENTS_MONTRES:]
    repli = Repli(
        f"Voir les {formats.nombre(len(anciens), 'paiement')} plus anciens", regard.tableau("Paiements plus anciens", colonnes, anciens)
    )
    return Section(
        id="paiements",
        titre="Paiements",
        tableaux=(regard.tableau("Paiements à la famille, du plus récent au plus ancien", colonnes, recents),),
        replis=(repli,) if anciens else (),
    )


def _creances(regard: Regard) -> Section:
    creances = regard.lue.creances or ()
    tableau = regard.tableau(
        "Sommes restant dues à la Caf",
        (
            ("creances.nature", Colonne("Nature"), lambda une: codes.mot(codes.CREANCES, une.nature)),
            ("creances.solde", Colonne("Solde", montant=True), lambda une: formats.montant(une.solde)),
        ),
        creances,
    )
    return Section(id="creances", titre="Créances", tableaux=(tableau,) if creances else ())


# -- Housing, RSA, deadlines -----------------------------------------------------------------------------------------------------


def _logement(regard: Regard) -> Section:
    logement = regard.lue.logement
    if logement is None or not connu(logement):
        return Section(id="logement", titre="Logement")
    faits = regard.faits(
        ("logement.statut_occupation", "Occupation", codes.mot(codes.OCCUPATIONS, logement.statut_occupation)),
        ("logement.loyer", "Loyer mensuel", formats.montant(logement.loyer)),
        ("logement.type_aide", "Aide au logement", codes.prestation(logement.type_aide)),
        ("logement.montant_aide", "Montant mensuel de l’aide", formats.montant(logement.montant_aide)),
        ("logement.code_bailleur", "Code bailleur", logement.code_bailleur),
        ("logement.reference_logement", "Référence du logement", logement.reference_logement),
        ("logement.est_adresse_du_dossier", "Adresse du dossier", _est_adresse(logement.est_adresse_du_dossier)),
    )
    return Section(id="logement", titre="Logement", faits=faits)


def _est_adresse(valeur: bool | None) -> str | None:
    return None if valeur is None else "Celle de ce logement" if valeur else "Une autre que celle de ce logement"


def _rsa(regard: Regard) -> Section:
    rsa, titre = regard.lue.rsa, "Revenu de solidarité active (RSA)"
    if rsa is None or not connu(rsa):
        return Section(id="rsa", titre=titre)
    faits = regard.faits(
        ("rsa.etat", "État", codes.mot(codes.ETATS_RSA, rsa.etat)),
        ("rsa.date_demande", "Demande du", formats.date_fr(rsa.date_demande)),
        ("rsa.montant", "Montant mensuel", formats.montant(rsa.montant)),
        ("rsa.droits_et_devoirs", "Soumis aux droits et devoirs", oui_non(rsa.droits_et_devoirs)),
    )
    return Section(id="rsa", titre=titre, faits=faits)


def _echeances(regard: Regard) -> Section:
    echeances = sorted(regard.lue.echeances or (), key=lambda une: une.date_limite)
    tableau = regard.tableau(
        "Ce que la famille doit faire",
        (
            ("echeances.nature", Colonne("Démarche"), lambda une: codes.mot(codes.ECHEANCES, une.nature)),
            ("echeances.date_limite", Colonne("Avant le"), lambda une: formats.date_fr(une.date_limite)),
            ("echeances.date_limite", Colonne("État"), lambda une: "À venir" if une.date_limite >= regard.jour else "Dépassée"),
        ),
        echeances,
    )
    declarations = [une for une in echeances if une.nature == "DTR"]
    return Section(
        id="echeances",
        titre="Échéances",
        tableaux=(tableau,) if echeances else (),
        messages=tuple(_declaration(une.date_limite, regard.jour) for une in declarations[:1]),
    )


def _declaration(limite: date, jour: date) -> Message:
    attendue = "attendue" if limite >= jour else "qui était attendue"
    return Message(
        "attention",
        f"Déclaration trimestrielle {attendue} avant le {formats.date_fr(limite)}.",
        "Sans elle, la prestation qui en dépend peut être suspendue : l’allocataire déclare ses ressources dans « Mon compte » ou à "
        "l’accueil de la Caf.",
    )


# A section stands on the page when the profile may see one of its rubriques.
SECTIONS: tuple[tuple[tuple[str, ...], Callable[[Regard], Section]], ...] = (
    (("identite", "adresse", "contact"), _identite),
    (("famille", "enfants"), _famille),
    (("quotient", "quotients"), _quotient),
    (("ressources",), _ressources),
    (("droits",), _droits),
    (("paiements",), _paiements),
    (("creances",), _creances),
    (("logement",), _logement),
    (("rsa",), _rsa),
    (("echeances",), _echeances),
)
