"""What people find, and what becomes of a decision that it contradicts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Established',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('line', models.PositiveSmallIntegerField(null=True)),
                ('day', models.DateField(null=True)),
                ('clause', models.CharField(max_length=40)),
                ('text', models.UUIDField()),
                ('evidence', models.JSONField(default=list)),
                ('found_by', models.UUIDField()),
                ('found_at', models.DateTimeField()),
                ('generation', models.SmallIntegerField(default=1)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='contradicted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='aftersales.judgement'),
        ),
        migrations.AddField(
            model_name='decision',
            name='review',
            field=models.CharField(blank=True, db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='decision',
            name='review_text',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='reviewed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='reviewed_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('review', ''), models.Q(('contradicted_by__isnull', False), ('review__in', ['open', 'upheld', 'reopened', 'settled'])), _connector='OR'), name='aftersales_review_has_its_judgement'),
        ),
        migrations.AddField(
            model_name='established',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='established', to='aftersales.application'),
        ),
        migrations.AddField(
            model_name='established',
            name='judgement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='aftersales.judgement'),
        ),
    ]
