"""The dossier of a rank: a household drawn, told, and written in the exchange format."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic_core import to_json

from allocataires.fictif import comptes, foyer, histoire, identite, logements, quotients, rsa
from allocataires.fictif.calendrier import dernier, le, mois_de, premier
from allocataires.fictif.carrieres import NATURES, PENSION_ALIMENTAIRE
from allocataires.fictif.comptes import Ligne, euros
from allocataires.fictif.foyer import Foyer
from allocataires.fictif.hasard import Hasard, Parts
from allocataires.fictif.histoire import DU_LOGEMENT, Histoire
from allocataires.fictif.noms import MANDATAIRES
from allocataires.fictif.territoires import Repartition, territoire

ETATS = Parts({"affilie": 91, "suspendu": 3.5, "radie": 3, "mute": 1.3, "clos": 1.2})
SANS_DROIT = frozenset({"radie", "mute", "clos"})
PROTECTIONS = Parts({"CURATELLER": 42, "TUTELLE": 24, "CURATELLE": 14, "MASP": 12, "MAJ": 5, "SAUVEGARDE": 3})
MODES_DE_GARDE = Parts({"ASMAT": 68, "MICROCRECHE": 18, "DOMICILE": 10, "STRUCTURE": 4})
PLACES = ("responsable", "conjoint")
TRIMESTRE_DIT = 6  # months of quarterly declarations that are shown


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Where the dossier stands: its state, since when, the other caisse if it moved."""

    etat: str
    bornes: tuple[int, int | None, int | None]  # opened, stopped, resources unknown since
    autre_caisse: str | None


class Fabrique:
    """Makes the dossiers of a seed, in any order."""

    def __init__(
        self, graine: int, caisses: tuple[str, ...], toutes: tuple[str, ...], numero_depuis: int | None, donnees_au: datetime
    ) -> None:
        self.repartition = Repartition(graine, caisses, numero_depuis)
        self._graine, self._toutes = graine, toutes
        self._donnees_au = donnees_au.isoformat(timespec="seconds")
        self._jour: date = donnees_au.date()
        self._hasard = Hasard()

    def ligne(self, rang: int) -> bytes:
        """Return the dossier of this rank as a line of the exchange format."""
        return to_json(self.dossier(rang)) + b"\n"

    def dossier(self, rang: int) -> dict[str, Any]:
        """Return the dossier of this rank."""
        hasard = self._hasard
        hasard.semer(self._graine, rang)
        caisse, numero = self.repartition.place(rang)
        tiree = foyer.tirer(hasard, mois_de(self._jour))
        affiliation = self._affilier(hasard, tiree, caisse)
        lieu = territoire(caisse)
        revenus = sum(adulte.carriere.etapes[-1].mensuel for adulte in tiree.adultes())
        logement = logements.tirer(hasard, tiree, lieu, revenus)
        recit = histoire.raconter(hasard, tiree, logement, lieu.zone, affiliation.bornes)
        return {
            "caisse": caisse,
            "numero": numero,
            "donnees_au": self._donnees_au,
            "etat": affiliation.etat,
            "opposition": hasard.vrai(0.01),
            "fournisseur": "MSA" if lieu.zone == 3 and hasard.vrai(0.02) else "CNAF",
            "rubriques": {
                "identite": identite.identite(hasard, tiree, lieu),
                **_affiliation(hasard, affiliation, tiree, caisse),
                **identite.joindre(hasard, tiree, logement, lieu),
                **_famille(tiree),
                **identite.enfants(hasard, tiree, lieu),
                **quotients.rubriques(hasard, recit),
                **_ressources(recit),
                **self._droits(hasard, recit, affiliation),
                **_logement(hasard, recit),
                **rsa.rubriques(hasard, recit, lieu),
                **_echeances(recit, affiliation.etat),
            },
        }

    def _affilier(self, hasard: Hasard, tiree: Foyer, caisse: str) -> Affiliation:
        """Draw the state of the dossier, when it was opened, when it stopped."""
        maintenant, etat = tiree.maintenant, ETATS.tirer(hasard)
        majorite = tiree.responsable.naissance + 18 * 12
        besoin = tiree.enfants[1].naissance if len(tiree.enfants) > 1 else maintenant - 1
        tard = min(maintenant - 1, max(majorite, besoin))
        debut = hasard.entre(max(majorite, tard - 130), tard)
        arret = None
        if etat != "affilie":
            arret = maintenant - (hasard.entre(0, 5) if etat == "suspendu" else hasard.entre(1, 18))
            debut = min(debut, max(majorite, arret - 3))
            if arret <= debut:
                etat, arret = "affilie", None
        inconnues = None
        if etat == "suspendu":
            inconnues = arret
        elif hasard.vrai(0.03):
            inconnues = maintenant // 12 * 12
        autre = hasard.un(self._toutes) if etat == "mute" or hasard.vrai(0.05) else None
        return Affiliation(etat, (debut, arret, inconnues), None if autre == caisse and etat != "mute" else self._une_autre(autre, caisse))

    def _une_autre(self, autre: str | None, caisse: str) -> str | None:
        if autre != caisse:
            return autre
        return self._toutes[(self._toutes.index(caisse) + 1) % len(self._toutes)]

    def _droits(self, hasard: Hasard, recit: Histoire, affiliation: Affiliation) -> dict[str, Any]:
        protection = _protection(hasard, recit)
        mandataire = protection.get("mandataire") if protection and protection["nature"] != "MASP" else None
        tenus = comptes.tenir(hasard, recit, self._jour.isoformat(), mandataire)
        return {
            "droits": _liste_des_droits(hasard, recit),  # a caisse knows that nothing is due
            **_si("paje", _paje(hasard, recit, tenus.paiements)),
            **_si("paiements", tenus.paiements),
            **_si("paiements_tiers", tenus.paiements_tiers),
            **_si("retenues", tenus.retenues),
            **_si("creances", tenus.creances),
            **({"protection": protection} if protection else {}),
        }


