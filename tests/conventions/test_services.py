"""Every function of the services, as cdap_caf: what it writes, its permanent act and its trace; what it refuses, and then writes nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import DejaModifie, Refus
from conventions.models import Acte, Bulletin, CodeAcces, Contrat, Convention, Organisme, Profil, Service
from conventions.services import bulletins, contrats, conventions, organismes
from tests import usine
from tests.conventions.conftest import vu
from tests.usine import OWNER

HIER = timezone.localdate() - timedelta(days=1)
APRES_DEMAIN = timezone.localdate() + timedelta(days=2)  # still to come when midnight passes during the tests


def actes(**criteres: Any) -> list[Acte]:
    return list(Acte.objects.using(OWNER).filter(**criteres).order_by("pk"))


def acte_et_trace(par: Auteur, genre: str, objet: str, **criteres: Any) -> Acte:
    """Return the only act of that kind; its trace was written with it, by the same person."""
    (acte,) = actes(genre=genre, **criteres)
    assert acte.auteur_id == par.utilisateur
    (trace,) = usine.traces(famille="convention", action=genre, objet=objet)
    assert (trace["acteur"], trace["organisme"], trace["issue"]) == (par.utilisateur, acte.organisme_id, "accorde")
    return acte


def refuse(faire: Callable[..., Any], /, **arguments: Any) -> Refus:
    avant = Acte.objects.using(OWNER).count()
    with pytest.raises(Refus) as refus:
        faire(**arguments)
    assert Acte.objects.using(OWNER).count() == avant
    return refus.value


def test_a_partner_is_created_corrected_suspended_and_restored(caf: Auteur) -> None:
    caisse, siret = vu(usine.organisme()).caisse, usine.siret()
    organisme = organismes.creer(caisse=caisse, par=caf, siret=f"{siret[:3]} {siret[3:9]} {siret[9:]}", raison_sociale="Commune d’Exemple")
    assert organisme.siret == siret
    objet = f"organisme:{organisme.pk}"
    acte_et_trace(caf, "organisme_creer", objet, organisme=organisme.pk)

    organismes.modifier(organisme=organisme, version=organisme.version, par=caf, ville="Ville-Fictive", raison_sociale="Commune d’Exemple")
    assert acte_et_trace(caf, "organisme_modifier", objet, organisme=organisme.pk).detail == {"champs": ["ville"]}
    assert vu(organisme).ville == "Ville-Fictive"

    organismes.suspendre(organisme=organisme, motif="contrôle", par=caf)
    assert acte_et_trace(caf, "suspendre", objet, organisme=organisme.pk).motif == "contrôle"
    assert vu(organisme).suspension is not None
    refuse(organismes.suspendre, organisme=organisme, motif="x", par=caf)
    organismes.lever(organisme=organisme, motif="rien trouvé", par=caf)
    acte_et_trace(caf, "lever", objet, organisme=organisme.pk)
    assert vu(organisme).suspension is None
    refuse(organismes.lever, organisme=organisme, motif="x", par=caf)


def test_a_wrong_siret_is_corrected_and_the_old_one_stays_in_the_act(caf: Auteur) -> None:
    faux, juste = usine.siret(), usine.siret()
    organisme = vu(usine.organisme(siret=faux))
    organismes.corriger_siret(organisme=organisme, siret=f" {juste[:9]} {juste[9:]} ", motif="faute de frappe", par=caf)
    assert vu(organisme).siret == juste
    acte = acte_et_trace(caf, "siret_corriger", f"organisme:{organisme.pk}", organisme=organisme.pk)
    assert (acte.motif, acte.detail) == ("faute de frappe", {"ancien": faux, "nouveau": juste})

    autre = vu(usine.organisme())
    assert refuse(organismes.corriger_siret, organisme=autre, siret=juste, motif="x", par=caf).champ == "siret"
    for mauvais in (juste[:-1] + str((int(juste[-1]) + 1) % 10), juste[:-1], "", "x" * 14, "٥٥٢١٠٠٥٥٤٠٠٠٢٥"):
        assert refuse(organismes.corriger_siret, organisme=autre, siret=mauvais, motif="x", par=caf).champ == "siret"
    assert refuse(organismes.corriger_siret, organisme=organisme, siret=juste, motif="x", par=caf).champ == "siret"
    assert vu(autre).siret is None


def test_the_second_of_two_operators_is_told(caf: Auteur) -> None:
    organisme = vu(usine.organisme())
    organismes.modifier(organisme=organisme, version=1, par=caf, ville="Première")
    with pytest.raises(DejaModifie):
        organismes.modifier(organisme=organisme, version=1, par=caf, ville="Seconde")
    contrat = vu(usine.contrat())
    contrats.modifier(contrat=contrat, version=1, motif="x", par=caf, effectif_max=3)
    with pytest.raises(DejaModifie):
        contrats.modifier(contrat=contrat, version=1, motif="x", par=caf, effectif_max=4)
    assert (vu(organisme).ville, vu(contrat).effectif_max) == ("Première", 3)


def test_a_convention_lives_from_its_opening_to_its_end(caf: Auteur) -> None:
    organisme = vu(usine.organisme())
    debut = timezone.localdate() - timedelta(days=10)
    convention = conventions.ouvrir(organisme=organisme, debut=debut, par=caf)
    objet = f"convention:{convention.pk}"
    assert convention.fin == conventions.ajouter_mois(debut, 12) - timedelta(days=1)
    acte_et_trace(caf, "convention_ouvrir", objet, convention=convention.pk)
    conventions.envoyer(convention=convention, par=caf)
    acte_et_trace(caf, "convention_envoyer", objet, convention=convention.pk)
    assert vu(convention).envoi == horloge.jour()
    refuse(conventions.envoyer, convention=convention, par=caf)

    conventions.signer(acte=convention, partie="partenaire", le=HIER, par=caf)
    assert refuse(conventions.signer, acte=convention, partie="partenaire", le=HIER, par=caf).champ == "signature_partenaire"
    assert refuse(conventions.signer, acte=convention, partie="caf", le=APRES_DEMAIN, par=caf).champ == "signature_caf"
    with pytest.raises(ValueError, match="voisin"):
        conventions.signer(acte=convention, partie="voisin", le=HIER, par=caf)
    conventions.signer(acte=convention, partie="caf", le=HIER, par=caf)
    assert [acte.detail["partie"] for acte in actes(genre="signer", convention=convention.pk)] == ["partenaire", "caf"]
    assert (vu(convention).signature_partenaire, vu(convention).signature_caf) == (HIER, HIER)

    conventions.suspendre(acte=convention, motif="contrôle", par=caf)
    acte_et_trace(caf, "suspendre", objet, convention=convention.pk)
    refuse(conventions.suspendre, acte=convention, motif="x", par=caf)
    conventions.lever(acte=convention, motif="rien trouvé", par=caf)
    acte_et_trace(caf, "lever", objet, convention=convention.pk)
    refuse(conventions.lever, acte=convention, motif="x", par=caf)

    conventions.resilier(acte=convention, motif="manquement grave", par=caf)
    assert acte_et_trace(caf, "resilier", objet, convention=convention.pk).motif == "manquement grave"
    for faire, arguments in (
        (conventions.resilier, {"acte": convention, "motif": "x"}),
        (conventions.suspendre, {"acte": convention, "motif": "x"}),
        (conventions.lever, {"acte": convention, "motif": "x"}),
        (conventions.signer, {"acte": convention, "partie": "caf", "le": HIER}),
        (conventions.denoncer, {"convention": convention, "recue_le": HIER, "motif": "x"}),
        (contrats.ouvrir, {"convention": convention, "service": Service.objects.get(pk="cdap"), "profils": [], "caisses": []}),
        (
            bulletins.recevoir,
            {"convention": convention, "debut": HIER, "nom": "A", "prenom": "B", "fonction": "C", "courriel": "a@b.example"},
        ),
    ):
        refuse(faire, par=caf, **arguments)
    suivante = conventions.ouvrir(organisme=organisme, debut=debut, par=caf)
    assert vu(suivante).resiliation is None, "a terminated convention leaves room for another"


def test_a_second_convention_on_the_same_days_is_refused_in_words(caf: Auteur) -> None:
    convention = vu(usine.convention(fin=date(2021, 12, 31)))
    for debut in (date(2020, 6, 1), date(2021, 12, 31)):
        assert "déjà une convention" in str(refuse(conventions.ouvrir, organisme=convention.organisme, debut=debut, par=caf))
    assert "préavis" in str(
        refuse(conventions.ouvrir, organisme=convention.organisme, debut=date(2030, 1, 1), duree_mois=3, preavis_mois=3, par=caf)
    )
    assert conventions.ouvrir(organisme=convention.organisme, debut=date(2022, 1, 1), par=caf).pk


def test_a_contract_opens_is_amended_and_loses_a_caisse(caf: Auteur) -> None:
    convention = vu(usine.convention())
    un, deux, cinq = (Profil.objects.get(pk=code) for code in ("T1", "T2", "T5"))
    caisses = [vu(usine.organisme(caisse_id=code)).caisse for code in ("921", "441")]
    service = Service.objects.get(pk="cdap")
    contrat = contrats.ouvrir(convention=convention, service=service, profils=[un, cinq], caisses=caisses, par=caf, effectif_max=20)
    objet = f"contrat:{contrat.pk}"
    acte_et_trace(caf, "contrat_ouvrir", objet, contrat=contrat.pk)
    assert "déjà un contrat" in str(refuse(contrats.ouvrir, convention=convention, service=service, profils=[un], caisses=caisses, par=caf))

    code = contrats.accorder_code(contrat=contrat, profil=cinq, valeur=" 092c05001 ", par=caf)
    assert acte_et_trace(caf, "code_accorder", objet, contrat=contrat.pk).detail == {"profil": "T5", "code": "092C05001"}
    for profil, valeur in ((cinq, "092C05001"), (un, "092"), (deux, "092"), (cinq, ""), (cinq, "09-2"), (cinq, "1" * 13)):
        refuse(contrats.accorder_code, contrat=contrat, profil=profil, valeur=valeur, par=caf)

    contrats.modifier(contrat=contrat, version=1, motif="avenant", par=caf, profils=[un, deux], telephone_exige=True)
    acte = acte_et_trace(caf, "contrat_modifier", objet, contrat=contrat.pk)
    assert (acte.detail["avant"]["profils"], acte.detail["apres"]["profils"]) == (["T1", "T5"], ["T1", "T2"])
    assert (acte.detail["avant"]["effectif_max"], acte.detail["apres"]["effectif_max"]) == (20, 20)
    assert vu(code).retrait is not None, "a profile that leaves takes its codes with it"
    acte_et_trace(caf, "code_retirer", objet, contrat=contrat.pk)
    refuse(contrats.retirer_code, code=code, motif="x", par=caf)
    version = vu(contrat).version
    contrats.modifier(contrat=contrat, version=version, motif="avenant", par=caf, profils=[un, deux])
    assert vu(contrat).version == version, "nothing changed"
    assert refuse(contrats.modifier, contrat=contrat, version=version, motif="x", par=caf, caisses=[]).champ == "caisses"
    assert refuse(contrats.modifier, contrat=contrat, version=version, motif="x", par=caf, profils=[]).champ == "profils"
    assert (
        refuse(contrats.modifier, contrat=contrat, version=version, motif="x", par=caf, profils=[Profil.objects.get(pk="T6")]).champ
        == "profils"
    )

    contrats.retirer_caisse(contrat=contrat, caisse=caisses[1], motif="la caisse se retire", par=caf)
    acte_et_trace(caf, "caisse_retirer", objet, contrat=contrat.pk)
    assert contrats.portee(vu(contrat))["caisses"] == ["921"]
    refuse(contrats.retirer_caisse, contrat=contrat, caisse=caisses[1], motif="x", par=caf)

    conventions.resilier(acte=contrat, motif="fin", par=caf)
    acte_et_trace(caf, "resilier", objet, contrat=contrat.pk)
    refuse(contrats.modifier, contrat=contrat, version=None, motif="x", par=caf, effectif_max=3)
    refuse(contrats.accorder_code, contrat=contrat, profil=cinq, valeur="1", par=caf)
    refuse(contrats.retirer_caisse, contrat=contrat, caisse=caisses[0], motif="x", par=caf)
    assert contrats.ouvrir(convention=convention, service=service, profils=[un], caisses=caisses, par=caf).pk


def test_profiles_come_in_the_order_of_their_numbers(base: None) -> None:
    codes = list(Profil.objects.using(OWNER).values_list("pk", flat=True))
    assert codes.index("T2") < codes.index("T10")
    assert codes == sorted(codes, key=lambda code: int(code[1:]))


@pytest.mark.parametrize(("debut", "fin"), [(date(2019, 12, 31), None), (date(2022, 1, 1), None), (date(2021, 1, 1), date(2022, 1, 1))])
def test_a_contract_outside_its_convention_is_refused(caf: Auteur, debut: date, fin: date | None) -> None:
    convention = vu(usine.convention(fin=date(2021, 12, 31)))
    service = Service.objects.get(pk="monenfant")
    refus = refuse(contrats.ouvrir, convention=convention, service=service, profils=[], caisses=[], par=caf, debut=debut, fin=fin)
    assert "sortent de celles de sa convention" in str(refus)
    assert not Contrat.objects.using(OWNER).filter(convention=convention.pk).exists()


def test_a_code_is_taken_back(caf: Auteur) -> None:
    contrat = vu(usine.contrat(profils=("T8",)))
    code = contrats.accorder_code(contrat=contrat, profil=Profil.objects.get(pk="T8"), valeur="00123", par=caf)
    contrats.retirer_code(code=code, motif="parc vendu", par=caf)
    assert acte_et_trace(caf, "code_retirer", f"contrat:{contrat.pk}", contrat=contrat.pk).motif == "parc vendu"
    assert contrats.accorder_code(contrat=contrat, profil=Profil.objects.get(pk="T8"), valeur="00123", par=caf).pk != code.pk
    assert CodeAcces.objects.using(OWNER).filter(contrat=contrat.pk).count() == 2


def personne(prenom: str = "Chloé") -> dict[str, Any]:
    return {
        "nom": "Spécimen",
        "prenom": prenom,
        "fonction": "Directrice",
        "courriel": f"{usine.unique()}@partenaire.example",
        "debut": HIER,
    }


def test_a_bulletin_goes_from_receipt_to_its_end(caf: Auteur) -> None:
    convention = vu(usine.convention())
    bulletin = bulletins.recevoir(convention=convention, par=caf, **personne())
    objet = f"bulletin:{bulletin.pk}"
    acte_et_trace(caf, "bulletin_recevoir", objet, bulletin=bulletin.pk)
    refuse(bulletins.valider, bulletin=bulletin, par=caf)
    bulletins.signer(bulletin=bulletin, partie="personne", le=HIER, par=caf)
    refuse(bulletins.signer, bulletin=bulletin, partie="personne", le=HIER, par=caf)
    refuse(bulletins.signer, bulletin=bulletin, partie="representant", le=APRES_DEMAIN, par=caf)
    refuse(bulletins.valider, bulletin=bulletin, par=caf)
    bulletins.signer(bulletin=bulletin, partie="representant", le=HIER, par=caf)
    assert [acte.detail["partie"] for acte in actes(genre="signer", bulletin=bulletin.pk)] == ["personne", "representant"]
    bulletins.controler(bulletin=bulletin, par=caf)
    acte_et_trace(caf, "bulletin_controler", objet, bulletin=bulletin.pk)
    bulletins.valider(bulletin=bulletin, par=caf)
    acte_et_trace(caf, "bulletin_valider", objet, bulletin=bulletin.pk)
    assert vu(bulletin).validation is not None
    for faire in (bulletins.valider, bulletins.controler):
        refuse(faire, bulletin=bulletin, par=caf)
    refuse(bulletins.refuser, bulletin=bulletin, motif="x", par=caf)
    refuse(bulletins.signer, bulletin=bulletin, partie="personne", le=HIER, par=caf)
    bulletins.clore(bulletin=bulletin, motif="mutation", par=caf)
    assert acte_et_trace(caf, "bulletin_clore", objet, bulletin=bulletin.pk).motif == "mutation"


def test_a_third_administrator_is_refused_until_one_leaves(caf: Auteur) -> None:
    convention = vu(usine.convention())
    un, deux = (bulletins.recevoir(convention=convention, par=caf, **personne(prenom)) for prenom in ("Chloé", "Denis"))
    assert (un.rang, deux.rang) == (1, 2)
    for rang in (None, 1, 3):
        refuse(bulletins.recevoir, convention=convention, par=caf, rang=rang, **personne("Trois"))
    bulletins.refuser(bulletin=un, motif="fonction incompatible", par=caf)
    acte_et_trace(caf, "bulletin_refuser", f"bulletin:{un.pk}", bulletin=un.pk)
    assert bulletins.recevoir(convention=convention, par=caf, **personne("Trois")).rang == 1
    assert (
        refuse(bulletins.recevoir, convention=convention, par=caf, **personne() | {"signature_personne": APRES_DEMAIN}).champ == "signature"
    )
    assert Bulletin.objects.using(OWNER).filter(convention=convention.pk).exclude(etat="refuse").count() == 2


def test_what_is_typed_is_checked_at_its_field(caf: Auteur) -> None:
    caisse = vu(usine.organisme()).caisse
    for champ, valeur in (
        ("courriel", "pas une adresse"),
        ("raison_sociale", "A\nBcc: b@c.example"),
        ("nature", "royaume"),
        ("code_postal", "9200"),
    ):
        refus = refuse(organismes.creer, caisse=caisse, par=caf, siret=None, **({"raison_sociale": "Exemple"} | {champ: valeur}))
        assert refus.champ == champ
    assert refuse(bulletins.recevoir, convention=vu(usine.convention()), par=caf, **personne() | {"courriel": "x"}).champ == "courriel"
    assert not Organisme.objects.using(OWNER).filter(raison_sociale="Exemple").exists()


def test_an_absorbed_partner_opens_no_convention(caf: Auteur) -> None:
    absorbe = vu(usine.organisme(fusionne_dans=usine.organisme()))
    refuse(conventions.ouvrir, organisme=absorbe, debut=HIER, par=caf)
    assert not Convention.objects.using(OWNER).filter(organisme=absorbe.pk).exists()
