"""`manage.py verifier_journal`: prove the journal, or name what does not hold."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import UTC, date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from audit.journal import services
from audit.journal.reference import Defaut
from audit.journal.sceaux import CleInvalide
from audit.journal.verification import Preuve, prouver, verifier


class Command(BaseCommand):
    """Recompute chain and seals in Python; exit status 1 when something is wrong. The verification is itself traced."""

    help = "Recalcule la chaîne du journal, la confronte aux scellements, et nomme ce qui est faux."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one day or all of them, the published seals, one ticket, and the database."""
        parser.add_argument("--jour", type=date.fromisoformat, help="un seul jour UTC (AAAA-MM-JJ)")
        parser.add_argument("--depuis", type=Path, metavar="FICHIER", help="fichier publié des scellements, qui fait référence")
        parser.add_argument("--ticket", type=UUID, help="prouve les traces de ce ticket de consultation")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias de la base (« default »)")

    def handle(self, *args: Any, jour: date | None, depuis: Path | None, ticket: UUID | None, database: str, **options: Any) -> None:
        """Verify, trace, report."""
        try:
            intact = self._ticket(ticket, jour, depuis, database) if ticket else self._journal(jour, depuis, database)
        except CleInvalide as erreur:
            raise CommandError(str(erreur)) from None
        except OSError as erreur:
            raise CommandError(f"{depuis} ne se lit pas : {erreur.strerror}.") from None
        services.tracer_verification(intact=intact, objet=str(ticket or jour or ""), base=database)
        if not intact:
            sys.exit(1)

    def _journal(self, jour: date | None, depuis: Path | None, base: str) -> bool:
        rapport = verifier(jour=jour, depuis=depuis, base=base)
        self.stdout.write(
            f"Jours vérifiés : {rapport.jours}, dont détruits à leur terme : {rapport.detruits}. "
            f"Traces prouvées : {rapport.prouvees}, en attente : {rapport.en_attente}. Scellements tenus : {rapport.scellements}."
        )
        if rapport.non_scelles:
            self.stderr.write(f"Jours révolus qui attendent leur scellement : {', '.join(f'{un:%Y-%m-%d}' for un in rapport.non_scelles)}.")
        self._nommer(rapport.defauts)
        if not rapport.defauts:
            self.stdout.write("Le journal est intact.")
        return not rapport.defauts

    def _ticket(self, ticket: UUID, jour: date | None, depuis: Path | None, base: str) -> bool:
        preuves, defauts = prouver(ticket=ticket, jour=jour, depuis=depuis, base=base)
        for preuve in preuves:
            self.stdout.write(_phrase(preuve))
        self._nommer(defauts)
        if not preuves:
            self.stderr.write("Aucune trace ne porte ce ticket : il n'a pas existé, ou le jour de ses traces a été détruit.")
        elif not defauts:
            self.stdout.write("Ces traces sont celles qui ont été enchaînées.")
        return bool(preuves) and not defauts

    def _nommer(self, defauts: Iterable[Defaut]) -> None:
        for defaut in defauts:
            self.stderr.write(f"Faux : {defaut}.")


def _phrase(preuve: Preuve) -> str:
    acte = f"Trace {preuve.trace} du {preuve.ts.astimezone(UTC):%Y-%m-%d à %H:%M:%S} UTC, {preuve.action} ({preuve.issue})"
    if preuve.rang is None:
        return f"{acte} : pas encore dans la chaîne."
    return f"{acte} : rang {preuve.rang}, {f'couverte par le {preuve.sceau}' if preuve.sceau else 'pas encore scellée'}."
