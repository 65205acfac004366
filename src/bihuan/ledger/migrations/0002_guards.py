"""Triggers: legs that do not add up to zero cannot be committed, and nothing booked is ever changed."""

from django.db import migrations

SQL = """
ALTER TABLE ledger_posting ADD txid xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE FUNCTION ledger_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is booked is never changed or deleted, only reversed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_account_final BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_final();
CREATE TRIGGER ledger_posting_final BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_final();
CREATE TRIGGER ledger_leg_final BEFORE UPDATE OR DELETE ON ledger_leg
    FOR EACH ROW EXECUTE FUNCTION ledger_final();

CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    posting bigint;
    legs bigint;
    currencies bigint;
BEGIN
    IF TG_TABLE_NAME = 'ledger_posting' THEN posting := NEW.id; ELSE posting := NEW.posting_id; END IF;
    IF EXISTS (SELECT FROM ledger_posting WHERE id = posting AND txid <> pg_current_xact_id()) THEN
        RAISE EXCEPTION 'legs are written together with their posting, never later'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT coalesce(sum(n), 0), count(*) FILTER (WHERE fen <> 0) INTO legs, currencies FROM (
        SELECT a.currency, count(*) AS n, sum(l.amount_fen) AS fen
        FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id
        WHERE l.posting_id = posting GROUP BY a.currency) AS each;
    IF legs < 2 OR currencies > 0 THEN
        RAISE EXCEPTION 'the legs of a posting do not add up to zero'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced();
CREATE CONSTRAINT TRIGGER ledger_leg_balanced AFTER INSERT ON ledger_leg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced();

CREATE FUNCTION ledger_writeoff_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'asked' OR
       (NEW.id, NEW.account_id, NEW.amount_fen, NEW.case_id, NEW.reason_id, NEW.asked_by, NEW.asked_at)
       IS DISTINCT FROM
       (OLD.id, OLD.account_id, OLD.amount_fen, OLD.case_id, OLD.reason_id, OLD.asked_by, OLD.asked_at) THEN
        RAISE EXCEPTION 'a write-off is decided once and never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_writeoff_guarded BEFORE UPDATE OR DELETE ON ledger_writeoff
    FOR EACH ROW EXECUTE FUNCTION ledger_writeoff_guard();
"""

BACK = """
DROP TRIGGER ledger_writeoff_guarded ON ledger_writeoff;
DROP TRIGGER ledger_leg_balanced ON ledger_leg;
DROP TRIGGER ledger_posting_balanced ON ledger_posting;
DROP TRIGGER ledger_leg_final ON ledger_leg;
DROP TRIGGER ledger_posting_final ON ledger_posting;
DROP TRIGGER ledger_account_final ON ledger_account;
DROP FUNCTION ledger_writeoff_guard();
DROP FUNCTION ledger_balanced();
DROP FUNCTION ledger_final();
ALTER TABLE ledger_posting DROP txid;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(SQL, BACK)]
