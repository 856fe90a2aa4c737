"""In the tests, a template that names a variable that nobody gave is a failure."""


class Indefinie(str):
    """A `string_if_invalid` that Django thinks is text, and that raises when it would be shown."""

    __slots__ = ()

    def __new__(cls) -> "Indefinie":
        """Hold the mark that makes Django format it with the variable's name."""
        return super().__new__(cls, "%s")

    def __mod__(self, variable: object) -> str:
        """Raise, naming the variable."""
        raise AssertionError(f"variable de gabarit indéfinie : {variable}")
