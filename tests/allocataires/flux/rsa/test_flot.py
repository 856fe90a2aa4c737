"""The XML as an attacker or a broken disk would send it: one sentence, nothing loaded, little time and little memory."""

import time
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allocataires.flux import lecture
from allocataires.flux.recus import Accepte, FichierRefuse, Rejet
from allocataires.flux.rsa import flot
from allocataires.flux.rsa import lecture as rsa
from tests.allocataires.flux.aides import ecrire, lire
from tests.allocataires.flux.rsa.fabrique import dossiers, entete, fin, flux, foyer, lus, personne

MALFORME = "Le fichier n'est pas du XML bien formé (ligne "
MILLION_DE_RIRES = "".join(f'<!ENTITY l{rang} "{f"&l{rang - 1};" * 10}">' for rang in range(1, 10))
TETE = '<?xml version="1.0" encoding="windows-1252"?>'


def refus(chemin: Path) -> str:
    with pytest.raises(FichierRefuse) as refuse:
        lire(chemin)
    return str(refuse.value)


def issue(chemin: Path) -> str:
    """Return the sentence of a refusal, or how many dossiers the file gives."""
    try:
        return str(len(dossiers(lire(chemin))))
    except FichierRefuse as refuse:
        return str(refuse)


def avec_definition(definition: str, nom: str = "&l9;") -> bytes:
    return flux(foyer("990000100000000", personne(nom=nom))).replace(b"<Racine>", f"<!DOCTYPE Racine {definition}><Racine>".encode())


@pytest.mark.parametrize(
    "octets",
    [
        avec_definition(f'[<!ENTITY l0 "ha">{MILLION_DE_RIRES}]'),
        avec_definition(f'[<!ENTITY l9 "{"a" * 50_000}">]', "&l9;" * 1_000),  # quadratic blow-up
        avec_definition('[<!ENTITY l9 SYSTEM "file:///etc/passwd">]'),
        avec_definition('[<!ENTITY % l SYSTEM "http://127.0.0.1:9/x.dtd"> %l;]'),
        avec_definition('SYSTEM "http://127.0.0.1:9/vrsb.dtd"', "&l9;"),
        avec_definition("", "A"),
        b"<!-- <Racine> --> \n <?x y?>".join((TETE.encode(), b"<!DOCTYPE Racine [<!ENTITY a 'b'>]><Racine/>")),
    ],
)
def test_a_definition_of_type_is_refused_before_it_is_read(tmp_path: Path, octets: bytes) -> None:
    debut = time.monotonic()
    tracemalloc.start()
    try:
        assert refus(ecrire(tmp_path, octets)) == flot.DEFINITION
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert time.monotonic() - debut < 2


@pytest.mark.parametrize(
    "nom", ["&inconnue;", "&inconnue;" + " " * 100_000, "&#0;", "&#xFFFF;", "&lt", "\x01", "<NOM>", "A</NOM></Identification>", "<A B=1/>"]
)
def test_what_is_no_xml_is_refused_with_its_line_and_none_of_its_words(tmp_path: Path, nom: str) -> None:
    phrase = refus(ecrire(tmp_path, flux(foyer("990000100000000", personne(nom=f"SECRET{nom}")))))
    assert phrase == f"{MALFORME}4)."


def test_entities_of_xml_itself_are_read() -> None:
    (element,) = dossiers(lus(flux(foyer("990000100000000", personne(nom="A&amp;B &#233;&apos;")))))
    assert element.dossier.rubriques.identite.responsable.nom_naissance == "A&B é'"


@pytest.mark.parametrize(
    "corps",
    [
        "<A>" * 300_000,
        "<A>" * 200 + "</A>" * 200,
        "".join("<A>" for _ in range(5_000)) + "".join("</A>" for _ in range(5_000)),
        f"<Personne>{'A' * 3_000_000}</Personne>",
        "<Personne/>" * 400_000,
        f"<{'A' * 3_000_000}/>",
        f"<Personne {'a' * 2_000_000}='1'/>",
        "<Personne " + " ".join(f"a{rang}='1'" for rang in range(200_000)) + "/>",
        f"<Personne a='{'1' * 3_000_000}'/>",
        f"<!--{'-x' * 2_000_000}-->",
        f"<?x {'y' * 3_000_000}?>",
        f"<![CDATA[{'y' * 3_000_000}]]>",
        " " * 3_000_000,
    ],
    ids=[
        "depth without end", "depth 200", "depth 5000", "text", "elements", "name", "attribute name", "attributes", "attribute",
        "comment", "instruction", "cdata", "blanks",
    ],
)  # fmt: skip
def test_what_is_too_big_costs_little(tmp_path: Path, corps: str) -> None:
    """Either refused in a sentence or, where XML allows it and it stays small, without effect."""
    chemin = ecrire(tmp_path, flux(foyer(decisions=corps)))
    debut = time.monotonic()
    tracemalloc.start()
    try:
        phrase = issue(chemin)
    finally:
        pic = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert phrase.startswith((flot.TROP_LONG, MALFORME)) or (phrase == "1" and len(corps) < 100_000)
    assert pic < 30_000_000
    assert time.monotonic() - debut < 20


