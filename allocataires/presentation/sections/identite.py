"""Who holds the dossier, where they live, how to reach them, and which caisse has it."""

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.fiche import IdentiteLue, PersonneLue
from allocataires.presentation.personnes import naissance, nom
from allocataires.presentation.regard import Regard, connu
from allocataires.presentation.vue import Groupe, Section
from conventions.reference import CAISSES

TITRE = "Identité et adresse"


def identite(regard: Regard) -> Section:
    """Return « Identité et adresse »."""
    lue = regard.lue
    if not any(connu(rubrique) for rubrique in (lue.identite, lue.adresse, lue.contact, lue.affiliation)):
        return Section(id="identite", titre=TITRE)
    identites, contact = lue.identite or IdentiteLue(), lue.contact or r.Contact()
    faits = regard.faits(
        ("identite", "Responsable du dossier", _adulte(identites.responsable)),
        *_etat_civil(identites.responsable, "responsable"),
        ("identite", "Conjoint", _adulte(identites.conjoint) or ("Aucun au dossier" if lue.identite else None)),
        *(_etat_civil(identites.conjoint, "conjoint") if connu(identites.conjoint) else ()),
        ("adresse", "Adresse", _adresse(regard)),
        ("contact.telephone", "Téléphone", formats.telephone(contact.telephone)),
        ("contact.courriel", "Courriel", contact.courriel),
    )
    precision = "L’adresse est déclarée par la famille : elle a pu changer" if connu(lue.adresse) else ""
    return Section(id="identite", titre=TITRE, precision=precision, faits=faits, groupes=_affiliation(regard))


def _adulte(personne: r.Personne | None) -> str | None:
    if personne is None or not connu(personne):
        return None
    lignes = [
        " ".join(mot for mot in (codes.mot(codes.CIVILITES, personne.civilite), nom(personne)) if mot),
        f"nom de naissance : {personne.nom_naissance}" if personne.nom_usage and personne.nom_naissance else "",
        naissance(personne),
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


def _affiliation(regard: Regard) -> tuple[Groupe, ...]:
    une = regard.lue.affiliation
    if une is None or not connu(une):
        return ()
    faits = regard.faits(
        ("affiliation.depuis", "Affilié depuis le", formats.date_fr(une.depuis)),
        ("affiliation.etat_depuis", "Dans cet état depuis le", formats.date_fr(une.etat_depuis)),
        ("affiliation.date_mutation", "Dernier changement de caisse", _mutation(une)),
    )
    return (Groupe("Affiliation", faits),)


def _mutation(une: r.Affiliation) -> str:
    """Return from which caisse to which the dossier moved, and when: families whose rights are cut ask which one must act."""
    lignes = (
        f"quittée : {_caisse(une.caisse_cedante)}" if une.caisse_cedante else "",
        f"rejointe : {_caisse(une.caisse_prenante)}" if une.caisse_prenante else "",
        f"le {formats.date_fr(une.date_mutation)}" if une.date_mutation else "",
    )
    return "\n".join(ligne for ligne in lignes if ligne) or "Aucun connu"


def _caisse(code: str) -> str:
    return f"{CAISSES.get(code, 'caisse')} ({code})"
