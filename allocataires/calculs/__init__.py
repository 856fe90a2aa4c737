"""What an agent works out beside a dossier: quotient familial, participation familiale, parts, ages (issue 8, domain §2.8 to §2.10).

Pure functions over decimals and days: no Django, no database, no clock. What the law or a circular fixes stands in `baremes/*.toml`, each
value with its date of effect and its reference; the rule that uses it says its source in its docstring. Nothing here decides a right.
"""
