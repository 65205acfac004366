"""The running number of cases."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE cases_number_seq", "DROP SEQUENCE cases_number_seq")]
