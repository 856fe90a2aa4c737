"""The imports: what reads a file of dossiers, says what it refuses, and loads the rest.

`lecture` recognises the file, `echange` and `api_particulier` read its two forms, `chargement` writes, `importation` joins them
and leaves the trace, `schema` documents the exchange format.
"""
