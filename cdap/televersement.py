"""What a request may send as files: kept in memory up to `CDAP_DOCUMENT_MO`, never on disk; the rest is counted and let go."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MO = 1_000_000
# Past this the request is refused unread: nobody sends it by mistake.
REQUETE_MAX = 512 * MO


class Plafond(FileUploadHandler):
    """Keep the files of a request as long as they fit together; of one that does not, keep its true size and no content.

    A form then says at its field that the file is too large, with everything else that was typed: the browser, which shows an
    answer only once it has sent everything, is let finish.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.plafond = settings.ENVIRONNEMENT.document_mo * MO
        self.gardes = 0
        self.contenu: BytesIO | None = None

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:  # noqa: N803 (Django's name)
        """Refuse at once what is beyond measure."""
        if content_length > REQUETE_MAX:
            raise RequestDataTooBig("requête démesurée")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.contenu = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or forget the whole file when it passes the ceiling."""
        if self.contenu is None:
            return
        if self.gardes + len(raw_data) > self.plafond:
            self.gardes -= self.contenu.tell()
            self.contenu = None
            return
        self.contenu.write(raw_data)
        self.gardes += len(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        """Return the file, with the size that was received."""
        contenu = self.contenu or BytesIO()
        contenu.seek(0)
        return InMemoryUploadedFile(
            contenu, self.field_name, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )
