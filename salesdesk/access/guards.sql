-- What a database login of its own may see and do: run by `salesdesk db grant`, as often as wanted, by the owner.
--
-- @schema is where the tables are; @manager, @lead and @admin are group roles of this database. Row-level security
-- applies to them only: the owner of the tables passes it by. Functions run as the owner with a fixed search path, so
-- that nothing of the caller's can slip in under a name.

CREATE SCHEMA IF NOT EXISTS salesdesk_guard;
REVOKE ALL ON SCHEMA salesdesk_guard FROM PUBLIC;
GRANT USAGE ON SCHEMA salesdesk_guard TO @manager, @lead, @admin;
GRANT USAGE ON SCHEMA @schema TO @manager, @lead, @admin;

-- Which client a manager took, left or was called by; and the digests of endings that they looked up in vain.
CREATE TABLE IF NOT EXISTS salesdesk_guard.trace (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL,
    act text NOT NULL CHECK (act IN ('take', 'leave', 'called', 'miss')),
    client_id integer,
    ending text,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xact xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX IF NOT EXISTS trace_user_at ON salesdesk_guard.trace (user_id, at);
DELETE FROM salesdesk_guard.trace WHERE at < clock_timestamp() - interval '1 hour';

-- Nothing looks further back than the hour that is counted: whoever adds a row takes their own older ones away.
CREATE OR REPLACE FUNCTION salesdesk_guard.on_trace() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
BEGIN
    DELETE FROM salesdesk_guard.trace WHERE id IN (
        SELECT id FROM salesdesk_guard.trace
        WHERE user_id = NEW.user_id AND at < clock_timestamp() - interval '1 hour'
        FOR UPDATE SKIP LOCKED
    );
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS salesdesk_trace ON salesdesk_guard.trace;
CREATE TRIGGER salesdesk_trace AFTER INSERT ON salesdesk_guard.trace
    FOR EACH ROW EXECUTE FUNCTION salesdesk_guard.on_trace();

-- The user whom the login belongs to, as the program's sign-in finds them.
CREATE OR REPLACE FUNCTION salesdesk_guard.who() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
    SELECT id FROM user_account
    WHERE os_login = session_user OR (name = session_user AND os_login IS NULL)
    ORDER BY os_login IS NULL LIMIT 1
$$;

-- Their role; none for somebody disabled, whatever group the login is still in.
CREATE OR REPLACE FUNCTION salesdesk_guard.role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
    SELECT role FROM user_account WHERE id = salesdesk_guard.who() AND active
$$;

CREATE OR REPLACE FUNCTION salesdesk_guard.sees_all() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
    SELECT coalesce(salesdesk_guard.role() IN ('lead', 'admin'), false)
$$;

-- The clients that a manager may see: the one in hand; what they let go of in this transaction, for an outcome still
-- moves that client on; with nothing in hand the last one for ten minutes, so that an outcome can be repeated; and one
-- who calls in, for a minute, until somebody answers.
CREATE OR REPLACE FUNCTION salesdesk_guard.hand() RETURNS integer[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
    WITH me AS (SELECT salesdesk_guard.who() AS id WHERE salesdesk_guard.role() = 'manager'),
    held AS (
        SELECT task.client_id FROM task JOIN me ON task.claimed_by = me.id
        WHERE task.closed_at IS NULL AND task.claimed_until > clock_timestamp()
    ),
    recent AS (
        SELECT trace.* FROM salesdesk_guard.trace JOIN me ON trace.user_id = me.id
        WHERE trace.at > clock_timestamp() - interval '10 minutes'
    )
    SELECT array(
        SELECT client_id FROM held
        UNION
        SELECT client_id FROM recent WHERE act = 'leave' AND xact = pg_current_xact_id_if_assigned()
        UNION
        (SELECT client_id FROM recent WHERE act = 'leave' AND NOT EXISTS (SELECT FROM held) ORDER BY id DESC LIMIT 1)
        UNION
        SELECT client_id FROM recent WHERE act = 'called' AND at > clock_timestamp() - interval '1 minute'
    )
$$;

-- Those, and by name (not by number) whom they have promised to call in the next minutes: they are reminded of it.
CREATE OR REPLACE FUNCTION salesdesk_guard.sight() RETURNS integer[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
    SELECT salesdesk_guard.hand() || array(
        SELECT client_id FROM task
        WHERE assignee_id = salesdesk_guard.who() AND closed_at IS NULL AND feed = 'callback'
            AND due_at BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp() + interval '6 minutes'
            AND salesdesk_guard.role() = 'manager'
        ORDER BY due_at LIMIT 3
    )
$$;

-- Different endings looked up in vain within an hour.
CREATE OR REPLACE FUNCTION salesdesk_guard.misses() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
    SELECT count(DISTINCT ending)::integer FROM salesdesk_guard.trace
    WHERE user_id = salesdesk_guard.who() AND act = 'miss' AND at > clock_timestamp() - interval '1 hour'
$$;

-- What the next row of the audit must name as the one before it.
CREATE OR REPLACE FUNCTION salesdesk_guard.audit_head() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
    SELECT coalesce((SELECT digest FROM audit ORDER BY id DESC LIMIT 1), '')
$$;

-- Nobody calls so many people; who reads card after card does.
CREATE OR REPLACE FUNCTION salesdesk_guard.within_measure() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
    SELECT count(*) < @most_an_hour FROM salesdesk_guard.trace
    WHERE user_id = salesdesk_guard.who() AND act IN ('take', 'called') AND at > clock_timestamp() - interval '1 hour'
$$;

-- Clients one of whose numbers ends so. Of a single one the card may be opened.
CREATE OR REPLACE FUNCTION salesdesk_guard.inbound(wanted text) RETURNS TABLE (client_id integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
DECLARE
    found integer[];
BEGIN
    IF wanted !~ '^[0-9]{6,15}$' OR salesdesk_guard.misses() >= @most_misses OR NOT salesdesk_guard.within_measure() THEN
        RAISE insufficient_privilege USING MESSAGE = 'no look-up by these digits, or too many of them';
    END IF;
    found := array(
        SELECT DISTINCT phone.client_id FROM phone JOIN client ON client.id = phone.client_id
        LEFT JOIN import ON import.id = client.import_id
        WHERE right(phone.e164, length(wanted)) = wanted AND (import.id IS NULL OR import.finished_at IS NOT NULL)
    );
    IF cardinality(found) = 1 THEN
        INSERT INTO salesdesk_guard.trace (user_id, act, client_id) VALUES (salesdesk_guard.who(), 'called', found[1]);
    ELSE
        INSERT INTO salesdesk_guard.trace (user_id, act, ending)
        VALUES (salesdesk_guard.who(), 'miss', encode(sha256(wanted::bytea), 'hex'));
    END IF;
    RETURN QUERY SELECT unnest(found);
END $$;

-- What a manager's login may do to a task: take one that is due, in due measure; anything with the one in hand; and let
-- the freshness of an incoming client end.
CREATE OR REPLACE FUNCTION salesdesk_guard.on_task() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
DECLARE
    me integer := salesdesk_guard.who();
    held boolean := coalesce(OLD.claimed_by = me, false);
    called boolean := OLD.client_id = ANY (salesdesk_guard.hand());
    claim text[] := ARRAY['claimed_by', 'claimed_until', 'because'];
BEGIN
    IF salesdesk_guard.sees_all() THEN
        RETURN NEW;
    END IF;
    IF held AND NEW.client_id = OLD.client_id AND NEW.deal_id = OLD.deal_id THEN
        IF NEW.claimed_by IS NULL THEN
            INSERT INTO salesdesk_guard.trace (user_id, act, client_id) VALUES (me, 'leave', OLD.client_id);
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.claimed_by = me AND to_jsonb(NEW) - claim = to_jsonb(OLD) - claim
        AND (called OR OLD.due_at <= clock_timestamp() + interval '1 minute') AND salesdesk_guard.within_measure()
    THEN
        INSERT INTO salesdesk_guard.trace (user_id, act, client_id) VALUES (me, 'take', OLD.client_id);
        RETURN NEW;
    END IF;
    IF OLD.feed = 'incoming' AND NEW.feed = 'planned' AND to_jsonb(NEW) - 'feed' = to_jsonb(OLD) - 'feed' THEN
        RETURN NEW;
    END IF;
    RAISE insufficient_privilege USING MESSAGE = 'this task is not yours to change';
END $$;

DROP TRIGGER IF EXISTS salesdesk_guard ON @schema.task;
CREATE TRIGGER salesdesk_guard BEFORE UPDATE ON @schema.task FOR EACH ROW
    WHEN (row_security_active('@schema.task'::regclass)) EXECUTE FUNCTION salesdesk_guard.on_task();

-- A number that is suppressed already stays so; a manager's login cannot see whether it is.
CREATE OR REPLACE FUNCTION salesdesk_guard.on_suppression() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema, pg_temp AS $$
BEGIN
    RETURN CASE WHEN EXISTS (SELECT FROM suppression WHERE digest = NEW.digest) THEN NULL ELSE NEW END;
END $$;

DROP TRIGGER IF EXISTS salesdesk_guard ON @schema.suppression;
CREATE TRIGGER salesdesk_guard BEFORE INSERT ON @schema.suppression FOR EACH ROW
    WHEN (row_security_active('@schema.suppression'::regclass)) EXECUTE FUNCTION salesdesk_guard.on_suppression();

REVOKE ALL ON ALL TABLES IN SCHEMA salesdesk_guard FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA salesdesk_guard FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA salesdesk_guard TO @manager, @lead, @admin;
