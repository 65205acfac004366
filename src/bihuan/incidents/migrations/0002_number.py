"""The running number of incidents."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE IF NOT EXISTS incidents_number_seq",
            "DROP SEQUENCE IF EXISTS incidents_number_seq",
        )
    ]