def _si(nom: str, lignes: list[Ligne]) -> dict[str, Any]:
    """Return a rubrique, or nothing when it has no line: what is not known is left out."""
    return {nom: lignes} if lignes else {}


def _affiliation(hasard: Hasard, affiliation: Affiliation, tiree: Foyer, caisse: str) -> dict[str, Any]:
    debut, arret, _ = affiliation.bornes
    trouve: dict[str, Any] = {"depuis": premier(debut), "etat_depuis": premier(debut if arret is None else arret)}
    if affiliation.etat == "mute" and arret is not None:
        trouve |= {"caisse_cedante": caisse, "caisse_prenante": affiliation.autre_caisse, "date_mutation": premier(arret)}
    elif affiliation.autre_caisse:
        trouve |= {"caisse_cedante": affiliation.autre_caisse, "caisse_prenante": caisse, "date_mutation": premier(debut)}
    return {"affiliation": trouve}


def _famille(tiree: Foyer) -> dict[str, Any]:
    maintenant = tiree.maintenant
    grossesse = tiree.grossesse
    famille: dict[str, Any] = {
        "situation": tiree.situation,
        "situation_depuis": premier(tiree.situation_depuis),
        "nombre_enfants_a_charge": sum(maintenant - un.naissance < 240 for un in tiree.enfants),
        "nombre_enfants_aide_logement": sum(maintenant - un.naissance < 252 for un in tiree.enfants) + (1 if grossesse else 0),
        "nombre_enfants_beneficiaire_aeeh": sum(un.aeeh >= 0 and maintenant - un.naissance < 240 for un in tiree.enfants),
        "nombre_autres_personnes_a_charge": tiree.autres,
    }
    if grossesse:
        famille |= {"grossesse_debut": le(grossesse, 12), "grossesse_date_prevue": le(grossesse + 9, 8)}
    return {"famille": famille}


