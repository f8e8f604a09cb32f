from itertools import groupby

import django.db.models.deletion
from django.db import migrations, models

from home.organisations.inheritance import Passing, closure


def name_who_answers(apps, schema_editor):
    """Of several successors the one with the largest part takes the work over; what exists answers for itself."""
    Succession = apps.get_model("organisations", "Succession")
    SuccessionPath = apps.get_model("organisations", "SuccessionPath")
    rows = Succession.objects.filter(successor__isnull=False).select_related("predecessor")
    ended = [
        row
        for row in rows.order_by("predecessor", "-share", "pk")
        if row.predecessor.valid_to and row.predecessor.valid_to < row.on
    ]
    for _, successions in groupby(ended, key=lambda row: row.predecessor_id):
        first = next(successions)
        first.answers = True
        first.save(update_fields=["answers"])
    passings = [Passing(row.predecessor_id, row.successor_id, row.answers, row.on) for row in ended]
    SuccessionPath.objects.bulk_create(
        SuccessionPath(
            predecessor_id=path.predecessor, heir_id=path.heir, answers=path.answers, valid_from=path.on
        )
        for path in closure(passings)
    )


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_words_of_constraint'),
    ]

    operations = [
        migrations.CreateModel(
            name='SuccessionPath',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.BooleanField()),
                ('valid_from', models.DateField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='succession',
            name='answers',
            field=models.BooleanField(default=False, verbose_name='tiếp nhận công việc'),
        ),
        migrations.AddConstraint(
            model_name='succession',
            constraint=models.UniqueConstraint(condition=models.Q(('answers', True)), fields=('predecessor',), name='one_successor_answers'),
        ),
        migrations.AddField(
            model_name='successionpath',
            name='heir',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='heritage', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='successionpath',
            name='predecessor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='heirs', to='organisations.organisation'),
        ),
        migrations.AddConstraint(
            model_name='successionpath',
            constraint=models.UniqueConstraint(fields=('predecessor', 'heir'), name='heir_is_named_once'),
        ),
        migrations.RunPython(name_who_answers, migrations.RunPython.noop),
    ]
