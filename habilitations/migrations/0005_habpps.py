"""Decisions and their reasons, measures of the CAF, reviews, renewals; an administrator always has a bulletin, hence a rank."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import habilitations.models.vie


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0006_remplacement'),
        ('habilitations', '0003_archive_des_acces'),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=habilitations.models.vie.libelles, max_length=50, verbose_name='décision')),
                ('instant', models.DateTimeField(verbose_name='enregistrée')),
                ('motif', models.CharField(blank=True, max_length=500, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='motif')),
                ('detail', models.JSONField(blank=True, default=dict, verbose_name='détail')),
            ],
            options={
                'verbose_name': 'décision',
                'ordering': ['-instant', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LigneRevue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('attendue', 'à confirmer'), ('confirmee', 'confirmée'), ('close', 'close'), ('suspendue', 'suspendue faute de réponse'), ('close_de_droit', 'close faute de réponse')], default='attendue', max_length=16, verbose_name='décision')),
                ('instant', models.DateTimeField(blank=True, null=True, verbose_name='décidée')),
            ],
            options={
                'verbose_name': 'ligne de revue',
                'verbose_name_plural': 'lignes de revue',
                'ordering': ['utilisateur__nom', 'utilisateur__prenom', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Mesure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=[('question', 'question'), ('organisme', 'suspension de l’organisme'), ('personne', 'suspension d’une personne'), ('delegation', 'délégation retirée')], max_length=12, verbose_name='mesure')),
                ('posee', models.DateTimeField(verbose_name='posée')),
                ('motif', models.CharField(max_length=500, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='motif')),
                ('echeance', models.DateField(blank=True, null=True, verbose_name='réponse attendue le')),
                ('reponse', models.CharField(blank=True, max_length=2000, verbose_name='réponse')),
                ('repondue', models.DateTimeField(blank=True, null=True, verbose_name='répondue')),
                ('levee', models.DateTimeField(blank=True, null=True, verbose_name='levée')),
                ('levee_motif', models.CharField(blank=True, max_length=500, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='motif de la levée')),
            ],
            options={
                'verbose_name': 'mesure',
                'ordering': ['-posee', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Renouvellement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(help_text='À partir de ce jour, chacun choisit un nouveau mot de passe.', verbose_name='le')),
                ('motif', models.CharField(max_length=500, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='motif')),
                ('ordonne', models.DateTimeField(verbose_name='ordonné')),
                ('annonce', models.DateTimeField(blank=True, null=True, verbose_name='annoncé')),
                ('fait', models.DateTimeField(blank=True, null=True, verbose_name='fait')),
            ],
            options={
                'verbose_name': 'renouvellement de mots de passe',
                'verbose_name_plural': 'renouvellements de mots de passe',
                'ordering': ['-ordonne', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RetraitFacteur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('demande', models.DateTimeField(verbose_name='demandé')),
                ('motif', models.CharField(max_length=500, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='motif')),
                ('decide', models.DateTimeField(blank=True, null=True, verbose_name='décidé')),
                ('accorde', models.BooleanField(blank=True, null=True, verbose_name='accordé')),
            ],
            options={
                'verbose_name': 'retrait d’un second facteur',
                'verbose_name_plural': 'retraits de seconds facteurs',
                'ordering': ['-demande', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Revue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ouverture', models.DateField(verbose_name='ouverte le')),
                ('cloture', models.DateTimeField(blank=True, null=True, verbose_name='terminée')),
            ],
            options={
                'verbose_name': 'revue annuelle',
                'verbose_name_plural': 'revues annuelles',
                'ordering': ['-ouverture', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='utilisateur',
            name='habilitations_utilisateur_bulletin',
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='creation',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='compte créé'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='derniere_connexion',
            field=models.DateField(blank=True, null=True, verbose_name='dernière connexion'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='fonction',
            field=models.CharField(blank=True, max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='fonction'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='service',
            field=models.CharField(blank=True, max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='service'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='suspension_cause',
            field=models.CharField(blank=True, choices=[('administrateur', 'par un administrateur'), ('caf', 'par la Caf'), ('dormance', 'sans connexion depuis longtemps'), ('revue', 'non confirmée à la revue annuelle'), ('fin', 'compte clos')], max_length=20, verbose_name='cause de la suspension'),
        ),
        migrations.AddField(
            model_name='utilisateur',
            name='temporaire',
            field=models.BooleanField(default=False, help_text='Remplaçant, stagiaire, contrat court.', verbose_name='mission temporaire'),
        ),
        # Who was an administrator without a bulletin held no rank: nobody named them.
        migrations.RunSQL("update habilitations_utilisateur set role = 'agent' where role = 'administrateur' and bulletin_id is null", ""),
        migrations.AddConstraint(
            model_name='utilisateur',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bulletin__isnull', True), models.Q(('role', 'administrateur'), _negated=True)), models.Q(('bulletin__isnull', False), ('role', 'administrateur')), _connector='OR'), name='habilitations_utilisateur_rang', violation_error_message='Un administrateur est nommé par un bulletin d’adhésion.'),
        ),
        migrations.AddConstraint(
            model_name='utilisateur',
            constraint=models.CheckConstraint(condition=models.Q(('temporaire', False), ('fin__isnull', False), _connector='OR'), name='habilitations_utilisateur_temporaire', violation_error_message='Une mission temporaire a une date de fin.'),
        ),
        migrations.AddField(
            model_name='decision',
            name='auteur',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='decision',
            name='groupe',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='habilitations.groupe', verbose_name='groupe'),
        ),
        migrations.AddField(
            model_name='decision',
            name='organisme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='conventions.organisme', verbose_name='organisme'),
        ),
        migrations.AddField(
            model_name='decision',
            name='utilisateur',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='lignerevue',
            name='par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='lignerevue',
            name='utilisateur',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revues', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='mesure',
            name='levee_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='levée par'),
        ),
        migrations.AddField(
            model_name='mesure',
            name='organisme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mesures', to='conventions.organisme', verbose_name='organisme'),
        ),
        migrations.AddField(
            model_name='mesure',
            name='posee_par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posée par'),
        ),
        migrations.AddField(
            model_name='mesure',
            name='repondue_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='réponse de'),
        ),
        migrations.AddField(
            model_name='mesure',
            name='utilisateur',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mesures', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='renouvellement',
            name='ordonne_par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ordonné par'),
        ),
        migrations.AddField(
            model_name='renouvellement',
            name='organisme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renouvellements', to='conventions.organisme', verbose_name='organisme'),
        ),
        migrations.AddField(
            model_name='renouvellement',
            name='utilisateur',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renouvellements', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='retraitfacteur',
            name='decide_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidé par'),
        ),
        migrations.AddField(
            model_name='retraitfacteur',
            name='demande_par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='demandé par'),
        ),
        migrations.AddField(
            model_name='retraitfacteur',
            name='utilisateur',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retraits_de_facteur', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='revue',
            name='organisme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revues', to='conventions.organisme', verbose_name='organisme'),
        ),
        migrations.AddField(
            model_name='lignerevue',
            name='revue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lignes', to='habilitations.revue', verbose_name='revue'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['utilisateur', '-instant'], name='habilitations_decision_qui'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['organisme', '-instant'], name='habilitations_decision_orga'),
        ),
        migrations.AddConstraint(
            model_name='mesure',
            constraint=models.UniqueConstraint(condition=models.Q(('genre__in', ['organisme', 'delegation']), ('levee__isnull', True)), fields=('organisme', 'genre'), name='habilitations_mesure_organisme', violation_error_message='Cette mesure est déjà prise pour cet organisme.'),
        ),
        migrations.AddConstraint(
            model_name='mesure',
            constraint=models.UniqueConstraint(condition=models.Q(('genre', 'personne'), ('levee__isnull', True)), fields=('utilisateur',), name='habilitations_mesure_personne', violation_error_message='Cette personne est déjà suspendue par la Caf.'),
        ),
        migrations.AddConstraint(
            model_name='mesure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('genre', 'personne'), _negated=True), ('utilisateur__isnull', False), _connector='OR'), name='habilitations_mesure_a_une_personne'),
        ),
        migrations.AddConstraint(
            model_name='renouvellement',
            constraint=models.CheckConstraint(condition=models.Q(('organisme__isnull', True), ('utilisateur__isnull', True), _connector='OR'), name='habilitations_renouvellement_portee'),
        ),
        migrations.AddConstraint(
            model_name='retraitfacteur',
            constraint=models.CheckConstraint(condition=models.Q(('decide_par__isnull', True), models.Q(models.Q(('decide_par', models.F('demande_par')), _negated=True), models.Q(('decide_par', models.F('utilisateur')), _negated=True)), _connector='OR'), name='habilitations_retraitfacteur_deux_personnes', violation_error_message='Une autre personne que celle qui a demandé le retrait doit le confirmer.'),
        ),
        migrations.AddConstraint(
            model_name='retraitfacteur',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accorde__isnull', True), ('decide__isnull', True), ('decide_par__isnull', True)), models.Q(('accorde__isnull', False), ('decide__isnull', False), ('decide_par__isnull', False)), _connector='OR'), name='habilitations_retraitfacteur_decision'),
        ),
        migrations.AddConstraint(
            model_name='retraitfacteur',
            constraint=models.UniqueConstraint(condition=models.Q(('decide__isnull', True)), fields=('utilisateur',), name='habilitations_retraitfacteur_un_seul', violation_error_message='Le retrait du second facteur de cette personne est déjà demandé.'),
        ),
        migrations.AddConstraint(
            model_name='revue',
            constraint=models.UniqueConstraint(condition=models.Q(('cloture__isnull', True)), fields=('organisme',), name='habilitations_revue_une_seule', violation_error_message='Une revue est déjà ouverte pour cet organisme.'),
        ),
        migrations.AddConstraint(
            model_name='lignerevue',
            constraint=models.UniqueConstraint(fields=('revue', 'utilisateur'), name='habilitations_lignerevue_unique'),
        ),
        migrations.AddConstraint(
            model_name='utilisateur',
            constraint=models.UniqueConstraint(models.F('organisme'), django.db.models.functions.text.Lower('courriel'), condition=models.Q(('role', 'agent'), models.Q(('suspension_cause', 'fin'), _negated=True)), name='habilitations_utilisateur_courriel', violation_error_message='Cette adresse est déjà celle d’une autre personne de l’organisme : chacun a la sienne.'),
        ),
    ]
