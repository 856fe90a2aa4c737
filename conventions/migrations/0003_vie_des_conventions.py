"""Requests, signatures, bulletins, documents and acts; what exists is kept in force as it was."""

import uuid

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import conventions.models.actes

# What the rows that exist lack: who leads (the first caisse of their contract), an end, the signatures on which they already rest.
REPRISE = """
update conventions_organisme o set caisse_id = coalesce(
  (select min(cc.caisse_id) from conventions_contrat_caisses cc join conventions_contrat ct on ct.id = cc.contrat_id
    join conventions_convention cv on cv.id = ct.convention_id where cv.organisme_id = o.id),
  (select min(c.code) from conventions_caisse c));
update conventions_convention set signature_partenaire = debut, signature_caf = debut,
  fin = coalesce(fin, (greatest(debut, current_date) + interval '1 year')::date);
update conventions_contrat set signature_partenaire = debut, signature_caf = debut;
set constraints all immediate;
"""


class Migration(migrations.Migration):
    """Create them."""

    dependencies = [
        ('conventions', '0002_contact_des_caisses'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("create type plage_texte as range (subtype = text);", "drop type plage_texte;"),
        migrations.CreateModel(
            name='Acte',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=conventions.models.actes.libelles, max_length=30, verbose_name='acte')),
                ('instant', models.DateTimeField(verbose_name='enregistré')),
                ('effet', models.DateField(blank=True, null=True, verbose_name='effet')),
                ('motif', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                ('detail', models.JSONField(blank=True, default=dict, verbose_name='détail')),
            ],
            options={
                'verbose_name': 'acte',
                'ordering': ['-instant', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Bulletin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rang', models.PositiveSmallIntegerField(help_text='1 ou 2 : une convention a deux administrateurs au plus.', verbose_name='rang')),
                ('etat', models.CharField(choices=[('recu', 'reçu'), ('controle', 'contrôlé'), ('valide', 'validé'), ('refuse', 'refusé'), ('clos', 'clos')], default='recu', max_length=10, verbose_name='état')),
                ('nom', models.CharField(max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='nom')),
                ('prenom', models.CharField(max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='prénom')),
                ('fonction', models.CharField(max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='fonction')),
                ('service', models.CharField(blank=True, max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='service')),
                ('courriel', models.EmailField(max_length=254, verbose_name='courriel professionnel nominatif')),
                ('telephone', models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='téléphone')),
                ('debut', models.DateField(verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='fin prévue')),
                ('signature_personne', models.DateField(blank=True, null=True, verbose_name='signé par la personne le')),
                ('signature_representant', models.DateField(blank=True, null=True, verbose_name='signé par le représentant légal le')),
                ('validation', models.DateTimeField(blank=True, null=True, verbose_name='validé')),
                ('compte_ouvert', models.DateTimeField(blank=True, null=True, verbose_name='compte ouvert')),
            ],
            options={
                'verbose_name': 'bulletin d’adhésion',
                'verbose_name_plural': 'bulletins d’adhésion',
                'ordering': ['convention', 'rang', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CodeHistorique',
            fields=[
                ('code', models.CharField(primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('\\A[0-9]{3}\\Z')], verbose_name='code historique')),
            ],
            options={
                'verbose_name': 'code historique',
                'verbose_name_plural': 'codes historiques',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Demande',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raison_sociale', models.CharField(max_length=200, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='raison sociale')),
                ('siret', models.CharField(blank=True, max_length=14, null=True, validators=[django.core.validators.RegexValidator('\\A[0-9]{14}\\Z', 'Un SIRET a 14 chiffres.')], verbose_name='SIRET')),
                ('nature', models.CharField(choices=[('commune', 'Commune'), ('ccas', 'CCAS ou CIAS'), ('epci', 'Intercommunalité'), ('departement', 'Département'), ('region', 'Région'), ('association', 'Association'), ('bailleur', 'Bailleur social'), ('enseignement', 'Établissement d’enseignement'), ('securite_sociale', 'Organisme de sécurité sociale'), ('autre', 'Autre')], default='autre', max_length=20, verbose_name='nature juridique')),
                ('secteur', models.CharField(choices=[('action_sociale', 'Action sociale'), ('petite_enfance', 'Petite enfance'), ('vacances', 'Vacances et temps libres'), ('enseignement', 'Enseignement'), ('insertion', 'Insertion et RSA'), ('logement', 'Logement'), ('protection', 'Protection juridique des majeurs'), ('autre', 'Autre')], default='autre', max_length=20, verbose_name='secteur d’activité')),
                ('zone', models.CharField(blank=True, max_length=200, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='zone géographique d’intervention')),
                ('adresse', models.CharField(blank=True, max_length=200, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='adresse du siège')),
                ('code_postal', models.CharField(blank=True, max_length=5, validators=[django.core.validators.RegexValidator('\\A[0-9]{5}\\Z', 'Un code postal a 5 chiffres.')], verbose_name='code postal')),
                ('ville', models.CharField(blank=True, max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='ville')),
                ('representant', models.CharField(blank=True, max_length=120, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='représentant légal')),
                ('representant_qualite', models.CharField(blank=True, max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='qualité du représentant légal')),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='référence de suivi')),
                ('genre', models.CharField(choices=[('nouvelle', 'Première convention'), ('avenant', 'Modification d’une convention')], default='nouvelle', max_length=10, verbose_name='nature de la demande')),
                ('canal', models.CharField(choices=[('en_ligne', 'en ligne'), ('courrier', 'par courrier')], default='en_ligne', max_length=10, verbose_name='reçue')),
                ('etat', models.CharField(choices=[('brouillon', 'à confirmer par courriel'), ('deposee', 'déposée'), ('en_instruction', 'en instruction'), ('pieces_demandees', 'pièces demandées'), ('acceptee', 'acceptée'), ('refusee', 'refusée')], default='brouillon', max_length=20, verbose_name='état')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('demandeur_nom', models.CharField(max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='nom')),
                ('demandeur_prenom', models.CharField(max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='prénom')),
                ('demandeur_fonction', models.CharField(max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='fonction')),
                ('demandeur_courriel', models.EmailField(max_length=254, verbose_name='courriel professionnel')),
                ('demandeur_telephone', models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='téléphone')),
                ('effectif', models.PositiveIntegerField(verbose_name='nombre d’utilisateurs estimé')),
                ('precisions', models.TextField(blank=True, max_length=1000, verbose_name='précisions')),
                ('creation', models.DateTimeField(verbose_name='créée')),
                ('depot', models.DateTimeField(blank=True, null=True, verbose_name='déposée')),
                ('courrier_recu', models.DateField(blank=True, null=True, verbose_name='courrier reçu le')),
                ('courrier_traite', models.DateField(blank=True, null=True, verbose_name='courrier traité le')),
                ('pieces', models.TextField(blank=True, max_length=1000, verbose_name='pièces demandées')),
                ('reponse', models.TextField(blank=True, max_length=1000, verbose_name='réponse au demandeur')),
                ('jeton', models.BinaryField(max_length=32, null=True, verbose_name='empreinte du lien de confirmation')),
                ('jeton_fin', models.DateTimeField(null=True, verbose_name='fin du lien de confirmation')),
                ('ip', models.GenericIPAddressField(null=True, verbose_name='adresse du dépôt')),
            ],
            options={
                'verbose_name': 'demande',
                'ordering': ['-creation', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='DemandeCaisse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('etat', models.CharField(choices=[('en_attente', 'en attente'), ('acceptee', 'acceptée'), ('refusee', 'refusée')], default='en_attente', max_length=10, verbose_name='réponse')),
                ('motif', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                ('instant', models.DateTimeField(blank=True, null=True, verbose_name='le')),
            ],
            options={
                'verbose_name': 'part de la caisse',
                'verbose_name_plural': 'parts des caisses',
                'ordering': ['caisse'],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=[('demande', 'Formulaire de demande'), ('convention', 'Convention d’accès'), ('contrat', 'Contrat de service'), ('bulletin', 'Bulletin d’adhésion'), ('notice', 'Notice d’information'), ('piece', 'Pièce jointe')], max_length=12, verbose_name='document')),
                ('nature', models.CharField(choices=[('vierge', 'exemplaire vierge'), ('prerempli', 'prérempli'), ('signe', 'reçu du partenaire')], max_length=10, verbose_name='nature')),
                ('modele', models.CharField(blank=True, max_length=20, verbose_name='version du modèle')),
                ('creation', models.DateTimeField(verbose_name='enregistré')),
                ('taille', models.PositiveIntegerField(verbose_name='taille, en octets')),
                ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                ('contenu', models.BinaryField(verbose_name='contenu chiffré')),
            ],
            options={
                'verbose_name': 'document',
                'ordering': ['-creation', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='codeacces',
            name='conventions_codeacces_unique',
        ),
        migrations.AddField(
            model_name='caisse',
            name='directeur',
            field=models.CharField(blank=True, help_text='Signe les conventions ; inscrit sur les actes.', max_length=120, verbose_name='directeur ou directrice'),
        ),
        migrations.AddField(
            model_name='codeacces',
            name='retrait',
            field=models.DateTimeField(blank=True, null=True, verbose_name='retiré'),
        ),
        migrations.AddField(
            model_name='contrat',
            name='effectif_max',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='nombre maximal d’utilisateurs'),
        ),
        migrations.AddField(
            model_name='contrat',
            name='resiliation',
            field=models.DateTimeField(blank=True, help_text='Instant de la résiliation ; elle ne se lève pas.', null=True, verbose_name='résiliation'),
        ),
        migrations.AddField(
            model_name='contrat',
            name='signature_caf',
            field=models.DateField(blank=True, null=True, verbose_name='signée par la Caf le'),
        ),
        migrations.AddField(
            model_name='contrat',
            name='signature_partenaire',
            field=models.DateField(blank=True, null=True, verbose_name='signée par le partenaire le'),
        ),
        migrations.AddField(
            model_name='contrat',
            name='version',
            field=models.PositiveIntegerField(default=1, help_text="Augmente à chaque changement : deux personnes ne s'écrasent pas.", verbose_name='version'),
        ),
        migrations.AddField(
            model_name='convention',
            name='denonciation',
            field=models.DateField(blank=True, help_text='Date de réception ; la convention cesse à sa fin.', null=True, verbose_name='dénoncée le'),
        ),
        migrations.AddField(
            model_name='convention',
            name='duree_mois',
            field=models.PositiveSmallIntegerField(default=12, verbose_name='durée, en mois'),
        ),
        migrations.AddField(
            model_name='convention',
            name='envoi',
            field=models.DateField(blank=True, null=True, verbose_name='envoyée au partenaire le'),
        ),
        migrations.AddField(
            model_name='convention',
            name='origine',
            field=models.CharField(choices=[('cdap', 'CDAP'), ('cafpro', 'Cafpro (transitoire)')], default='cdap', max_length=10, verbose_name='origine'),
        ),
        migrations.AddField(
            model_name='convention',
            name='preavis_mois',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='préavis, en mois'),
        ),
        migrations.AddField(
            model_name='convention',
            name='resiliation',
            field=models.DateTimeField(blank=True, help_text='Instant de la résiliation ; elle ne se lève pas.', null=True, verbose_name='résiliation'),
        ),
        migrations.AddField(
            model_name='convention',
            name='signature_caf',
            field=models.DateField(blank=True, null=True, verbose_name='signée par la Caf le'),
        ),
        migrations.AddField(
            model_name='convention',
            name='signature_partenaire',
            field=models.DateField(blank=True, null=True, verbose_name='signée par le partenaire le'),
        ),
        migrations.AddField(
            model_name='convention',
            name='tacite_reconduction',
            field=models.BooleanField(default=True, verbose_name='tacite reconduction'),
        ),
        migrations.AddField(
            model_name='convention',
            name='version',
            field=models.PositiveIntegerField(default=1, help_text="Augmente à chaque changement : deux personnes ne s'écrasent pas.", verbose_name='version'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='adresse',
            field=models.CharField(blank=True, max_length=200, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='adresse du siège'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='caisse',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organismes', to='conventions.caisse', verbose_name='caisse gestionnaire'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='code_postal',
            field=models.CharField(blank=True, max_length=5, validators=[django.core.validators.RegexValidator('\\A[0-9]{5}\\Z', 'Un code postal a 5 chiffres.')], verbose_name='code postal'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='contact_dpo',
            field=models.EmailField(blank=True, max_length=254, verbose_name='contact protection des données'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='contact_securite',
            field=models.EmailField(blank=True, max_length=254, verbose_name='contact sécurité'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='courriel',
            field=models.EmailField(blank=True, max_length=254, verbose_name='courriel de contact'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='fusionne_dans',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbes', to='conventions.organisme', verbose_name='fusionné dans'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='nature',
            field=models.CharField(choices=[('commune', 'Commune'), ('ccas', 'CCAS ou CIAS'), ('epci', 'Intercommunalité'), ('departement', 'Département'), ('region', 'Région'), ('association', 'Association'), ('bailleur', 'Bailleur social'), ('enseignement', 'Établissement d’enseignement'), ('securite_sociale', 'Organisme de sécurité sociale'), ('autre', 'Autre')], default='autre', max_length=20, verbose_name='nature juridique'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='numero_tiers',
            field=models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='n° de tiers'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='representant',
            field=models.CharField(blank=True, max_length=120, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='représentant légal'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='representant_qualite',
            field=models.CharField(blank=True, max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='qualité du représentant légal'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='secteur',
            field=models.CharField(choices=[('action_sociale', 'Action sociale'), ('petite_enfance', 'Petite enfance'), ('vacances', 'Vacances et temps libres'), ('enseignement', 'Enseignement'), ('insertion', 'Insertion et RSA'), ('logement', 'Logement'), ('protection', 'Protection juridique des majeurs'), ('autre', 'Autre')], default='autre', max_length=20, verbose_name='secteur d’activité'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='siret',
            field=models.CharField(blank=True, max_length=14, null=True, validators=[django.core.validators.RegexValidator('\\A[0-9]{14}\\Z', 'Un SIRET a 14 chiffres.')], verbose_name='SIRET'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='telephone',
            field=models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='téléphone'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='version',
            field=models.PositiveIntegerField(default=1, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='ville',
            field=models.CharField(blank=True, max_length=100, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='ville'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='zone',
            field=models.CharField(blank=True, max_length=200, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='zone géographique d’intervention'),
        ),
        migrations.AddField(
            model_name='service',
            name='description',
            field=models.CharField(blank=True, max_length=200, verbose_name='description'),
        ),
        migrations.AlterField(
            model_name='codeacces',
            name='valeur',
            field=models.CharField(max_length=12, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='contrat',
            name='caisses',
            field=models.ManyToManyField(blank=True, related_name='contrats', to='conventions.caisse', verbose_name='caisses'),
        ),
        migrations.AlterField(
            model_name='contrat',
            name='profils',
            field=models.ManyToManyField(blank=True, related_name='contrats', to='conventions.profil', verbose_name='profils'),
        ),
        migrations.AlterField(
            model_name='convention',
            name='organisme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conventions', to='conventions.organisme', verbose_name='organisme'),
        ),
        migrations.AlterField(
            model_name='organisme',
            name='raison_sociale',
            field=models.CharField(max_length=200, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f]*\\Z', 'Écrivez sur une seule ligne, sans caractère de commande.')], verbose_name='raison sociale'),
        ),
        migrations.RunSQL(REPRISE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='organisme',
            name='caisse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='organismes', to='conventions.caisse', verbose_name='caisse gestionnaire'),
        ),
        migrations.AddConstraint(
            model_name='codeacces',
            constraint=models.UniqueConstraint(condition=models.Q(('retrait__isnull', True)), fields=('contrat', 'profil', 'valeur'), name='conventions_codeacces_unique', violation_error_message='Ce code est déjà accordé à ce contrat.'),
        ),
        migrations.AddConstraint(
            model_name='contrat',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('resiliation__isnull', True)), expressions=[(models.Func(models.F('convention_id'), models.F('convention_id'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('service_id'), models.F('service_id'), models.Value('[]'), function='plage_texte'), '&&'), (models.Func(models.F('debut'), models.F('fin'), models.Value('[]'), function='daterange'), '&&')], name='conventions_contrat_un_par_service', violation_error_message='Cette convention a déjà un contrat pour ce service sur cette période.'),
        ),
        migrations.AddConstraint(
            model_name='convention',
            constraint=models.CheckConstraint(condition=models.Q(('fin__isnull', False)), name='conventions_convention_fin'),
        ),
        migrations.AddConstraint(
            model_name='convention',
            constraint=models.CheckConstraint(condition=models.Q(('duree_mois__gte', 1), ('preavis_mois__gte', 0), ('preavis_mois__lt', models.F('duree_mois'))), name='conventions_convention_preavis', violation_error_message='Le préavis est plus court que la durée.'),
        ),
        migrations.AddConstraint(
            model_name='convention',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('resiliation__isnull', True)), expressions=[(models.Func(models.F('organisme_id'), models.F('organisme_id'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('debut'), models.F('fin'), models.Value('[]'), function='daterange'), '&&')], name='conventions_convention_une_seule', violation_error_message='Cet organisme a déjà une convention sur cette période.'),
        ),
        migrations.AddConstraint(
            model_name='organisme',
            constraint=models.UniqueConstraint(fields=('siret',), name='conventions_organisme_siret_unique', violation_error_message='Un organisme porte déjà ce SIRET.'),
        ),
        migrations.AddConstraint(
            model_name='organisme',
            constraint=models.CheckConstraint(condition=models.Q(('siret__isnull', True), ('siret__regex', '^[0-9]{14}$'), _connector='OR'), name='conventions_organisme_siret'),
        ),
        migrations.AddField(
            model_name='acte',
            name='auteur',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='acte',
            name='contrat',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actes', to='conventions.contrat', verbose_name='contrat'),
        ),
        migrations.AddField(
            model_name='acte',
            name='convention',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actes', to='conventions.convention', verbose_name='convention'),
        ),
        migrations.AddField(
            model_name='acte',
            name='organisme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actes', to='conventions.organisme', verbose_name='organisme'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='convention',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulletins', to='conventions.convention', verbose_name='convention'),
        ),
        migrations.AddField(
            model_name='acte',
            name='bulletin',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actes', to='conventions.bulletin', verbose_name='bulletin'),
        ),
        migrations.AddField(
            model_name='codehistorique',
            name='caisse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes_historiques', to='conventions.caisse', verbose_name='caisse'),
        ),
        migrations.AddField(
            model_name='demande',
            name='caisse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='conventions.caisse', verbose_name='caisse principale'),
        ),
        migrations.AddField(
            model_name='demande',
            name='convention',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='conventions.convention', verbose_name='convention'),
        ),
        migrations.AddField(
            model_name='demande',
            name='organisme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='conventions.organisme', verbose_name='organisme'),
        ),
        migrations.AddField(
            model_name='demande',
            name='profils',
            field=models.ManyToManyField(blank=True, related_name='+', to='conventions.profil', verbose_name='profils'),
        ),
        migrations.AddField(
            model_name='demande',
            name='services',
            field=models.ManyToManyField(related_name='+', to='conventions.service', verbose_name='services'),
        ),
        migrations.AddField(
            model_name='acte',
            name='demande',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actes', to='conventions.demande', verbose_name='demande'),
        ),
        migrations.AddField(
            model_name='demandecaisse',
            name='caisse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conventions.caisse', verbose_name='caisse'),
        ),
        migrations.AddField(
            model_name='demandecaisse',
            name='demande',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='conventions.demande', verbose_name='demande'),
        ),
        migrations.AddField(
            model_name='document',
            name='auteur',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='document',
            name='bulletin',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='conventions.bulletin', verbose_name='bulletin'),
        ),
        migrations.AddField(
            model_name='document',
            name='contrat',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='conventions.contrat', verbose_name='contrat'),
        ),
        migrations.AddField(
            model_name='document',
            name='convention',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='conventions.convention', verbose_name='convention'),
        ),
        migrations.AddField(
            model_name='document',
            name='demande',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='conventions.demande', verbose_name='demande'),
        ),
        migrations.AddField(
            model_name='document',
            name='organisme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='conventions.organisme', verbose_name='organisme'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.CheckConstraint(condition=models.Q(('rang__in', [1, 2])), name='conventions_bulletin_rang', violation_error_message='Une convention a deux administrateurs au plus.'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.UniqueConstraint(condition=models.Q(('etat__in', ['refuse', 'clos']), _negated=True), fields=('convention', 'rang'), name='conventions_bulletin_rang_unique', violation_error_message='Ce rang est déjà pris : une convention a deux administrateurs au plus.'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat', 'valide'), _negated=True), models.Q(('signature_personne__isnull', False), ('signature_representant__isnull', False), ('validation__isnull', False)), _connector='OR'), name='conventions_bulletin_signatures', violation_error_message='Un bulletin se valide signé par la personne et par le représentant légal.'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='conventions_bulletin_dates', violation_error_message='La fin précède le début.'),
        ),
        migrations.AddConstraint(
            model_name='codehistorique',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{3}$')), name='conventions_codehistorique_code'),
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(fields=['ip', 'creation'], name='conventions_demande_ip'),
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(fields=['demandeur_courriel', 'creation'], name='conventions_demande_courriel'),
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(condition=models.Q(('jeton__isnull', False)), fields=['jeton'], name='conventions_demande_jeton'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(('etat__in', ['brouillon', 'deposee', 'en_instruction', 'pieces_demandees', 'acceptee', 'refusee'])), name='conventions_demande_etat'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(('siret__isnull', True), ('siret__regex', '^[0-9]{14}$'), _connector='OR'), name='conventions_demande_siret'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(('effectif__gte', 1)), name='conventions_demande_effectif'),
        ),
        migrations.AddConstraint(
            model_name='demandecaisse',
            constraint=models.UniqueConstraint(fields=('demande', 'caisse'), name='conventions_demandecaisse_unique'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='conventions_document_sha256'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('nature', 'vierge')), fields=('genre', 'modele'), name='conventions_document_vierge'),
        ),
    ]
