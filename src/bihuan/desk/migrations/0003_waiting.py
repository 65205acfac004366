"""Offers that wait for approval, for the board: few among all that were ever made."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_search"), ("complaints", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX desk_offers_held ON complaints_offer (made_at) WHERE state = 'held'",
            "DROP INDEX desk_offers_held",
        )
    ]
