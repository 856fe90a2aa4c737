"""The RSA: its state and what follows from it, its calculation, and the decisions that stopped it."""

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.codes import Mot
from allocataires.fiche import RsaDecisionLue
from allocataires.presentation.mots import Lexique, majuscule, periode
from allocataires.presentation.regard import Regard, connu, oui_non
from allocataires.presentation.vue import Colonne, Faits, Groupe, Section

TITRE = "Revenu de solidarité active (RSA)"
# A profile that reads a reason in words only still has its explanation.
MOTIFS = {genre: {mot.libelle: mot for mot in liste.values()} for genre, liste in codes.MOTIFS_RSA.items()}


def rsa(regard: Regard) -> Section:
    """Return « Revenu de solidarité active (RSA) »."""
    lu, lexique = regard.lue.rsa or r.Rsa(), Lexique()
    composantes, decisions = regard.lue.rsa_composantes or (), regard.lue.rsa_decisions or ()
    tableau = regard.tableau(
        "Composantes du RSA",
        (
            ("rsa_composantes.nature", Colonne("Nature"), lambda une: lexique.mot(codes.COMPOSANTES, une.nature)),
            ("rsa_composantes.debut", Colonne("Période"), lambda une: majuscule(periode(une.debut, une.fin))),
            ("rsa_composantes.montant", Colonne("Montant mensuel", montant=True), lambda une: formats.montant(une.montant)),
        ),
        composantes,
    )
    groupes = (
        *((Groupe("Décisions", tuple(_decision(une) for une in decisions)),) if decisions else ()),
        *(_calcul(regard, lu) if connu(lu) else ()),
    )
    return Section(
        id="rsa",
        titre=TITRE,
        faits=_faits(regard, lu) if connu(lu) else (),
        groupes=groupes,
        tableaux=(tableau,) if composantes else (),
        termes=lexique.termes,
    )


def _faits(regard: Regard, lu: r.Rsa) -> Faits:
    sens = codes.ETATS_RSA.get(lu.etat or "", Mot("", ""))
    demande = formats.date_fr(lu.date_demande)
    if lu.numero_demande:
        demande = ", ".join(mot for mot in (demande, f"numéro {lu.numero_demande}") if mot)
    expliques = (("Ce que cela veut dire", sens.sens), ("Que faire", sens.suite))
    return (
        *regard.faits(("rsa.etat", "État", codes.mot(codes.ETATS_RSA, lu.etat))),
        *(fait for fait in expliques if fait[1]),
        *regard.faits(
            ("rsa.montant", "Montant mensuel", formats.montant(lu.montant)),
            ("rsa.date_demande", "Demande du", demande),
            ("rsa.date_ouverture", "Ouvert depuis le", formats.date_fr(lu.date_ouverture)),
            ("rsa.droits_et_devoirs", "Soumis aux droits et devoirs", oui_non(lu.droits_et_devoirs)),
        ),
    )


def _calcul(regard: Regard, lu: r.Rsa) -> tuple[Groupe, ...]:
    """Return how the amount is made; the group is absent when nothing of it is known."""
    if (lu.montant_forfaitaire, lu.ressources_retenues, lu.prestations_retenues, lu.aide_logement_retenue) == (None,) * 4:
        return ()
    faits = regard.faits(
        ("rsa.montant_forfaitaire", "Montant forfaitaire du foyer", formats.montant(lu.montant_forfaitaire)),
        ("rsa.ressources_retenues", "Ressources retenues", formats.montant(lu.ressources_retenues)),
        ("rsa.prestations_retenues", "Prestations familiales retenues", formats.montant(lu.prestations_retenues)),
        ("rsa.aide_logement_retenue", "Aide au logement retenue (forfait)", formats.montant(lu.aide_logement_retenue)),
    )
    return (Groupe("Calcul du RSA", faits),)


def _decision(une: RsaDecisionLue) -> tuple[str, str]:
    """Return a decision and its day; its reason, what it means and what to do next, a line each."""
    titre = codes.mot(codes.GENRES, une.genre) or ""
    if une.depuis:
        titre += f", depuis le {formats.date_fr(une.depuis)}"
    mot = MOTIFS[une.genre].get(une.motif_libelle or "")
    motif = une.motif_libelle or "Motif non connu"
    if une.motif is not None:
        motif = f"{mot.libelle} ({une.motif})" if mot else f"code {une.motif} (inconnu)"
    lignes = (
        motif,
        mot.sens if mot else "",
        f"Que faire{formats.INSECABLE}: {mot.suite[0].lower()}{mot.suite[1:]}" if mot and mot.suite else "",
    )
    return titre, "\n".join(ligne for ligne in lignes if ligne)
