"""The first table of the portal itself: announcements."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conventions', '0002_contact_des_caisses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Annonce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=[('actualite', 'actualité'), ('message_du_jour', 'message du jour'), ('maintenance', 'maintenance')], max_length=20, verbose_name='genre')),
                ('titre', models.CharField(max_length=120, verbose_name='titre')),
                ('texte', models.TextField(help_text='Du texte seul ; les retours à la ligne sont gardés.', max_length=2000, verbose_name='texte')),
                ('debut', models.DateTimeField(verbose_name='début')),
                ('fin', models.DateTimeField(verbose_name='fin')),
                ('retiree', models.DateTimeField(blank=True, null=True, verbose_name='retirée')),
                ('caisse', models.ForeignKey(blank=True, help_text="Vide, l'annonce est pour toutes les caisses.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conventions.caisse', verbose_name='caisse')),
            ],
            options={
                'verbose_name': 'annonce',
                'ordering': ['-debut', '-pk'],
                'indexes': [models.Index(condition=models.Q(('retiree__isnull', True)), fields=['fin'], name='cdap_annonce_en_cours')],
                'constraints': [models.CheckConstraint(condition=models.Q(('fin__gt', models.F('debut'))), name='cdap_annonce_dates', violation_error_message='La fin précède le début.'), models.CheckConstraint(condition=models.Q(('genre', 'actualite'), models.Q(('caisse__isnull', True), ('genre__in', ['message_du_jour', 'maintenance'])), _connector='OR'), name='cdap_annonce_caisse', violation_error_message='Un message du jour ou une maintenance est pour toutes les caisses.')],
            },
        ),
    ]
