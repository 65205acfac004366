"""The running number of cases, given out in blocks of 50 (cases.queries.BLOCK)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_number_seq INCREMENT 50", "DROP SEQUENCE cases_number_seq")
    ]
