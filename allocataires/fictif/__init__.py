"""Fictional dossiers: plausible households in which nobody exists, drawn one by one from a seed.

`dossier.Fabrique` makes the k-th dossier of a seed without making those before it. Months are counted from year 0 (`calendrier`), amounts
are whole cents until they are written.
"""
