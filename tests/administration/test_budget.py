"""What the pages of the administration cost: the same for ten rows and for a thousand (lists, cards, forms, proposals, history)."""

from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conventions.models import Contrat, Convention, Organisme
from tests import usine
from tests.usine import OWNER

# One partner with its convention, its contract and its bulletin, a number of times, for one caisse.
PARTENAIRES = """
with o as (insert into conventions_organisme (raison_sociale, nature, secteur, zone, adresse, code_postal, ville, representant,
    representant_qualite, courriel, telephone, contact_dpo, contact_securite, numero_tiers, protege, caisse_id, version)
  select 'Budget ' || %s || ' ' || lpad(i::text, 5, '0'), 'autre', 'autre', '', '', '', '', '', '', '', '', '', '', '', false, %s, 1
  from generate_series(1, %s) i returning id),
cv as (insert into conventions_convention (organisme_id, origine, debut, fin, duree_mois, preavis_mois, tacite_reconduction, version)
  select id, 'cdap', '2020-01-01', '2100-12-31', 12, 3, true, 1 from o returning id),
b as (insert into conventions_bulletin (convention_id, rang, etat, nom, prenom, fonction, service, courriel, telephone, debut)
  select id, 1, 'recu', 'Essai', 'Inès', 'Directrice', '', 'ines@partenaire.example', '', '2020-01-01' from cv)
select id from cv
"""
CONTRATS = """
insert into conventions_contrat (convention_id, service_id, debut, version, telephone_exige)
select cv.id, 'cdap', cv.debut, 1, false from conventions_convention cv join conventions_organisme o on o.id = cv.organisme_id where o.caisse_id = %s
"""


def cout(navigateur: Client, adresse: str) -> int:
    """The queries of a page whose process is warm: the types of content are read once a process."""
    navigateur.get(adresse)
    with CaptureQueriesContext(connections["caf"]) as requetes:
        assert navigateur.get(adresse).status_code == 200, adresse
    return len(requetes)


@pytest.mark.long
def test_ten_rows_and_a_thousand_cost_the_same(base: None) -> None:
    couts: list[dict[str, int]] = []
    for caisse, nombre in (("231", 10), ("241", 1000)):
        usine.executer(PARTENAIRES, [caisse, caisse, nombre])
        usine.executer(CONTRATS, [caisse])
        navigateur = usine.client(usine.operateur(caisse).session)
        convention = Convention.objects.using(OWNER).filter(organisme__caisse=caisse).order_by("pk")[0]
        contrat = Contrat.objects.using(OWNER).get(convention=convention)
        lignes: dict[str, Any] = {"organisme": convention.organisme_id, "convention": convention.pk, "contrat": contrat.pk}
        lignes["bulletin"] = convention.bulletins.using(OWNER).get().pk
        mesure: dict[str, int] = {}
        for modele, pk in lignes.items():
            liste = reverse(f"admin:conventions_{modele}_changelist")
            adresses = {"liste": liste, "page 2": f"{liste}?p=1" if nombre > 50 else liste, "recherche": f"{liste}?q=Budget"}
            adresses |= {page: reverse(f"admin:conventions_{modele}_{page}", args=[pk]) for page in ("change", "history")}
            mesure |= {f"{modele} {nom}": cout(navigateur, adresse) for nom, adresse in adresses.items()}
        mesure["accueillir"] = cout(navigateur, reverse("admin:conventions_organisme_accueillir"))
        mesure["ajouter"] = cout(navigateur, reverse("admin:conventions_contrat_add"))
        mesure["tableau"] = cout(navigateur, reverse("admin:index"))
        couts.append(mesure)
    assert Organisme.objects.using(OWNER).filter(caisse="241").count() >= 1000
    assert couts[0] == couts[1]
