"""On PostgreSQL the database itself refuses to change or delete an entry, whoever asks."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION audit_is_permanent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Audit entries are neither changed nor deleted.' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_is_permanent BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_is_permanent();
"""
BACKWARDS = """
DROP TRIGGER audit_is_permanent ON audit_auditentry;
DROP FUNCTION audit_is_permanent();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(on_postgresql(FORWARDS), on_postgresql(BACKWARDS))]
