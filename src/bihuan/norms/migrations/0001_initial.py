"""Rulebooks, switches, calendars and business hours; a stored text of a clause is never changed."""

import django.db.models.deletion
from django.db import migrations, models

FINAL = """
CREATE FUNCTION norms_text_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'texts of clauses are never changed or deleted'; END $$;
CREATE TRIGGER norms_text_final BEFORE UPDATE OR DELETE ON norms_clausetext
    FOR EACH ROW EXECUTE FUNCTION norms_text_is_final();
"""
NOT_FINAL = "DROP TRIGGER norms_text_final ON norms_clausetext; DROP FUNCTION norms_text_is_final();"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarEdition',
            fields=[
                ('version', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('years', models.JSONField()),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='BusinessHoursSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('version', models.SmallIntegerField()),
                ('body', models.JSONField()),
                ('set_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'version'), name='norms_hours_version_once'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='norms_hours_version_positive')],
            },
        ),
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.SmallIntegerField()),
                ('version', models.SmallIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('source', models.CharField(max_length=200)),
                ('published_on', models.DateField(null=True)),
                ('complete', models.BooleanField(default=True)),
                ('days', models.JSONField()),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('year', 'version'), name='norms_calendar_version_once'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='norms_calendar_version_positive'), models.CheckConstraint(condition=models.Q(('year__gte', 1949), ('year__lte', 9000)), name='norms_calendar_year')],
            },
        ),
        migrations.CreateModel(
            name='ClauseText',
            fields=[
                ('hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('book', models.CharField(max_length=24)),
                ('clause_id', models.CharField(max_length=40)),
                ('body', models.JSONField()),
                ('first_seen_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['clause_id', 'first_seen_at'], name='norms_text_by_clause')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('book', models.CharField(max_length=24)),
                ('hash', models.CharField(max_length=64)),
                ('program', models.CharField(max_length=40)),
                ('header', models.JSONField()),
                ('clauses', models.JSONField()),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['book', '-id'], name='norms_edition_latest')],
            },
        ),
        migrations.CreateModel(
            name='State',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('token', models.UUIDField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='norms_state_single')],
            },
        ),
        migrations.CreateModel(
            name='Switch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause_id', models.CharField(max_length=40)),
                ('off_from', models.DateTimeField()),
                ('on_again_from', models.DateTimeField(null=True)),
                ('reason_id', models.UUIDField()),
                ('off_by', models.UUIDField()),
                ('on_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('on_again_from', None)), fields=('clause_id',), name='norms_switch_open_once'), models.CheckConstraint(condition=models.Q(('on_again_from', None), ('on_again_from__gte', models.F('off_from')), _connector='OR'), name='norms_switch_order'), models.CheckConstraint(condition=models.Q(models.Q(('on_again_from', None), ('on_by', None)), models.Q(('on_again_from__isnull', False), ('on_by__isnull', False)), _connector='OR'), name='norms_switch_ended_by')],
            },
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause_id', models.CharField(max_length=40)),
                ('shipped', models.CharField(blank=True, max_length=64)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='norms.edition')),
                ('used', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='norms.clausetext')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('edition', 'clause_id'), name='norms_override_once')],
            },
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
