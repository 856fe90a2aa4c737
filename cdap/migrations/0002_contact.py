"""What agents write to their caisse, and its answer."""

from django.db import migrations

# `finie`: from when the six months of its retention run; it has none while it waits.
TABLE = """
create table cdap_contact (
  id bigint generated always as identity primary key, utilisateur_id bigint not null references habilitations_utilisateur (id),
  caisse text not null, sujet text not null, ticket uuid, texte text not null, etat text not null default 'recue', cree timestamptz not null,
  prise timestamptz, repondue timestamptz, reponse text, operateur bigint, finie timestamptz,
  check (etat in ('recue', 'en_cours', 'repondue', 'close')), check (num_nulls(repondue, reponse, finie) in (0, 3)),
  check ((etat in ('repondue', 'close')) = (reponse is not null)));
create index cdap_contact_auteur on cdap_contact (utilisateur_id);
create index cdap_contact_file on cdap_contact (caisse, etat);
"""


class Migration(migrations.Migration):
    """Create the messages."""

    dependencies = [("cdap", "0001_initial"), ("habilitations", "0009_prise_en_main")]
    operations = [migrations.RunSQL(TABLE, "drop table cdap_contact;")]