# --- Encodings --------------------------------------------------------------------------------------------

ACCENTS = "ŒUVRÉ-MAÏS œé€"


@pytest.mark.parametrize(
    ("codage", "declare"), [("cp1252", "windows-1252"), ("cp1252", "WINDOWS-1252"), ("cp1252", "ISO-8859-1"), ("utf-8", "UTF-8")]
)
def test_accents_are_those_that_were_written(tmp_path: Path, codage: str, declare: str) -> None:
    octets = flux(foyer("990000100000000", personne(nom=ACCENTS)), codage=codage, declare=declare)
    for nom, debut in (("sans", b""), ("avec", flot.MARQUE if codage == "utf-8" else b"")):
        (element,) = dossiers(lire(ecrire(tmp_path, debut + octets, nom)))
        assert element.dossier.rubriques.identite.responsable.nom_naissance == ACCENTS


def test_xml_that_announces_no_encoding_is_utf_8(tmp_path: Path) -> None:
    octets = flux(foyer("990000100000000", personne(nom=ACCENTS)), codage="utf-8").split(b"\n", 1)[1]
    (element,) = dossiers(lire(ecrire(tmp_path, octets)))
    assert element.dossier.rubriques.identite.responsable.nom_naissance == ACCENTS


@pytest.mark.parametrize(
    ("codage", "declare", "phrase"),
    [
        ("utf-8", "windows-1252", rsa.DIT_AUTREMENT),
        ("utf-8", "ISO-8859-1", rsa.DIT_AUTREMENT),
        ("cp1252", "UTF-8", "Le fichier n'est pas écrit dans le codage qu'il annonce."),
        ("cp1252", "US-ASCII", "Le fichier n'est pas écrit dans le codage qu'il annonce."),
        ("utf-7", "UTF-7", flot.CODAGE_INCONNU),
        ("utf-8", "UTF-16", flot.CODAGE_INCONNU),
        ("cp1252", "EBCDIC-CP-FR", flot.CODAGE_INCONNU),
        ("utf-8", "rot13", flot.CODAGE_INCONNU),
        ("utf-16", "UTF-16", "Le fichier contient des octets nuls : ce n'est pas du texte en UTF-8."),
        ("utf-16-le", "windows-1252", "Le fichier contient des octets nuls : ce n'est pas du texte en UTF-8."),
        ("utf-32", "UTF-8", "Le fichier contient des octets nuls : ce n'est pas du texte en UTF-8."),
        ("cp500", "cp500", lecture.INCONNU),
    ],
)
def test_an_encoding_that_lies_or_is_not_read_is_refused(tmp_path: Path, codage: str, declare: str, phrase: str) -> None:
    octets = flux(foyer("990000100000000", personne(nom="MAÏS")), codage=codage, declare=declare)
    attendues = {phrase, "Le fichier n'est pas du texte en UTF-8 (ligne 1)."} if codage in ("cp500", "utf-16") else {phrase}
    assert refus(ecrire(tmp_path, octets)) in attendues


def test_a_definition_hidden_in_utf_7_is_only_text(tmp_path: Path) -> None:
    cache = "+ADwAIQ-DOCTYPE Racine [+ADwAIQ-ENTITY a 'b'>]>"
    octets = flux(foyer("990000100000000", personne(nom=cache.replace("<", "&lt;"))))
    (element,) = dossiers(lire(ecrire(tmp_path, octets)))
    assert element.dossier.rubriques.identite.responsable.nom_naissance == cache


def test_a_byte_that_windows_1252_does_not_have_is_refused(tmp_path: Path) -> None:
    octets = flux(foyer("990000100000000", personne(nom="SECRET"))).replace(b"SECRET", b"SECRET\x81")
    assert refus(ecrire(tmp_path, octets)) == "Le fichier n'est pas écrit dans le codage qu'il annonce."


