"""The calculators as pages: blank forms, and the same on a dossier, filled in with what the profile may see. Nothing is stored."""
