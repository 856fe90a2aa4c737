"""What a household of the flow becomes: each rubrique, each rule, and what is left out of it."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from allocataires.flux.recus import Accepte, Rejet
from allocataires.flux.rsa.lecture import ECART
from tests.allocataires.flux.rsa.fabrique import accepte, entete, flux, foyer, lus, personne, refus


def avertis(element: Accepte) -> list[str]:
    return [avertissement.partition(" : ")[0] for avertissement in element.avertissements]


# --- The key ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matricule", "numero"),
    [
        ("990000100000000", "9900001"), ("001234500000000", "0012345"), ("12345", "0012345"), ("9900001", "9900001"),
        ("000000009900001", "9900001"), ("000000100000000", "0000001"),
    ],
)  # fmt: skip
def test_a_matricule_gives_the_seven_digits_of_the_number(matricule: str, numero: str) -> None:
    assert accepte(foyer(matricule)).dossier.numero == numero


@pytest.mark.parametrize(
    "matricule", ["", "000000000000000", "9900001000", "990000112345678", "1234500000000", "99000010000000A", "-99000010000000", "9" * 40]
)
def test_a_matricule_that_could_be_two_numbers_or_none_is_refused(matricule: str) -> None:
    assert refus(foyer(matricule)) == "Organisme, MATRICULE : sept chiffres suivis de huit zéros sont attendus"


def test_a_caisse_of_before_a_merger_is_the_one_of_today() -> None:
    assert accepte(foyer(caisse="597")).dossier.caisse == "591"


@pytest.mark.parametrize(("organisme", "caisse"), [("MSA", "521"), ("OPF", "521"), ("", "521"), ("CAF", "")])
def test_what_is_no_caf_is_refused(organisme: str, caisse: str) -> None:
    assert refus(foyer(organisme=organisme, caisse=caisse)) == "Organisme : FONORG et NUMORG ne désignent pas une Caf"


def test_a_caisse_that_is_no_code_is_refused_without_its_value() -> None:
    assert refus(foyer(caisse="5X1")) == "caisse : la forme attendue n'est pas respectée"


# --- Who is who -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gens", "responsable", "conjoint"),
    [
        ([("DEM", "A")], "A", None),
        ([("CJT", "A"), ("DEM", "B")], "B", "A"),
        ([("CJT", "A"), ("CJT", "B")], "A", "B"),
        ([("DEM", "A"), ("RDO", "B")], "B", "A"),
        ([("ENF", "A"), ("CJT", "B")], "B", None),
        ([("DEM", "A"), ("DEM", "B"), ("CJT", "C")], "A", "B"),
    ],
)
def test_the_roles_say_who_is_responsible(gens: list[tuple[str, str]], responsable: str, conjoint: str | None) -> None:
    identite = accepte(foyer("990000100000000", *(personne(role, nom=nom) for role, nom in gens))).dossier.rubriques.identite
    assert identite.responsable.nom_naissance == responsable
    assert (identite.conjoint.nom_naissance if identite.conjoint else None) == conjoint


def test_the_responsable_that_the_flow_names_comes_first() -> None:
    deux = personne("DEM", nom="A"), personne("DEM", nom="B", responsable="1")
    assert accepte(foyer("990000100000000", *deux)).dossier.rubriques.identite.responsable.nom_naissance == "B"


def test_nobody_is_responsible_in_a_household_without_a_grown_up() -> None:
    assert refus(foyer("990000100000000", personne("ENF"))).startswith("Personne, ROLEPERS : aucune personne")


def test_an_identity_is_said_leaf_by_leaf() -> None:
    suite = "<PRENOM2>ANAÏS</PRENOM2><NIR>2880300123456</NIR>"
    personnes = personne(identite=suite).replace("<NOM>EXEMPLE</NOM>", "<NOM>MODÈLE-ŒUF</NOM>")
    lue = accepte(foyer("990000100000000", personnes)).dossier.rubriques.identite.responsable
    assert (lue.civilite, lue.nom_naissance, lue.nom_usage, lue.prenoms) == ("MME", "EXEMPLE", "MODÈLE-ŒUF", "CAMILLE ANAÏS")
    assert (lue.date_naissance, lue.sexe, lue.nir) == ("1988-03-14", "F", "2880300123456")


@pytest.mark.parametrize(("sorte", "lue"), [("N", "1988-03-14"), ("J", "1988-03-00"), ("O", "1988-00-00")])
def test_what_is_not_known_of_a_birth_is_written_00(sorte: str, lue: str) -> None:
    une = personne().replace("<TYPEDTNAI>N<", f"<TYPEDTNAI>{sorte}<")
    assert accepte(foyer("990000100000000", une)).dossier.rubriques.identite.responsable.date_naissance == lue


@pytest.mark.parametrize(
    ("nir", "gardes"),
    [("2880300123456", 1), ("288030012345617", 0), ("2820251108030" + "94", 1), ("2A80300123456", 0), ("12", 0), ("0000000000000", 0)],
)
def test_a_nir_that_is_not_well_formed_is_left_out(nir: str, gardes: int) -> None:
    element = accepte(foyer("990000100000000", personne(identite=f"<NIR>{nir}</NIR>")))
    assert element.dossier.rubriques.identite.responsable.nir == (nir if gardes else None)
    assert avertis(element) == ([] if gardes else ["rubriques.identite.responsable.nir"])
    assert nir not in "".join(element.avertissements)


def test_children_and_counts_come_from_the_family_benefits() -> None:
    gens = personne("DEM"), personne("ENF", charge="1", nom="UN"), personne("ENF", charge="0", nom="DEUX"), personne("AUT", charge="1")
    rubriques = accepte(foyer("990000100000000", *gens)).dossier.rubriques
    assert [(enfant.nom_naissance, enfant.a_charge) for enfant in rubriques.enfants] == [("UN", True), ("DEUX", False)]
    assert rubriques.famille is not None
    assert (rubriques.famille.nombre_enfants_a_charge, rubriques.famille.nombre_autres_personnes_a_charge) == (1, 1)
    assert (rubriques.famille.situation, rubriques.famille.situation_depuis) == ("ISO", date(2019, 10, 27))


@pytest.mark.parametrize(("fin", "debut"), [("", date(2026, 1, 10)), ("<NATFINGRO>N</NATFINGRO>", None)])
def test_a_pregnancy_is_told_until_it_ends(fin: str, debut: date | None) -> None:
    grossesse = f"<Grossesse><DDGRO>2026-01-10</DDGRO><DFGRO>2026-10-10</DFGRO><DTDECLGRO>2026-03-01</DTDECLGRO>{fin}</Grossesse>"
    famille = accepte(foyer("990000100000000", personne(suite=grossesse))).dossier.rubriques.famille
    assert famille is not None
    assert famille.grossesse_debut == debut
    assert (famille.grossesse_date_prevue is None) == (debut is None)


# --- The address ------------------------------------------------------------------------------------------


def test_the_address_of_rank_1_is_in_the_lines_of_the_post_office() -> None:
    adresse = accepte(foyer()).dossier.rubriques.adresse
    assert adresse is not None
    assert (adresse.complement_information, adresse.numero_libelle_voie) == ("BAT B", "1 RUE DE L'ESSAI")
    assert (adresse.code_postal_ville, adresse.pays, adresse.date_emmenagement) == ("01000 EXEMPLEVILLE", "FRANCE", date(2021, 5, 26))
    assert adresse.lieu_dit is None


def test_an_address_abroad_keeps_its_lines() -> None:
    lignes = "".join(f"<LIBLIG{rang}ADR>LIGNE {rang}</LIBLIG{rang}ADR>" for rang in range(2, 8))
    tronc = "<TroncCommunAdresse><RGADR>1</RGADR><PAYS>BEL</PAYS></TroncCommunAdresse>"
    ancienne = (
        f"<Adresse>{tronc.replace('>1<', '>02<')}<AdresseHorsFrance>{lignes.replace('LIGNE', 'ANCIENNE')}</AdresseHorsFrance></Adresse>"
    )
    actuelle = f"<Adresse>{tronc}<AdresseHorsFrance>{lignes}</AdresseHorsFrance></Adresse>"
    adresse = accepte(foyer(adresse=ancienne + actuelle)).dossier.rubriques.adresse
    assert adresse is not None
    assert (adresse.complement_information, adresse.numero_libelle_voie, adresse.pays) == ("LIGNE 2", "LIGNE 4", "LIGNE 7")


# --- Affiliation ------------------------------------------------------------------------------------------

CEDANT = (
    "<OrganismeCedant><FONORGCEDMUT>CAF</FONORGCEDMUT><NUMORGCEDMUT>597</NUMORGCEDMUT>"
    "<MATRICULEORGCEDMUT>990000900000000</MATRICULEORGCEDMUT><DDARRMUT>2026-02-01</DDARRMUT></OrganismeCedant>"
)
PRENANT = (
    "<OrganismePrenant><FONORGPRENMUT>CAF</FONORGPRENMUT><NUMORGPRENMUT>751</NUMORGPRENMUT>"
    "<DDDEPAMUT>2026-06-01</DDDEPAMUT></OrganismePrenant>"
)


@pytest.mark.parametrize(
    ("mutation", "cedante", "prenante", "jour"),
    [
        (CEDANT, "591", None, date(2026, 2, 1)),
        (PRENANT, None, "751", date(2026, 6, 1)),
        (CEDANT + PRENANT, None, "751", date(2026, 6, 1)),
        (CEDANT.replace("2026-02-01", "2026-07-01") + PRENANT, "591", None, date(2026, 7, 1)),
        (CEDANT.replace("CAF", "MSA"), None, None, date(2026, 2, 1)),
    ],
)
def test_the_last_move_is_told_and_closes_nothing(mutation: str, cedante: str | None, prenante: str | None, jour: date) -> None:
    element = accepte(foyer(mutation=mutation))
    affiliation = element.dossier.rubriques.affiliation
    assert affiliation is not None
    assert (affiliation.depuis, affiliation.caisse_cedante, affiliation.caisse_prenante) == (date(2015, 4, 1), cedante, prenante)
    assert affiliation.date_mutation == jour
    assert "etat" not in element.portees
    assert "affiliation.date_mutation" in element.portees


def test_a_move_that_the_flow_does_not_tell_is_not_carried() -> None:
    assert not {portee for portee in accepte(foyer()).portees if "mutation" in portee or "caisse" in portee}


# --- Activities and resources -----------------------------------------------------------------------------

RESSOURCES = (
    "<Ressources>"
    + "".join(
        f"<RessourcesMensuelles><GeneraliteRessourcesMensuelles><MOISRESS>2026-{mois:02d}-01</MOISRESS></GeneraliteRessourcesMensuelles>"
        f"<DetailRessourcesMensuelles><NATRESS>001</NATRESS><MTNATRESSMEN>0001675.50</MTNATRESSMEN>{abattu}</DetailRessourcesMensuelles>"
        "</RessourcesMensuelles>"
        for mois, abattu in ((1, ""), (2, "<ABANEU>A</ABANEU>"), (3, "<ABANEU>A</ABANEU>"))
    )
    + "</Ressources><MontantCalculDroitRSAPersonne><TOPPERSDRODEVORSA>1</TOPPERSDRODEVORSA><MTPERSABANEURSA>120.00</MTPERSABANEURSA>"
    "</MontantCalculDroitRSAPersonne>"
)


def test_resources_are_told_month_by_month_and_their_adjustments_by_nature() -> None:
    activite = "<Activite><REG>GE</REG><ACT>CHO</ACT><DDACT>2025-12-20</DDACT></Activite>"
    rubriques = accepte(foyer("990000100000000", personne(suite=RESSOURCES + activite), personne("CJT"))).dossier.rubriques
    assert [(ligne.annee, ligne.mois, ligne.personne, ligne.nature, ligne.montant) for ligne in rubriques.ressources_trimestrielles] == [
        (2026, mois, "responsable", "001", Decimal("1675.50")) for mois in (1, 2, 3)
    ]
    (ajustement,) = rubriques.ajustements
    assert (ajustement.nature, ajustement.personne, ajustement.montant) == ("A", "responsable", Decimal(120))
    assert (ajustement.debut, ajustement.fin) == (date(2026, 2, 1), date(2026, 3, 31))
    (une,) = rubriques.activites
    assert (une.activite, une.personne, une.debut, une.fin) == ("CHO", "responsable", date(2025, 12, 20), None)
    assert rubriques.rsa is not None
    assert rubriques.rsa.droits_et_devoirs is True


@pytest.mark.parametrize("montant", ["12345678901.00", "1.234", "NaN", "beaucoup", ""])
def test_an_absurd_amount_takes_its_line_away_and_nothing_else(montant: str) -> None:
    suite = RESSOURCES.replace("0001675.50", montant, 1)
    element = accepte(foyer("990000100000000", personne(suite=suite)))
    assert [ligne.mois for ligne in element.dossier.rubriques.ressources_trimestrielles] == [2, 3]
    assert avertis(element) == ["rubriques.ressources_trimestrielles[0].montant"] * len(element.avertissements)
    assert len(element.avertissements) >= 1
    assert not montant or montant not in "".join(element.avertissements)


# --- The RSA ----------------------------------------------------------------------------------------------


def test_the_rsa_its_parts_and_what_stopped_it() -> None:
    decisions = (
        "<Refus><DTREFURSA>2025-01-02</DTREFURSA><MOTIREFURSA>F02</MOTIREFURSA></Refus>"
        "<SuspensionDroit><MOTISUSDRORSA>DA</MOTISUSDRORSA><DDSUSDRORSA>2025-02-01</DDSUSDRORSA></SuspensionDroit>"
        "<SuspensionVersement><MOTISUSVERSRSA>06</MOTISUSVERSRSA><DDSUSVERSRSA>2025-03-01</DDSUSVERSRSA></SuspensionVersement>"
        "<FinDroit><MOTICLORSA>PCG</MOTICLORSA><DTCLORSA>2025-04-30</DTCLORSA></FinDroit>"
        "<FinDroitMoisAnterieur><MOTICLORSA>ZZ9</MOTICLORSA><DTCLORSA>2025-03-31</DTCLORSA></FinDroitMoisAnterieur>"
    )
    droit = (
        "<MontantsCalculDroitRSA><DDELECAL>2026-06-01</DDELECAL><MTREVMINIGARARSA>0000651.69</MTREVMINIGARARSA><MTREVGARARSA>0000651.69"
        "</MTREVGARARSA><MTPFRSA>0000010.00</MTPFRSA><MTALRSA>0000078.20</MTALRSA><MTRESSMENRSA>0000100.00</MTRESSMENRSA>"
        "<MTTOTDRORSA>0000463.49</MTTOTDRORSA></MontantsCalculDroitRSA>"
        "<DetailCalculDroitRSA><NATPF>RSD</NATPF><SOUSNATPF>RSDN1</SOUSNATPF><DDNATDRO>2026-06-01</DDNATDRO><MTRSAVERS>463.49</MTRSAVERS>"
        "</DetailCalculDroitRSA><AvisPCGDroitRSA><PaiementTiers><AVISDESTPAIRSA>A</AVISDESTPAIRSA><NOMTIE>TIERS FICTIF</NOMTIE>"
        "</PaiementTiers></AvisPCGDroitRSA>"
    )
    rubriques = accepte(foyer(decisions=decisions, droit=droit)).dossier.rubriques
    rsa = rubriques.rsa
    assert rsa is not None
    assert (rsa.partenaire, rsa.numero_demande, rsa.etat, rsa.date_demande) == ("052", "01020304052", "2", date(2018, 8, 6))
    assert (rsa.montant, rsa.montant_forfaitaire, rsa.ressources_retenues) == (Decimal("463.49"), Decimal("651.69"), Decimal(100))
    assert (rsa.prestations_retenues, rsa.aide_logement_retenue, rsa.date_ouverture) == (Decimal(10), Decimal("78.20"), None)
    assert [(une.nature, une.debut, une.montant) for une in rubriques.rsa_composantes] == [("RSD", date(2026, 6, 1), Decimal("463.49"))]
    assert [(une.genre, une.motif, une.depuis) for une in rubriques.rsa_decisions] == [
        ("refus", "F02", date(2025, 1, 2)),
        ("suspension_droit", "DA", date(2025, 2, 1)),
        ("suspension_versement", "06", date(2025, 3, 1)),
        ("fin", "PCG", date(2025, 4, 30)),
        ("fin", "ZZ9", date(2025, 3, 31)),
    ]
    assert rubriques.paiements_tiers == ()  # the flow carries an advice, not a payment


@pytest.mark.parametrize(
    ("foyers", "personnes", "lu"), [("1", "0", True), ("0", "1", False), ("", "1", True), ("", "0", False), ("", "", None)]
)
def test_rights_and_duties_are_the_household_s_before_its_persons(foyers: str, personnes: str, lu: bool | None) -> None:
    suite = f"<MontantCalculDroitRSAPersonne><TOPPERSDRODEVORSA>{personnes}</TOPPERSDRODEVORSA></MontantCalculDroitRSAPersonne>"
    un = foyer("990000100000000", personne(), personne("CJT", suite=suite))
    un = un.replace("</TroncCommunDroitRSA>", f"<TOPFOYDRODEVORSA>{foyers}</TOPFOYDRODEVORSA></TroncCommunDroitRSA>")
    rsa = accepte(un).dossier.rubriques.rsa
    assert rsa is not None
    assert rsa.droits_et_devoirs is lu


# --- What is left out -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mauvaise", ["2019-02-30", "2019-00-00", "0001-01-01", "9999-12-31", "27/10/2019", "hier"])
def test_an_impossible_date_is_left_out_with_a_warning(mauvaise: str) -> None:
    element = accepte(foyer().replace("2019-10-27", mauvaise).replace("1988-03-14", mauvaise))
    rubriques = element.dossier.rubriques
    assert rubriques.famille is not None
    assert (rubriques.famille.situation, rubriques.famille.situation_depuis) == ("ISO", None)
    if mauvaise != "2019-00-00":  # a birth whose month is not known is one
        assert rubriques.identite.responsable.date_naissance is None
        assert sorted(avertis(element)) == ["rubriques.famille.situation_depuis", "rubriques.identite.responsable.date_naissance"]
    assert mauvaise not in "".join(element.avertissements)


def test_a_date_may_bear_the_zone_that_xml_allows() -> None:
    famille = accepte(foyer().replace("2019-10-27", "2019-10-27+02:00")).dossier.rubriques.famille
    assert famille is not None
    assert famille.situation_depuis == date(2019, 10, 27)


def test_unknown_codes_are_kept() -> None:
    element = accepte(foyer(situation="<ETATDOSRSA>Q</ETATDOSRSA>").replace("<SITFAM>ISO", "<SITFAM>QQQ"))
    assert element.dossier.rubriques.rsa is not None
    assert element.dossier.rubriques.famille is not None
    assert (element.dossier.rubriques.rsa.etat, element.dossier.rubriques.famille.situation) == ("Q", "QQQ")


def test_a_list_that_is_too_long_loses_its_end() -> None:
    element = accepte(foyer("990000100000000", personne(), *(personne("ENF", nom=f"ENFANT{rang}") for rang in range(33))))
    assert len(element.dossier.rubriques.enfants) == 30
    assert element.avertissements == ("rubriques.enfants : il y a trop d'éléments, les dernières lignes sont laissées de côté",)


def test_a_household_in_which_all_is_wrong_is_refused() -> None:
    gens = [personne("ENF", identite="<NIR>x</NIR>").replace("1988-03-14", "hier").replace("<SEXE>2", "<SEXE>9") for _ in range(60)]
    assert refus(foyer("990000100000000", personne(), *gens)) in {"trop de champs sont incorrects", "trop d'éléments"}


def test_a_comment_or_a_blank_inside_a_value_does_not_cut_it() -> None:
    un = foyer("990000100000000", personne(nom="EXEM<!-- x -->PLE<?x y?> <![CDATA[& CO]]>\n  FICTIF"))
    assert accepte(un).dossier.rubriques.identite.responsable.nom_naissance == "EXEMPLE & CO FICTIF"


# --- The flow ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tete", "au"),
    [
        (entete(), "2026-06-30T23:59:59+02:00"),
        (entete(creation="2026-06-30", heure="22:00:00"), "2026-06-30T22:00:00+02:00"),
        (entete(sorte="J", creation="2026-07-01", heure="04:00:00"), "2026-07-01T04:00:00+02:00"),
        (entete(sorte="J", creation="2026-07-01", heure="04:00:00.1234567", au="2026-05-31"), "2026-07-01T04:00:00+02:00"),
    ],
)
def test_a_flow_answers_for_the_day_of_its_reference_or_of_its_creation(tete: str, au: str) -> None:
    (element,) = lus(flux(foyer(), tete=tete))
    assert isinstance(element, Accepte)
    assert element.dossier.donnees_au == datetime.fromisoformat(au)


def test_a_wrong_household_stops_none_of_the_others_and_keeps_its_rank() -> None:
    elements = lus(flux(foyer(), foyer("x"), foyer("990000200000000")))
    assert [(element.rang, type(element)) for element in elements] == [(1, Accepte), (2, Rejet), (3, Accepte)]


@pytest.mark.parametrize("annonce", [0, 1, 3])
def test_a_trailer_that_counts_otherwise_is_a_warning(annonce: int) -> None:
    elements = lus(flux(foyer(), foyer("990000200000000"), annonce=annonce))
    assert [getattr(element, "avertissements", ()) for element in elements] == [(), (ECART,)]


def test_a_trailer_that_counts_otherwise_is_told_even_after_a_refusal() -> None:
    (element,) = lus(flux(foyer("x"), annonce=7))
    assert isinstance(element, Rejet)
    assert element.raison.endswith(f" ; {ECART}")


def test_a_flow_without_households_is_read() -> None:
    assert lus(flux()) == []
