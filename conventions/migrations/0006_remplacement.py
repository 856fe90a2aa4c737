"""A temporary replacement takes the rank of the person replaced; an administrator may propose another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0005_ordre_des_profils'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='bulletin',
            name='conventions_bulletin_rang_unique',
        ),
        migrations.AddField(
            model_name='bulletin',
            name='propose_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposé par'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='remplace',
            field=models.ForeignKey(blank=True, help_text='L’administrateur dont la personne tient le rang entre les deux dates ; ses droits reposent pendant ce temps.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='remplacements', to='conventions.bulletin', verbose_name='remplace'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('etat__in', ['refuse', 'clos']), _negated=True), ('remplace__isnull', True)), fields=('convention', 'rang'), name='conventions_bulletin_rang_unique', violation_error_message='Ce rang est déjà pris : une convention a deux administrateurs au plus.'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.UniqueConstraint(condition=models.Q(('etat__in', ['refuse', 'clos']), _negated=True), fields=('remplace',), name='conventions_bulletin_un_remplacement', violation_error_message='Cette personne a déjà un remplaçant.'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.CheckConstraint(condition=models.Q(('remplace__isnull', True), ('fin__isnull', False), _connector='OR'), name='conventions_bulletin_remplacement_dates', violation_error_message='Un remplacement a une date de fin.'),
        ),
    ]
