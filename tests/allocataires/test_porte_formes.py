"""A request that has not the form is one error, before anything is looked up, counted or traced."""

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors

from conventions.reference import PROFILS
from tests import usine
from tests.allocataires import porte

NOMS = ("session", "groupe", "caisse", "numero", "code", "motif", "ip", "telephone")
MAUVAIS: list[tuple[str, Any]] = [
    ("caisse", ""), ("caisse", "92"), ("caisse", "9211"), ("caisse", "921zz"), ("caisse", "92A"), ("caisse", "921\n"),
    ("numero", ""), ("numero", "123456"), ("numero", "12345678"), ("numero", "0000001999"), ("numero", "１２３４５６７"),
    ("numero", "١٢٣٤٥٦٧"), ("numero", "1234567\n"), ("numero", " 1234567"), ("numero", "1234567' or true --"), ("numero", "1" * 5000),
    ("code", "092-C"), ("code", "abc"), ("code", "A" * 13), ("code", "００１２３"),
    ("motif", ""), ("motif", "x" * 41), ("motif", "suivi d'une famille"), ("telephone", "06"), ("telephone", "06 00 00 00 00"),
]  # fmt: skip


def arguments(alice: usine.Agent, **changements: Any) -> list[Any]:
    bons = dict(zip(NOMS, [alice.cle, alice.groupe.pk, "921", "1234567", "", "suivi_social", usine.IP, ""], strict=True))
    return list((bons | changements).values())


@pytest.mark.parametrize("nom", NOMS)
def test_a_null_argument_is_refused(base: None, nom: str) -> None:
    alice = usine.agent("T1")
    with usine.connexion() as pg, pytest.raises(errors.InvalidParameterValue):
        pg.execute(porte.CHERCHER, arguments(alice, **{nom: None}))
    assert usine.traces(acteur=alice.utilisateur.pk) == []


@pytest.mark.parametrize(("nom", "valeur"), MAUVAIS)
def test_a_malformed_argument_is_refused(base: None, nom: str, valeur: str) -> None:
    alice = usine.agent("T1")
    with usine.connexion() as pg, pytest.raises(errors.InvalidParameterValue):
        pg.execute(porte.CHERCHER, arguments(alice, **{nom: valeur}))
    assert usine.traces(acteur=alice.utilisateur.pk) == []


@pytest.mark.parametrize(("profil", "codes"), [("T1", ()), ("T2", ()), ("T3", ()), ("T4", ()), ("T5", ("092",)), ("T8", ("00123",))])
def test_a_motive_is_one_of_the_profile(base: None, profil: str, codes: tuple[str, ...]) -> None:
    """Well formed, known to another profile, or nobody's: only the profile's own motives are a request (CN-52)."""
    agent = usine.agent(profil, codes=codes)
    siens = {code for code, _ in PROFILS[profil].motifs}
    autres = {code for fiche in PROFILS.values() for code, _ in fiche.motifs} - siens | {"suivi", next(iter(siens)).upper()}
    with usine.connexion() as pg:
        for motif in sorted(autres):
            with pytest.raises(errors.InvalidParameterValue):
                pg.execute(porte.CHERCHER, arguments(agent, motif=motif))
        assert usine.traces(acteur=agent.utilisateur.pk) == []
        for motif in sorted(siens):
            assert pg.execute(porte.CHERCHER, arguments(agent, motif=motif)).fetchone() != (None,)


def test_a_profile_without_motives_asks_for_nothing(base: None) -> None:
    """Were a profile opened without its motives, its requests would all be malformed."""
    with usine.connexion("proprietaire") as pg:
        for motif in ("", "suivi_social", None):
            assert pg.execute("select cdap.motif_connu('T99', %s) is true", [motif]).fetchone() == (False,)


def test_the_motive_of_who_has_no_right_changes_nothing_to_the_outcome(base: None) -> None:
    """Without a session, or without the habilitation, a motive of nobody gets what a right one gets."""
    alice = usine.agent("T1")
    alice.affectation.suspension = timezone.now()
    alice.affectation.save(using=usine.OWNER)
    with usine.connexion() as pg:
        assert pg.execute(porte.CHERCHER, arguments(alice, motif="suivi", session="inconnue")).fetchone() == (None,)
        for motif in ("suivi", "suivi_social"):
            assert pg.execute(porte.CHERCHER, arguments(alice, motif=motif)).fetchone() != (None,)
    assert [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["non_habilite", "non_habilite"]


@pytest.mark.parametrize("place", range(3))
def test_a_null_argument_of_the_reading_is_refused(base: None, place: int) -> None:
    alice = usine.agent("T1")
    parametres: list[Any] = [alice.cle, "00000000-0000-4000-8000-000000000000", usine.IP]
    parametres[place] = None
    with usine.connexion() as pg, pytest.raises(errors.InvalidParameterValue):
        pg.execute(porte.LIRE, parametres)


@pytest.mark.parametrize("action", ["rechercher", "opposition_poser", "", "CONSULTER", None])
def test_the_reading_names_only_an_act_of_reading(base: None, action: str | None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        with pytest.raises(errors.InvalidParameterValue):
            pg.execute("select * from cdap.porte_lire(%s, %s, %s::inet, %s)", [alice.cle, ticket, usine.IP, action])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texte=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40),
    nom=st.sampled_from(["caisse", "numero", "code"]),
)
def test_any_text_is_refused_or_asked_as_it_is(base: None, texte: str, nom: str) -> None:
    """Whatever is typed, the door either raises its one error or records exactly that text: nothing is cut or folded."""
    alice = usine.agent("T1")
    with usine.connexion() as pg:
        try:
            ligne = pg.execute(porte.CHERCHER, arguments(alice, **{nom: texte})).fetchone()
        except errors.InvalidParameterValue:
            return
    assert ligne is not None
    with usine.connexion("proprietaire") as pg:
        assert pg.execute(f"select {nom} from allocataires_consultation where ticket = %s", [ligne[0]]).fetchone() == (texte,)
