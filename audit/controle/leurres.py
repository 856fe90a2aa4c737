"""Baits: fictional dossiers among the true ones. Nobody has a reason to ask for one; who does is told to the controllers (rule R13)."""

import secrets
from collections.abc import Iterator

from django.db import connections

from allocataires.fictif.dossier import Fabrique
from allocataires.flux import echange
from allocataires.flux.chargement import charger
from allocataires.flux.recus import Accepte
from audit.journal import horloge
from conventions.reference import CAISSES


def poser(caisse: str, nombre: int, *, using: str) -> int:
    """Lay what a caisse lacks to have `nombre` baits, as the role of the imports; return how many were laid.

    A bait has the date of the data of a dossier that is there, a number that nobody has, and opens to whoever asks for it. A true dossier
    that comes later under this number takes its place, and is no bait.
    """
    with connections[using].cursor() as curseur:
        curseur.execute("select cdap.leurres_a_poser(%s, %s)", [caisse, nombre])
        manquants = int(curseur.fetchone()[0])
        curseur.execute(
            "select c.donnees_au from allocataires_contenu c join allocataires_dossier d on d.id = c.dossier_id "
            "where d.caisse = %s limit 1",
            [caisse],
        )
        ligne = curseur.fetchone()
        fabrique = Fabrique(secrets.randbits(63), (caisse,), tuple(CAISSES), None, (ligne[0] if ligne else horloge.maintenant()))
        inventes = _inventer(fabrique, caisse, using)
        choisis = [next(inventes) for _ in range(manquants)]
        charger(iter(choisis), using=using)
        poses = 0
        for un in choisis:
            curseur.execute("select cdap.leurre_poser(%s, %s)", [caisse, un.dossier.numero])
            poses += int(curseur.fetchone()[0])
        curseur.execute("select cdap.journal_tracer_systeme('systeme', 'importer', 'accorde', 'controle')")
    return poses


def _inventer(fabrique: Fabrique, caisse: str, using: str) -> Iterator[Accepte]:
    """Give fictional dossiers that open, under numbers that are free."""
    rang = 0
    while True:
        element = echange.dossier(rang + 1, fabrique.ligne(rang).decode())
        rang += 1
        if not isinstance(element, Accepte) or element.dossier.etat != "affilie" or element.dossier.opposition:
            continue
        with connections[using].cursor() as curseur:
            curseur.execute(
                "select exists (select 1 from allocataires_dossier where caisse = %s and numero = %s)", [caisse, element.dossier.numero]
            )
            if not curseur.fetchone()[0]:
                yield element
