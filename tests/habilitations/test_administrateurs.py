"""At most two administrators act for a convention, on any day, whatever the path; the last one leaves only through the CAF."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Acte, Bulletin, Convention
from conventions.services import nuit
from envois.models import Envoi
from habilitations.models import Decision, Role, Utilisateur
from habilitations.services import administrateurs, comptes
from habilitations.services.ecriture import en_session
from tests import usine
from tests.conventions.commande import en_worker
from tests.travail import Boite, travailler
from tests.usine import OWNER

PERSONNE: dict[str, Any] = {"nom": "Essai", "prenom": "Fanny", "fonction": "Adjointe", "service": "", "telephone": "", "fin": None}


def proposer(par: Auteur, convention: Convention, **champs: Any) -> int:
    donnees = PERSONNE | {"courriel": f"{usine.unique('fanny')}@ville.example", "debut": timezone.localdate()} | champs
    return administrateurs.proposer(par=par, organisme=convention.organisme_id, **donnees)


def en_fonction(convention: Convention) -> set[int]:
    """Return who acts today, as the database derives it."""
    with connections[OWNER].cursor() as curseur:
        curseur.execute("select utilisateur_id from cdap.administrateur_en_vigueur where convention_id = %s", [convention.pk])
        return {numero for (numero,) in curseur.fetchall()}


def valide(convention: Convention, **champs: Any) -> Utilisateur:
    """Return an administrator of that convention, by a validated bulletin."""
    bulletin = usine.bulletin(convention=convention, etat="valide", compte_ouvert=timezone.now(), **champs)
    return usine.utilisateur(convention.organisme, Role.ADMINISTRATEUR, bulletin=bulletin)


def auteur(personne: Utilisateur) -> Auteur:
    return Auteur(session=usine.ouvrir_session(personne)[0], utilisateur=personne.pk, ip=usine.IP)


def dans_n_jours(nombre: int) -> date:
    return timezone.localdate() + timedelta(days=nombre)


def test_an_administrator_proposes_the_second_one_and_the_caf_confirms(base: None, boite: Boite) -> None:
    convention = usine.convention()
    chloe = valide(convention)
    numero = proposer(auteur(chloe), convention)
    bulletin = Bulletin.objects.using(OWNER).get(pk=numero)
    assert (bulletin.rang, bulletin.etat, bulletin.propose_par_id) == (2, "recu", chloe.pk)
    assert en_fonction(convention) == {chloe.pk}
    assert Acte.objects.using(OWNER).get(bulletin=numero).auteur_id == chloe.pk
    assert Decision.objects.using(OWNER).get(genre="habilitation.admin_proposer", organisme=convention.organisme).auteur_id == chloe.pk
    usine.executer("update conventions_caisse set courriel = 'partenaires@caf921.example' where code = '921'")
    travailler()
    assert any(f"/admin/conventions/organisme/{convention.organisme_id}/" in texte for texte in boite.textes("partenaires@caf921.example"))


def test_a_third_is_refused_in_words_and_traced(base: None) -> None:
    convention = usine.convention()
    chloe, _ = valide(convention), valide(convention, rang=2)
    par = auteur(chloe)
    with pytest.raises(Refus, match="déjà ses deux administrateurs"):
        proposer(par, convention)
    assert Bulletin.objects.using(OWNER).filter(convention=convention).count() == 2
    assert [une["issue"] for une in usine.traces(acteur=chloe.pk, action="admin_proposer")] == ["refuse"]


def test_of_eight_proposals_at_once_one_takes_the_free_rank(base: None) -> None:
    convention = usine.convention()
    par = auteur(valide(convention))
    reponses: list[str] = []

    def tenter() -> None:
        try:
            proposer(par, convention)
        except Refus as refus:
            reponses.append(refus.phrase)
        else:
            reponses.append("fait")
        finally:
            connections.close_all()

    fils = [threading.Thread(target=tenter) for _ in range(8)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert reponses.count("fait") == 1
    assert all(reponse == "fait" or "déjà ses deux administrateurs" in reponse for reponse in reponses)
    assert Bulletin.objects.using(OWNER).filter(convention=convention).count() == 2


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"debut": date(2020, 1, 1)}, "aujourd’hui au plus tôt"),
        ({"fin": date(2020, 1, 1)}, "fin précède"),
        ({"courriel": "mairie@ville.example"}, "partagée"),
        ({"remplace": 0}, "Un remplacement a une date de fin"),
    ],
)
def test_what_is_typed_wrong_is_said_at_its_field(base: None, champs: dict[str, Any], phrase: str) -> None:
    convention = usine.convention()
    par = auteur(valide(convention))
    with pytest.raises(Refus, match=phrase):
        proposer(par, convention, **champs)
    assert Bulletin.objects.using(OWNER).filter(convention=convention).count() == 1


def test_nobody_else_proposes(base: None) -> None:
    convention = usine.convention()
    chloe, agent = valide(convention), usine.utilisateur(convention.organisme)
    etrangere = valide(usine.convention())
    retiree = auteur(chloe)
    usine.executer("update conventions_bulletin set etat = 'clos' where id = %s", [chloe.bulletin_id])
    for par in (auteur(agent), auteur(etrangere), retiree, Auteur(session="inconnue", ip=usine.IP)):
        avant = Bulletin.objects.using(OWNER).filter(convention=convention).count()
        if par.utilisateur == etrangere.pk:
            proposer(par, convention)  # for the own organisation, whatever the page said
        else:
            with pytest.raises(Refus, match="n’administrez pas"):
                proposer(par, convention)
        assert Bulletin.objects.using(OWNER).filter(convention=convention).count() == avant


def test_a_replacement_takes_the_rank_between_its_dates_and_the_person_replaced_rests(base: None) -> None:
    convention = usine.convention()
    chloe, denis = valide(convention), valide(convention, rang=2)
    remplacante = valide(convention, remplace=chloe.bulletin, debut=dans_n_jours(-1), fin=dans_n_jours(1))
    assert en_fonction(convention) == {denis.pk, remplacante.pk}
    with en_session(auteur(chloe)):
        assert not Utilisateur.objects.filter(organisme=convention.organisme).exists()
    for debut, fin in ((1, 2), (-3, -1)):
        usine.executer("update conventions_bulletin set debut = %s, fin = %s where id = %s", [
            dans_n_jours(debut), dans_n_jours(fin), remplacante.bulletin_id,
        ])  # fmt: skip
        assert en_fonction(convention) == {chloe.pk, denis.pk}


def test_a_replacement_falls_with_the_bulletin_that_it_stands_in_for(base: None) -> None:
    convention = usine.convention()
    chloe = valide(convention)
    valide(convention, remplace=chloe.bulletin, fin=dans_n_jours(9))
    usine.executer("update conventions_bulletin set etat = 'clos' where id = %s", [chloe.bulletin_id])
    assert en_fonction(convention) == set()


def test_a_replacement_is_proposed_for_one_of_the_own_and_once(base: None) -> None:
    convention = usine.convention()
    chloe, etrangere = valide(convention), valide(usine.convention())
    par = auteur(chloe)
    with pytest.raises(Refus, match="n’administrez pas"):
        proposer(par, convention, remplace=etrangere.bulletin_id, fin=dans_n_jours(9))
    numero = proposer(par, convention, remplace=chloe.bulletin_id, fin=dans_n_jours(9))
    assert Bulletin.objects.using(OWNER).get(pk=numero).rang == 1
    with pytest.raises(Refus, match="déjà un remplaçant"):
        proposer(par, convention, remplace=chloe.bulletin_id, fin=dans_n_jours(9))
    with pytest.raises(Refus, match="tient le rang"):
        proposer(par, convention, remplace=numero, fin=dans_n_jours(9))


def test_who_leaves_acts_no_more_and_the_account_ends(base: None) -> None:
    convention = usine.convention()
    chloe, denis = valide(convention), valide(convention, rang=2)
    par = auteur(chloe)
    administrateurs.partir(par=par, organisme=convention.organisme_id, motif="Mutation.")
    assert en_fonction(convention) == {denis.pk}
    assert usine.client(par.session).get("/habilitations/utilisateurs/").status_code in (302, 403, 404)
    en_worker(comptes.suivre_les_bulletins)
    assert Utilisateur.objects.using(OWNER).get(pk=chloe.pk).suspension_cause == "fin"


def test_the_last_one_stays_until_the_caf_names_another(base: None) -> None:
    convention = usine.convention()
    chloe = valide(convention)
    with pytest.raises(Refus, match="seul administrateur"):
        administrateurs.partir(par=auteur(chloe), organisme=convention.organisme_id, motif="Mutation.")
    assert en_fonction(convention) == {chloe.pk}
    assert Envoi.objects.using(OWNER).filter(modele="habilitations.administrateur_dernier", objet=convention.organisme_id).count() == 1
    assert [une["issue"] for une in usine.traces(acteur=chloe.pk, action="admin_partir")] == ["refuse"]


def test_two_who_leave_at_once_leave_one(base: None) -> None:
    for _ in range(5):
        convention = usine.convention()
        partants = [auteur(valide(convention)), auteur(valide(convention, rang=2))]
        depart = threading.Barrier(2)

        def partir(par: Auteur, convention: Convention = convention, depart: threading.Barrier = depart) -> None:
            depart.wait()
            try:
                administrateurs.partir(par=par, organisme=convention.organisme_id, motif="Mutation.")
            except Refus:
                pass
            finally:
                connections.close_all()

        fils = [threading.Thread(target=partir, args=[par]) for par in partants]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
        assert len(en_fonction(convention)) == 1


def test_no_account_administers_without_a_bulletin(base: None) -> None:
    agent = usine.utilisateur(usine.convention().organisme)
    for instruction in ("update habilitations_utilisateur set role = 'administrateur' where id = %s",):
        with pytest.raises(Exception, match="habilitations_utilisateur_rang"):
            usine.executer(instruction, [agent.pk])


def test_the_ranks_say_who_holds_them_and_who_stands_in(base: None) -> None:
    convention = usine.convention()
    chloe, denis = valide(convention), valide(convention, rang=2)
    remplacante = valide(convention, rang=2, remplace=denis.bulletin, fin=dans_n_jours(9))
    with en_session(auteur(chloe)):
        lus = administrateurs.rangs(convention.organisme_id)
    assert [(un.rang, un.bulletin.pk, un.remplacant.pk if un.remplacant else None, un.repose) for un in lus] == [
        (1, chloe.bulletin_id, None, False), (2, denis.bulletin_id, remplacante.bulletin_id, True),
    ]  # fmt: skip


def test_a_bulletin_whose_last_day_has_passed_frees_its_rank(base: None) -> None:
    convention = usine.convention()
    chloe = valide(convention)
    finie = usine.bulletin(convention=convention, rang=2, etat="valide", fin=dans_n_jours(-1))
    proposee = usine.bulletin(convention=convention, rang=1, etat="recu", remplace=chloe.bulletin, fin=dans_n_jours(-1))
    vivante = usine.bulletin(etat="valide", fin=dans_n_jours(0))
    en_worker(nuit.expirer_les_bulletins)
    etats = {un.pk: un.etat for un in Bulletin.objects.using(OWNER).filter(pk__in=[finie.pk, proposee.pk, vivante.pk])}
    assert etats == {finie.pk: "clos", proposee.pk: "refuse", vivante.pk: "valide"}
    assert Acte.objects.using(OWNER).get(bulletin=finie.pk, genre="bulletin_clore").motif == "Terme échu."
    assert Bulletin.objects.using(OWNER).get(pk=proposer(auteur(chloe), convention)).rang == 2


def test_one_who_has_never_signed_in_does_not_let_the_other_leave(base: None) -> None:
    convention = usine.convention()
    chloe, jamais = valide(convention), valide(convention, rang=2)
    usine.executer("update habilitations_utilisateur set mot_de_passe_provisoire = true where id = %s", [jamais.pk])
    for _ in range(3):
        with pytest.raises(Refus, match="seul administrateur"):
            administrateurs.partir(par=auteur(chloe), organisme=convention.organisme_id, motif="Mutation.")
    dites = Envoi.objects.using(OWNER).filter(modele="habilitations.administrateur_dernier", objet=convention.organisme_id)
    assert dites.count() == 1, "the caisse is told once a day"
