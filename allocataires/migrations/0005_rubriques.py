"""The rubriques of the whole matrix (domain §1.5)."""

from django.db import migrations, models

RUBRIQUES = {
    "affiliation": "affiliation",
    "activites": "activités",
    "ressources_annuelles": "ressources annuelles",
    "ressources_trimestrielles": "ressources trimestrielles",
    "ajustements": "ajustements des ressources",
    "paje": "Paje",
    "paiements_tiers": "paiements à un tiers",
    "retenues": "retenues",
    "rsa_composantes": "composantes du RSA",
    "rsa_decisions": "décisions sur le RSA",
    "protection": "mesure de protection",
}


class Migration(migrations.Migration):
    """Add their columns."""

    dependencies = [("allocataires", "0004_opposition")]
    operations = [
        migrations.AddField("contenu", nom, models.JSONField(libelle, null=True)) for nom, libelle in RUBRIQUES.items()
    ]
