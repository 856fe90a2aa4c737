"""What services refuse, in words that the person can read."""

from django.core.exceptions import ValidationError


class Refus(ValidationError):
    """A rule says no; `champ` is the field that it concerns, if one does. Nothing has been written. Forms show it as it is."""

    def __init__(self, phrase: str, champ: str | None = None) -> None:
        super().__init__({champ: [phrase]} if champ else phrase)
        self.phrase, self.champ = phrase, champ

    def __str__(self) -> str:
        return self.phrase


class DejaModifie(Refus):
    """Somebody else changed the row since it was shown."""

    def __init__(self) -> None:
        super().__init__("Une autre personne a modifié cette fiche depuis que vous l’avez ouverte. Rechargez la page pour voir son état.")
