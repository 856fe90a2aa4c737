"""The form by which an applicant sends a document: shape only."""

from django import forms
from django.conf import settings

from conventions.models import Document

GENRES = [("", "Choisissez"), *((genre, genre.label) for genre in Document.Genre.recus())]


class DepotForm(forms.Form):
    """Which document, and the file."""

    genre = forms.ChoiceField(label="Document", choices=GENRES, error_messages={"required": "Choisissez de quel document il s’agit."})
    fichier = forms.FileField(
        label="Fichier PDF",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        allow_empty_file=True,  # the service judges the content, and says it better
        error_messages={"required": "Choisissez le fichier à envoyer.", "invalid": "Choisissez le fichier à envoyer."},
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        limite = settings.ENVIRONNEMENT.document_mo
        self.fields["fichier"].help_text = f"Un PDF de {limite} Mo au plus, par exemple le document signé puis numérisé."
