"""A person in words: the name, the birth, the age. Nothing is invented."""

from datetime import date

from allocataires import formats
from allocataires import rubriques as r

MOIS_DE_L_AN = 12


def nom(personne: r.Personne | r.Enfant | None) -> str:
    """Return the name in use then the first names, the name given in one piece, or « »."""
    if personne is None:
        return ""
    morceaux = (personne.nom_usage or personne.nom_naissance, personne.prenoms)
    return " ".join(morceau for morceau in morceaux if morceau) or personne.nom_complet or ""


def naissance(personne: r.Personne | r.Enfant) -> str:
    """Return « née le 5 octobre 2015 », « né en mai 2020 (jour inconnu) », or « »."""
    if not personne.date_naissance:
        return ""
    jour = formats.date_fr(personne.date_naissance)
    if personne.sexe is None:
        return f"naissance : {jour}"
    return f"{'née' if personne.sexe == 'F' else 'né'} {'le' if formats.est_complete(personne.date_naissance) else 'en'} {jour}"


def age(naissance: str | None, jour: date) -> str | None:
    """Return an age in years, in months before the first birthday; None when the date of birth is not complete."""
    if not naissance or not formats.est_complete(naissance):
        return None
    ne = date.fromisoformat(naissance)
    ages = (jour.year - ne.year) * MOIS_DE_L_AN + jour.month - ne.month - (jour.day < ne.day)
    if ages < 0:
        return "À naître"
    return formats.nombre(ages // MOIS_DE_L_AN, "an") if ages >= MOIS_DE_L_AN else f"{ages}{formats.INSECABLE}mois"
