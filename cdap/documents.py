"""The pages of `docs/` that are made from the code, so that they cannot disagree with it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from allocataires.flux import schema
from allocataires.matrice.document import markdown as matrice
from cdap import conservation
from cdap.dpo import aipd
from cdap.environnement import PREFIXE, Environnement
from cdap.exploitation import APRES, AVANT


def exploitation() -> str:
    """Return `docs/exploitation.md`: the variables, then how to run, back up and restore."""
    entete = "| Variable | Valeur par défaut | Rôle |\n|---|---|---|"
    lignes = [f"| `{PREFIXE}{nom.upper()}` | {_defaut(champ)} | {champ.description} |" for nom, champ in Environnement.model_fields.items()]
    return AVANT + "\n" + "\n".join([entete, *lignes]) + "\n\n" + APRES


def _defaut(champ: FieldInfo) -> str:
    if champ.is_required():
        return "obligatoire"
    if champ.default in (None, [], "", SecretStr("")):
        return "aucune"
    valeur: Any = {True: "on", False: "off"}.get(champ.default, champ.default) if isinstance(champ.default, bool) else champ.default
    return f"`{valeur}`"


PAGES: Mapping[str, Callable[[], str]] = {
    "exploitation.md": exploitation,
    "matrice.md": matrice,
    "aipd.md": aipd.markdown,
    "conservation.md": conservation.markdown,
    "format-echange.md": schema.markdown,
    "format-echange.schema.json": lambda: json.dumps(schema.schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n",
}
