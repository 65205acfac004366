"""Triggers: what went back in a way never exceeds what was paid in it; the parts make up the refund."""

from django.db import migrations

SQL = """
INSERT INTO money_refundpart (refund_id, way, from_way, reference, amount_fen)
SELECT id, 'original', 'original', '', amount_fen FROM money_refund;

CREATE FUNCTION money_refundpart_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE money_waybalance SET committed_fen = committed_fen + NEW.amount_fen WHERE id = NEW.balance_id;
    RETURN NULL;
END $$;
CREATE TRIGGER money_refundpart_counted AFTER INSERT ON money_refundpart
    FOR EACH ROW WHEN (NEW.balance_id IS NOT NULL) EXECUTE FUNCTION money_refundpart_count();

CREATE TRIGGER money_refundpart_guarded BEFORE UPDATE OR DELETE ON money_refundpart
    FOR EACH ROW EXECUTE FUNCTION money_part_guard();

CREATE FUNCTION money_ways_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM money_waybalance
    WHERE id IN (SELECT balance_id FROM money_refundpart WHERE refund_id = NEW.id)
    ORDER BY way, reference FOR UPDATE;
    UPDATE money_waybalance w SET committed_fen = committed_fen - p.amount_fen
    FROM money_refundpart p WHERE p.refund_id = NEW.id AND p.balance_id = w.id;
    RETURN NULL;
END $$;
CREATE TRIGGER money_refund_ways_released AFTER UPDATE OF state ON money_refund FOR EACH ROW
    WHEN (NEW.state IN ('failed', 'cancelled') AND OLD.state NOT IN ('failed', 'cancelled'))
    EXECUTE FUNCTION money_ways_release();

CREATE FUNCTION money_ways_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted money_refund;
    found bigint;
    strange bigint;
    refund uuid;
BEGIN
    IF TG_TABLE_NAME = 'money_refund' THEN refund := NEW.id; ELSE refund := NEW.refund_id; END IF;
    SELECT * INTO wanted FROM money_refund WHERE id = refund;
    SELECT coalesce(sum(amount_fen), 0), count(*) FILTER (WHERE way <> from_way AND way <> wanted.to_way)
    INTO found, strange FROM money_refundpart WHERE refund_id = refund;
    IF wanted.amount_fen <> found THEN
        RAISE EXCEPTION 'the parts of the ways do not make up the refund'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF strange > 0 THEN
        RAISE EXCEPTION 'a part goes another way than it was paid and than was consented to'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER money_refund_ways_summed AFTER INSERT ON money_refund
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION money_ways_sum();
CREATE CONSTRAINT TRIGGER money_refundpart_summed AFTER INSERT ON money_refundpart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION money_ways_sum();

CREATE FUNCTION money_refund_way_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.to_way, NEW.consent_id) IS DISTINCT FROM (OLD.to_way, OLD.consent_id) THEN
        RAISE EXCEPTION 'the way of a refund never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER money_refund_way_guarded BEFORE UPDATE OF to_way, consent_id ON money_refund
    FOR EACH ROW EXECUTE FUNCTION money_refund_way_guard();

CREATE FUNCTION money_limit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'limits are added, never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER money_limit_guarded BEFORE UPDATE OR DELETE ON money_limit
    FOR EACH ROW EXECUTE FUNCTION money_limit_guard();
"""

BACK = """
DROP TRIGGER money_limit_guarded ON money_limit;
DROP TRIGGER money_refund_way_guarded ON money_refund;
DROP TRIGGER money_refund_ways_summed ON money_refund;
DROP TRIGGER money_refund_ways_released ON money_refund;
DROP TRIGGER money_refundpart_summed ON money_refundpart;
DROP TRIGGER money_refundpart_guarded ON money_refundpart;
DROP TRIGGER money_refundpart_counted ON money_refundpart;
DROP FUNCTION money_limit_guard();
DROP FUNCTION money_refund_way_guard();
DROP FUNCTION money_ways_sum();
DROP FUNCTION money_ways_release();
DROP FUNCTION money_refundpart_count();
"""


class Migration(migrations.Migration):
    dependencies = [("money", "0003_ways_and_limits")]
    operations = [migrations.RunSQL(SQL, BACK)]
