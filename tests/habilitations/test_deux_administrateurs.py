"""Two administrators act at most, one a rank, on any day, whatever is received, validated, closed or replaced, in whatever order."""

import random
from datetime import date, timedelta

import pytest
from django.db import connections

from audit.journal.auteur import Auteur
from cdap import routeur
from conventions.erreurs import Refus
from conventions.models import Bulletin, Convention
from conventions.services import bulletins
from habilitations.services import comptes
from tests import horloge, usine
from tests.conventions.commande import en_worker
from tests.usine import OWNER

JOUR = date(2026, 12, 1)
DUREE = 40


def un_jour(hasard: random.Random) -> date:
    return JOUR + timedelta(days=hasard.randrange(DUREE))


def recevoir(hasard: random.Random, dora: Auteur, convention: Convention) -> Bulletin:
    """Receive somebody, sometimes in the place of an administrator, for dates drawn at random."""
    valides = list(Bulletin.objects.filter(convention=convention, etat="valide"))
    remplace = hasard.choice(valides) if valides and hasard.random() < 0.5 else None
    debut = un_jour(hasard)
    fin = debut + timedelta(days=hasard.randrange(15)) if remplace or hasard.random() < 0.3 else None
    return bulletins.recevoir(
        convention=convention, par=dora, debut=debut, fin=fin, remplace=remplace, rang=hasard.choice([None, 1, 2]), nom="Spécimen",
        prenom="Zoé", fonction="Directrice", courriel="zoe@ville.example", signature_personne=usine.DEBUT, signature_representant=usine.DEBUT,
    )  # fmt: skip


def agir(hasard: random.Random, dora: Auteur, convention: Convention) -> bool:
    """Do something at random, as the CAF does; return whether it was allowed."""
    vivants = list(Bulletin.objects.filter(convention=convention, etat__in=["recu", "valide"]).order_by("pk"))
    try:
        if not vivants or hasard.random() < 0.5:
            vivants = [recevoir(hasard, dora, convention)]
        bulletin = hasard.choice(vivants)
        if bulletin.etat == "recu":
            bulletins.valider(bulletin=bulletin, par=dora)
        elif hasard.random() < 0.5:
            bulletins.clore(bulletin=bulletin, motif="Départ", par=dora)
    except Refus:
        return False
    return True


def rangs(organisme: int) -> list[int]:
    """The ranks of those who act today."""
    with connections[OWNER].cursor() as curseur:
        curseur.execute("select rang from cdap.administrateur_en_vigueur where organisme_id = %s order by rang", [organisme])
        return [rang for (rang,) in curseur.fetchall()]


@pytest.mark.parametrize("graine", range(4))
def test_never_a_third_on_any_day(base: None, graine: int) -> None:
    hasard = random.Random(graine)
    dora = usine.operateur("921")
    convention = usine.convention()
    with routeur.sur("caf"):
        vue = Convention.objects.get(pk=convention.pk)
        permis = [agir(hasard, dora, vue) for _ in range(20)]
    assert {True, False} == set(permis), "some are refused, and some are not"
    en_worker(comptes.suivre_les_bulletins)
    vus = set()
    for jour in range(0, DUREE + 15, 3):
        with horloge.a(f"{JOUR + timedelta(days=jour)}T12:00"):
            trouves = rangs(convention.organisme_id)
        assert trouves in ([], [1], [2], [1, 2]), jour
        vus |= set(trouves)
    assert vus, "somebody acts on some day"


def test_the_person_replaced_rests_between_the_two_dates(base: None) -> None:
    chef = usine.personne(usine.administrateur(usine.organisme()))
    assert chef.bulletin is not None
    usine.bulletin(
        convention=chef.bulletin.convention, rang=1, remplace=chef.bulletin, etat="valide", debut=JOUR, fin=JOUR + timedelta(days=4)
    )
    en_worker(comptes.suivre_les_bulletins)

    def agit() -> list[bool]:
        with connections[OWNER].cursor() as curseur:
            curseur.execute("select remplacant from cdap.administrateur_en_vigueur where organisme_id = %s", [chef.organisme_id])
            return [remplacant for (remplacant,) in curseur.fetchall()]

    for jours, attendu in ((-1, [False]), (0, [True]), (4, [True]), (5, [False])):
        with horloge.a(f"{JOUR + timedelta(days=jours)}T12:00"):
            assert (jours, agit()) == (jours, attendu)