# --- The form of the flow ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (f"{TETE}<dossiers/>", lecture.INCONNU),
        (f"{TETE}<Racines/>", lecture.INCONNU),
        (f"{TETE}<!-- <Racine/> -->", lecture.INCONNU),
        (TETE, lecture.INCONNU),
        (f"{TETE}<Racine ", flot.TRONQUE),
        (f"{TETE}<Racine/>", rsa.SANS_FIN),
        (f"{TETE}<Racine>{foyer()}{fin(1)}</Racine>", rsa.SANS_ENTETE),
        (f"{TETE}<Racine>{entete()}{foyer()}</Racine>", rsa.SANS_FIN),
        (f"{TETE}<Racine>{entete()}{fin(1)}</Racine>", rsa.VIDE),
        (f"{TETE}<Racine>{entete()}{fin(0)}{foyer()}</Racine>", "Les blocs du flux ne sont pas dans l'ordre de son schéma."),
        (f"{TETE}<Racine>{entete()}{entete()}{fin(0)}</Racine>", "Les blocs du flux ne sont pas dans l'ordre de son schéma."),
        (f"{TETE}<Racine><X>{entete()}{foyer()}{fin(1)}</X></Racine>", rsa.SANS_FIN),
        (f"{TETE}<Racine>{entete(sorte='H')}{fin(0)}</Racine>", "IdentificationFlux, TYPEFLUX : M (mensuel) ou J (quotidien) est attendu."),
        (f"{TETE}<Racine>{entete(nature='A')}{fin(0)}</Racine>", "IdentificationFlux, NATFLUX : seul le flux des dossiers (D) se charge."),
        (f"{TETE}<Racine>{entete(au='hier')}{fin(0)}</Racine>", "IdentificationFlux, DTREF : une date AAAA-MM-JJ est attendue."),
        (f"{TETE}<Racine>{entete(creation='2026-02-30')}{fin(0)}</Racine>", "IdentificationFlux, DTCREAFLUX : une date AAAA-MM-JJ est attendue."),
        (f"{TETE}<Racine>{entete(heure='tôt')}{fin(0)}</Racine>", "IdentificationFlux, HEUCREAFLUX : une heure HH:MM:SS est attendue."),
        (f"{TETE}<Racine>{entete()}{foyer()}{fin(1)}", flot.TRONQUE),
        (f"{TETE}<Racine>{entete()}{foyer()}{fin(1)}</Racine><Racine/>", f"{MALFORME}1)."),
    ],
)  # fmt: skip
def test_what_is_not_the_whole_flow_is_refused(tmp_path: Path, octets: str, phrase: str) -> None:
    assert refus(ecrire(tmp_path, octets.encode("cp1252"))) == phrase


def test_the_name_of_the_file_does_not_count(tmp_path: Path) -> None:
    assert len(dossiers(lire(ecrire(tmp_path, flux(foyer()), "liste.csv")))) == 1


def test_a_household_inside_another_is_no_household(tmp_path: Path) -> None:
    (element,) = dossiers(lire(ecrire(tmp_path, flux(foyer(decisions=foyer("990000200000000")), annonce=1))))
    assert element.dossier.numero == "9900001"


def test_blocks_are_the_same_wherever_the_buffer_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = flux(*(foyer(f"99000{rang:02d}00000000", personne(nom="é" * rang)) for rang in range(1, 30)))
    entiers = lus(octets)
    for taille in (400, 1_021):
        monkeypatch.setattr(flot, "MORCEAU", taille)
        assert lus(octets) == entiers


# --- Anything at all --------------------------------------------------------------------------------------

BON = flux(foyer(), foyer("990000200000000", personne("CJT", nom="MODÈLE"), personne("ENF", charge="1")))
ENTIERS = {element.dossier.numero: element for element in dossiers(lus(BON))}
MUTATIONS = st.lists(
    st.tuples(
        st.integers(0, len(BON)),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from([b"<", b">", b"&", b"</Personne>", b"<NOM>", b"0", b"-", b"<!DOCTYPE a>", b"\xc3\xa9", b"<InfosFoyerRSA>"]),
        ),
    ),
    min_size=1,
    max_size=4,
)


def sans_bruit(octets: bytes) -> list[Accepte | Rejet]:
    """Return what a file gives; nothing when it is refused, which must be the only way to fail."""
    try:
        verifie = rsa.verifier(BytesIO(octets))
    except FichierRefuse:
        return []
    if verifie is None:
        return []
    return list(rsa.lire(BytesIO(octets)))  # what was verified is read to its end


@given(st.integers(0, len(BON) - 1))
@settings(max_examples=200)
def test_a_flow_cut_anywhere_loads_nothing(ou: int) -> None:
    coupe = BON[:ou]
    assert sans_bruit(coupe) == [] or coupe.rstrip().endswith(b"</Racine>")


@given(MUTATIONS)
@example([(0, 0, b"<!DOCTYPE a>")])
@settings(max_examples=500)
def test_a_flow_that_is_altered_never_crashes_nor_loads_half_a_household(mutations: list[tuple[int, int, bytes]]) -> None:
    octets = BON
    for ou, long, ajout in mutations:
        octets = octets[:ou] + ajout + octets[ou + long :]
    for element in sans_bruit(octets):
        if isinstance(element, Accepte):
            assert element.dossier.rubriques.identite.responsable is not None
            assert element.dossier.rubriques.rsa is not None or element.avertissements or b"<Partenaire>" not in octets
        else:
            assert element.raison
