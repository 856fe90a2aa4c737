"""The baits: laid as the imports lay dossiers, like any other, and told apart by nobody but the rule."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.controle import leurres
from tests import usine
from tests.allocataires import porte
from tests.controle import alertes

pytestmark = pytest.mark.usefixtures("base")

CAISSE = "231"


def test_a_caisse_gets_what_it_lacks_and_no_more() -> None:
    usine.dossier(CAISSE)
    sortie = StringIO()
    call_command("poser_leurres", caisses=CAISSE, nombre=3, database="flux", stdout=sortie)
    assert "3 dossiers témoins posés" in sortie.getvalue()
    assert leurres.poser(CAISSE, 3, using="flux") == 0
    assert leurres.poser(CAISSE, 4, using="flux") == 1
    dates = usine.valeur(
        "select count(distinct c.donnees_au) from allocataires_contenu c join allocataires_dossier d on d.id = c.dossier_id "
        "join controle_leurre l on l.dossier_id = d.id where d.caisse = %s and d.etat = 'affilie' and not d.opposition",
        [CAISSE],
    )
    assert dates == 1


def test_a_bait_opens_like_any_other_dossier_and_is_told_at_the_next_run() -> None:
    leurres.poser("151", 1, using="flux")
    numero = usine.valeur(
        "select d.numero from allocataires_dossier d join controle_leurre l on l.dossier_id = d.id where d.caisse = '151'"
    )
    alice = usine.agent("T1", caisses=("151",))
    alice.utilisateur.nom = "Zzyzx"  # nobody of the household, whoever was invented
    alice.utilisateur.save(using=usine.OWNER, update_fields=["nom"])
    with usine.connexion() as pg:
        assert len(porte.ouvrir(pg, alice, numero, caisse="151")) == 1
    alertes.passer()
    assert alertes.regles(alice) == ["R13"]


@pytest.mark.parametrize("options", [{"caisses": "000"}, {"nombre": 0}, {"nombre": 101}])
def test_what_is_asked_wrong_is_said(options: dict[str, object]) -> None:
    with pytest.raises(CommandError):
        call_command("poser_leurres", database="flux", **options)
