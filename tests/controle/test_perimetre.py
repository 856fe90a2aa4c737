"""Who controls what: the perimeter comes from the live session, and nobody else has one."""

import pytest

from conventions.models import Caisse
from habilitations.models import Role
from tests import usine

pytestmark = pytest.mark.usefixtures("base")


def perimetre(cle: str) -> object:
    with usine.connexion("controle") as pg:
        return pg.execute("select role, caisses from cdap.controleur(%s)", [cle]).fetchone()


def voit(cle: str, organisme: int | None) -> bool:
    with usine.connexion("controle") as pg:
        [vu] = pg.execute("select cdap.controle_voit(%s, %s)", [cle, organisme]).fetchone() or (None,)
        return bool(vu)


def test_a_controller_sees_the_partners_that_the_own_caisses_lead() -> None:
    emile = usine.utilisateur(None, Role.CONTROLEUR)
    emile.caisses.set(Caisse.objects.using(usine.OWNER).filter(code="921"))
    cle = usine.ouvrir_session(emile)[0]
    ici, ailleurs = usine.organisme(caisse_id="921"), usine.organisme(caisse_id="441")
    assert perimetre(cle) == ("controleur", ["921"])
    assert [voit(cle, un.pk) for un in (ici, ailleurs)] == [True, False]
    assert not voit(cle, None)


def test_the_data_protection_officer_sees_them_all() -> None:
    cle = usine.ouvrir_session(usine.utilisateur(None, Role.DPO))[0]
    assert perimetre(cle) == ("dpo", None)
    assert voit(cle, usine.organisme(caisse_id="441").pk)
    assert voit(cle, None)


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATEUR, Role.CAF])
def test_nobody_else_controls(role: Role) -> None:
    organisme = usine.organisme(caisse_id="921") if role in (Role.AGENT, Role.ADMINISTRATEUR) else None
    cle = usine.ouvrir_session(usine.utilisateur(organisme, role))[0]
    assert perimetre(cle) is None
    assert not voit(cle, usine.organisme(caisse_id="921").pk)


def test_a_closed_session_controls_nothing() -> None:
    cle = usine.ouvrir_session(usine.utilisateur(None, Role.DPO))[0]
    usine.executer("update habilitations_session set fermee = 'deconnexion' where empreinte = sha256(convert_to(%s, 'UTF8'))", [cle])
    assert perimetre(cle) is None
