"""What services refuse, in words that the person can read."""


class Refus(Exception):
    """A rule says no; `champ` is the field that it concerns, if one does. Nothing has been written."""

    def __init__(self, message: str, champ: str | None = None) -> None:
        super().__init__(message)
        self.champ = champ


class DejaModifie(Refus):
    """Somebody else changed the row since it was shown."""

    def __init__(self) -> None:
        super().__init__("Une autre personne a modifié cette fiche depuis que vous l’avez ouverte. Rechargez la page pour voir son état.")
