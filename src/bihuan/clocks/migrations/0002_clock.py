"""What Django knows of the table of clocks (its SQL stands in the first migration)."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clocks', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('subject_kind', models.CharField(max_length=24)),
                ('subject_id', models.UUIDField()),
                ('clause_id', models.CharField(max_length=40)),
                ('clause_hash', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=64)),
                ('generation', models.SmallIntegerField()),
                ('round', models.SmallIntegerField()),
                ('facts', models.JSONField()),
                ('limit', models.CharField(db_column='limit_text', max_length=40)),
                ('calendar_version', models.CharField(max_length=80)),
                ('started_at', models.DateTimeField()),
                ('start_entry', models.BigIntegerField()),
                ('due_at', models.DateTimeField()),
                ('warn_at', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None)),
                ('next_at', models.DateTimeField(null=True)),
                ('stage', models.SmallIntegerField()),
                ('state', models.CharField(max_length=10)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stop_entry', models.BigIntegerField(null=True)),
                ('verdict', models.CharField(max_length=10, null=True)),
                ('held_since', models.DateTimeField(null=True)),
                ('held', models.JSONField()),
                ('extended', models.JSONField()),
                ('provisional', models.BooleanField()),
                ('imported', models.BooleanField()),
                ('breached_at', models.DateTimeField(null=True)),
                ('merchant_id', models.UUIDField(null=True)),
                ('team_id', models.UUIDField(null=True)),
                ('owner_id', models.UUIDField(null=True)),
                ('revision', models.SmallIntegerField(default=1)),
                ('failures', models.SmallIntegerField(default=0)),
                ('last_error', models.CharField(default='', max_length=200)),
            ],
            options={
                'db_table': 'clocks_clock',
                'ordering': ['due_at', 'id'],
                'managed': False,
            },
        ),
    ]