def _ressources(recit: Histoire) -> dict[str, Any]:
    maintenant = recit.foyer.maintenant
    annee = maintenant // 12
    annuelles = [
        {"annee": an, "personne": place, "nature": nature, "montant": montant}
        for an in range(annee - 2, annee - 5, -1)
        if not recit.inconnu(an * 12 + 24)
        for place, annuels in zip(PLACES, recit.annuels, strict=False)
        for nature, montant in (annuels[an] or {"000": 0}).items()
    ]
    ajustements = [
        {
            "nature": un.nature,
            "personne": PLACES[un.place],
            "debut": premier(un.debut),
            "fin": dernier(un.fin),
            "montant": un.montant,
        }
        for un in recit.ajustements
        if not recit.inconnu(un.debut)
    ]
    base = (
        {} if recit.inconnu(maintenant) else {"base_ressources_annuelles": {"valeur": recit.revenu(maintenant), "annee_calcul": annee - 2}}
    )
    return {
        **({"ressources": base} if base else {}),
        **_si("ressources_annuelles", annuelles),
        **_si("ressources_trimestrielles", _trimestrielles(recit)),
        **_si("ajustements", ajustements),
        "activites": _activites(recit),
    }


def _activites(recit: Histoire) -> list[Ligne]:
    lignes: list[Ligne] = []
    for place, adulte in zip(PLACES, recit.foyer.adultes(), strict=False):
        etapes = adulte.carriere.etapes
        for rang, etape in enumerate(etapes):
            lignes.append({"activite": etape.activite, "personne": place, "debut": premier(etape.debut)})
            if rang + 1 < len(etapes):
                lignes[-1]["fin"] = dernier(etapes[rang + 1].debut - 1)
    return lignes


def _declare(recit: Histoire) -> bool:
    """Return whether the household declares its resources each quarter."""
    return any(code in droits for droits in recit.droits[-3:] for code in ("RSA", "PPA"))


