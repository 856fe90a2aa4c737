"""How partners reach a caisse."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='caisse',
            name='adresse',
            field=models.CharField(blank=True, max_length=200, verbose_name='adresse postale'),
        ),
        migrations.AddField(
            model_name='caisse',
            name='courriel',
            field=models.EmailField(blank=True, max_length=254, verbose_name='courriel des partenaires'),
        ),
        migrations.AddField(
            model_name='caisse',
            name='telephone',
            field=models.CharField(blank=True, max_length=20, verbose_name='téléphone des partenaires'),
        ),
    ]
