"""A permanent act for each announced end of notice."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0003_vie_des_conventions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='acte',
            name='genre',
            field=models.CharField(choices=[('demande_deposer', 'Demande déposée'), ('demande_recevoir', 'Demande reçue par courrier'), ('demande_instruire', 'Instruction commencée'), ('demande_pieces', 'Pièces demandées'), ('demande_completer', 'Pièces reçues'), ('demande_accepter', 'Demande acceptée'), ('demande_refuser', 'Demande refusée'), ('demande_traiter', 'Courrier traité'), ('caisse_accepter', 'Part de la caisse acceptée'), ('caisse_refuser', 'Part de la caisse refusée'), ('caisse_retirer', 'Caisse retirée du contrat'), ('organisme_creer', 'Organisme créé'), ('organisme_modifier', 'Organisme modifié'), ('siret_corriger', 'SIRET corrigé'), ('fusionner', 'Fusion d’organismes'), ('convention_ouvrir', 'Convention préparée'), ('convention_envoyer', 'Convention envoyée'), ('contrat_ouvrir', 'Contrat préparé'), ('contrat_modifier', 'Contrat modifié par avenant'), ('signer', 'Signature enregistrée'), ('code_accorder', 'Code d’accès accordé'), ('code_retirer', 'Code d’accès retiré'), ('bulletin_recevoir', 'Bulletin reçu'), ('bulletin_controler', 'Bulletin contrôlé'), ('bulletin_valider', 'Bulletin validé'), ('bulletin_refuser', 'Bulletin refusé'), ('bulletin_clore', 'Bulletin clos'), ('document_produire', 'Document produit'), ('document_deposer', 'Document déposé'), ('preavis_annoncer', 'Fin du préavis annoncée'), ('reconduire', 'Tacite reconduction'), ('denoncer', 'Dénonciation'), ('suspendre', 'Suspension à titre conservatoire'), ('lever', 'Suspension levée'), ('resilier', 'Résiliation')], max_length=30, verbose_name='acte'),
        ),
    ]
