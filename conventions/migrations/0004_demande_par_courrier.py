"""A request by post: no mailbox is required, and nothing of the web is asked of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0003_vie_des_conventions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='demande',
            name='demandeur_courriel',
            field=models.EmailField(blank=True, help_text='Vide pour un courrier qui n’en donne pas.', max_length=254, verbose_name='courriel professionnel'),
        ),
        migrations.AlterField(
            model_name='demande',
            name='ip',
            field=models.GenericIPAddressField(editable=False, null=True, verbose_name='adresse du dépôt'),
        ),
        migrations.AlterField(
            model_name='demande',
            name='jeton_fin',
            field=models.DateTimeField(editable=False, null=True, verbose_name='fin du lien de confirmation'),
        ),
    ]
