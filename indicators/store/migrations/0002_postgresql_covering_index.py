"""PostgreSQL alone: uniqueness and covering in one index, and statistics kept fresh enough for index-only reads.

The constraint of the model is made without INCLUDE, because SQLite skips such a constraint without a word. On
PostgreSQL its index is made anew under the same name, with the columns that tables of figures read.
"""

from typing import Any

from django.db import migrations

KEY = "(period, subject_id, value_type, indicator_id, disaggregation, plan_basis)"
OPEN = "WHERE known_to_id IS NULL AND standing = 'accepted'"


class PostgreSQL(migrations.RunSQL):
    """SQL for PostgreSQL; nothing on other databases."""

    def _run_sql(self, schema_editor: Any, sqls: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super()._run_sql(schema_editor, sqls)


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]

    operations = [
        PostgreSQL(
            f"""
            DROP INDEX one_open_accepted_figure;
            CREATE UNIQUE INDEX one_open_accepted_figure ON store_figure {KEY} INCLUDE (amount, code) {OPEN};
            ALTER TABLE store_figure SET
                (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
            """,
            f"""
            DROP INDEX one_open_accepted_figure;
            CREATE UNIQUE INDEX one_open_accepted_figure ON store_figure {KEY} {OPEN};
            ALTER TABLE store_figure RESET
                (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
            """,
        )
    ]
