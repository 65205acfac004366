"""Triggers: the sum of a line's refunds is kept by the database, and a refund stays what it was."""

from django.db import migrations

SQL = """
CREATE FUNCTION money_part_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE money_linebalance SET committed_fen = committed_fen + NEW.amount_fen WHERE line_id = NEW.line_id;
    RETURN NULL;
END $$;
CREATE TRIGGER money_part_counted AFTER INSERT ON money_refundline
    FOR EACH ROW EXECUTE FUNCTION money_part_count();

CREATE FUNCTION money_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'parts of a refund never change' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER money_part_guarded BEFORE UPDATE OR DELETE ON money_refundline
    FOR EACH ROW EXECUTE FUNCTION money_part_guard();

CREATE FUNCTION money_refund_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM money_linebalance
    WHERE line_id IN (SELECT line_id FROM money_refundline WHERE refund_id = NEW.id) ORDER BY line_id FOR UPDATE;
    UPDATE money_linebalance b SET committed_fen = committed_fen - p.amount_fen
    FROM money_refundline p WHERE p.refund_id = NEW.id AND p.line_id = b.line_id;
    RETURN NULL;
END $$;
CREATE TRIGGER money_refund_released AFTER UPDATE OF state ON money_refund FOR EACH ROW
    WHEN (NEW.state IN ('failed', 'cancelled') AND OLD.state NOT IN ('failed', 'cancelled'))
    EXECUTE FUNCTION money_refund_release();

CREATE FUNCTION money_refund_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    found bigint;
    refund uuid;
BEGIN
    IF TG_TABLE_NAME = 'money_refund' THEN refund := NEW.id; ELSE refund := NEW.refund_id; END IF;
    SELECT CASE WHEN beyond_price THEN 0 ELSE amount_fen END INTO wanted FROM money_refund WHERE id = refund;
    SELECT coalesce(sum(amount_fen), 0) INTO found FROM money_refundline WHERE refund_id = refund;
    IF wanted <> found THEN
        RAISE EXCEPTION 'the parts of a refund do not make up its amount'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER money_refund_summed AFTER INSERT ON money_refund
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION money_refund_sum();
CREATE CONSTRAINT TRIGGER money_part_summed AFTER INSERT ON money_refundline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION money_refund_sum();

CREATE FUNCTION money_refund_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'refunds are never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.id, NEW.key, NEW.order_number, NEW.kind, NEW.beyond_price, NEW.rule, NEW.amount_fen, NEW.currency,
        NEW.requested_by)
       IS DISTINCT FROM
       (OLD.id, OLD.key, OLD.order_number, OLD.kind, OLD.beyond_price, OLD.rule, OLD.amount_fen, OLD.currency,
        OLD.requested_by) THEN
        RAISE EXCEPTION 'what a refund pays never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state <> OLD.state AND OLD.state IN ('credited', 'failed', 'cancelled') THEN
        RAISE EXCEPTION 'a refund that ended stays ended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state IN ('requested', 'held', 'cancelled') AND OLD.sent_at IS NOT NULL THEN
        RAISE EXCEPTION 'a refund that was sent is never taken back'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER money_refund_guarded BEFORE UPDATE OR DELETE ON money_refund
    FOR EACH ROW EXECUTE FUNCTION money_refund_guard();
"""

BACK = """
DROP TRIGGER money_refund_guarded ON money_refund;
DROP TRIGGER money_refund_summed ON money_refund;
DROP TRIGGER money_refund_released ON money_refund;
DROP TRIGGER money_part_summed ON money_refundline;
DROP TRIGGER money_part_guarded ON money_refundline;
DROP TRIGGER money_part_counted ON money_refundline;
DROP FUNCTION money_refund_guard();
DROP FUNCTION money_refund_sum();
DROP FUNCTION money_refund_release();
DROP FUNCTION money_part_guard();
DROP FUNCTION money_part_count();
"""


class Migration(migrations.Migration):
    dependencies = [("money", "0001_initial")]
    operations = [migrations.RunSQL(SQL, BACK)]
