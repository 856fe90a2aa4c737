"""Django's templates, which let go of what a page showed as soon as it is written.

The context of a request holds its data in a dictionary that points back to it. Only the collector of cycles undoes that, a hundred pages
later: the dossiers of a hundred pages then stay in memory, and each new page is written in memory that no cache of the processor holds.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends import django
from django.template.context import make_context
from django.utils.safestring import SafeString


class Gabarit(django.Template):
    """A template whose data live as long as its rendering."""

    def render(self, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None) -> SafeString:
        """Return the page."""
        contexte = make_context(context, request, autoescape=self.backend.engine.autoescape)  # type: ignore[arg-type]
        try:
            return self.template.render(contexte)
        except TemplateDoesNotExist as erreur:
            django.reraise(erreur, self.backend)
        finally:
            contexte.dicts.clear()


class Gabarits(django.DjangoTemplates):
    """See the module."""

    def from_string(self, template_code: str) -> Gabarit:
        """Return a template from its text."""
        return Gabarit(self.engine.from_string(template_code), self)

    def get_template(self, template_name: str) -> Gabarit:
        """Return a template from its name. Raises TemplateDoesNotExist."""
        try:
            return Gabarit(self.engine.get_template(template_name), self)
        except TemplateDoesNotExist as erreur:
            django.reraise(erreur, self)
