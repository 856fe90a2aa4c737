"""The CNAF's monthly and daily flow « RSA bénéficiaires » (VRSB): XML, of which each household says a part of a dossier.

`flot` reads the XML safely, a block at a time; `entete` says what the flow answers for; `foyer`, `personnes` and `prestation` put a
household into rubriques; `elagage` leaves out what their types refuse; `lecture` joins them.
"""
