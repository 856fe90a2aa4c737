"""ITS USE: controllers' screens, alerts, samplings, figures (top floor: knows everybody).

Traces exist so that somebody looks. What this package reads of the journal, it reads as `cdap_controle` or as the worker, never as the
web role of the partners; and whoever reads the journal leaves a trace there.
"""