def _trimestrielles(recit: Histoire) -> list[Ligne]:
    if not _declare(recit):
        return []
    fin = recit.foyer.maintenant - (recit.foyer.maintenant - recit.phase) % 3
    lignes: list[Ligne] = []
    for mois in range(fin - 1, fin - 1 - TRIMESTRE_DIT, -1):
        for place, adulte, gains in zip(PLACES, recit.foyer.adultes(), recit.mensuels, strict=False):
            nature = NATURES[adulte.carriere.en(mois).activite]
            pension = adulte.carriere.pension if adulte.carriere.pension and mois >= adulte.carriere.pension_depuis else 0
            gain = gains[mois - recit.origine] - pension
            natures = {"000": 0} if not gain and not pension else {}
            if gain and nature:
                natures[nature] = gain
            if pension:
                natures[PENSION_ALIMENTAIRE] = pension
            lignes += [
                {"annee": mois // 12, "mois": mois % 12 + 1, "personne": place, "nature": une, "montant": montant}
                for une, montant in natures.items()
            ]
    return lignes


def _liste_des_droits(hasard: Hasard, recit: Histoire) -> list[Ligne]:
    maintenant = recit.foyer.maintenant
    droits = [
        {"code": code, "depuis": premier(_depuis(hasard, recit, code)), "montant": euros(cents)} for code, cents in recit.droits[-1].items()
    ]
    rentree = maintenant - (maintenant - 7) % 12  # the last August
    if recit.arret is None and recit.du_mois(rentree) and comptes.prime_de_rentree(recit, rentree):
        droits.append({"code": "ARS", "depuis": premier(rentree)})
    return droits


def _depuis(hasard: Hasard, recit: Histoire, code: str) -> int:
    """Return the month since which a benefit is due: what is known, or what made it due before the first month that is known."""
    mois = recit.ouverture(code)
    if mois > recit.premier:
        return mois
    enfants = recit.foyer.enfants
    if code in DU_LOGEMENT:
        cause = recit.logement.emmenagement + 1
    elif code == "AF":
        cause = enfants[1].naissance + 1
    elif code == "CF":
        cause = enfants[2].naissance + 36
    elif code == "PAJEAB":
        cause = enfants[-1].naissance + 1
    elif code == "ASF":
        cause = max(recit.foyer.situation_depuis, enfants[0].naissance) + 1
    elif code == "AEEH":
        cause = min(un.aeeh_depuis for un in enfants if un.aeeh >= 0)
    else:
        cause = mois - hasard.entre(0, 60)
    return min(mois, max(recit.debut, cause))


def _paje(hasard: Hasard, recit: Histoire, paiements: list[Ligne]) -> list[Ligne]:
    """Return the parts of the PAJE in payment, and the birth grants of the last two years."""
    lignes: list[Ligne] = []
    for code in ("PAJEAB", "PREPARE", "CMG"):
        if code in recit.droits[-1]:
            benjamin = recit.foyer.enfants[-1].naissance
            ligne: Ligne = {"code": code, "debut": premier(max(recit.ouverture(code), benjamin + 1))}
            if code == "CMG":
                ligne["mode_garde"] = MODES_DE_GARDE.tirer(hasard)
            ligne |= {"fin": dernier(benjamin + 35), "montant": euros(recit.droits[-1][code])}
            lignes.append(ligne)
    lignes += [
        {"code": "PAJEPN", "debut": un["date_paiement"], "fin": un["date_paiement"], "montant": un["montant"]}
        for un in paiements
        if un["code"] == "PAJEPN"
    ]
    return lignes


def _protection(hasard: Hasard, recit: Histoire) -> dict[str, Any] | None:
    if not hasard.vrai(0.12 if "AAH" in recit.droits[-1] else 0.004):
        return None
    debut = recit.foyer.maintenant - hasard.entre(2, 70)
    debut = max(debut, recit.foyer.responsable.naissance + 18 * 12)
    nature = PROTECTIONS.tirer(hasard)
    duree = 3 if nature == "SAUVEGARDE" else 24 if nature == "MASP" else 60 if nature != "TUTELLE" else 120
    return {
        "nature": nature,
        "mandataire": hasard.un(MANDATAIRES),
        "debut": premier(debut),
        "fin": dernier(max(debut + duree, recit.foyer.maintenant + 3)),
    }


def _logement(hasard: Hasard, recit: Histoire) -> dict[str, Any]:
    logement, maintenant = recit.logement, recit.foyer.maintenant
    trouve: dict[str, Any] = {"statut_occupation": logement.statut}
    if logement.loyer:
        trouve["loyer"] = euros(logement.loyer)
    if logement.bailleur and logement.reference:
        trouve |= {
            "code_bailleur": logement.bailleur.code,
            "nom_bailleur": logement.bailleur.nom,
            "reference_logement": logement.reference,
            "est_adresse_du_dossier": logement.est_adresse,
        }
    aide = next((code for code in DU_LOGEMENT if code in recit.droits[-1]), None)
    if not aide or not logement.bailleur:
        return {"logement": trouve}
    montant = recit.droits[-1][aide]
    trouve |= {
        "type_aide": aide,
        "montant_aide": euros(montant),
        "date_ouverture_aide": premier(_depuis(hasard, recit, aide)),
        "destinataire_aide": "bailleur" if logement.tiers_payant else "allocataire",
    }
    reste = max(40_00, logement.loyer - montant)
    mois = hasard.entre(2, 7)
    if hasard.vrai(0.06) and maintenant - logement.emmenagement > mois:
        trouve |= {"impaye_montant": euros(reste * mois), "impaye_depuis": premier(maintenant - mois), "plan_apurement": hasard.vrai(0.5)}
        if trouve["plan_apurement"]:
            duree = hasard.entre(6, 30)
            trouve |= {"plan_mensualite": euros(-(-reste * mois // duree)), "plan_fin": dernier(maintenant + duree)}
    return {"logement": trouve}


def _echeances(recit: Histoire, etat: str) -> dict[str, Any]:
    maintenant = recit.foyer.maintenant
    lignes: list[Ligne] = []
    if etat in SANS_DROIT:
        return {}
    if _declare(recit) or recit.etat_rsa == "4":
        prochaine = maintenant + 3 - (maintenant - recit.phase) % 3
        lignes.append({"nature": "DTR", "date_limite": dernier(prochaine)})
    if recit.inconnu(maintenant):
        lignes.append({"nature": "RESSOURCES", "date_limite": dernier(maintenant + 1)})
    return _si("echeances", lignes)
