import type { Sql } from "@milo/milo/server/database/client.ts";
import { editFunction, type FunctionEdit } from "../../../sim/src/engine/database.ts";

/**
 * What the chaos database keeps besides milo's own tables, by the machine's clock that the platforms' record has as well:
 * each slot given, with the limit in force under the lock and what spoke against it there, and when it came back; each
 * change of a limit; when each bot became final; what went back that only goes forward; bots that were offered again
 * while an attempt of theirs might still claim. milo's time is the machine's plus `chaos_clock.shift`.
 */
const HISTORY = `
  CREATE TABLE chaos_clock (shift interval NOT NULL);
  INSERT INTO chaos_clock VALUES ('0');
  CREATE OR REPLACE FUNCTION milo_now() RETURNS timestamptz LANGUAGE sql STABLE AS
    'SELECT clock_timestamp() + shift FROM chaos_clock';

  CREATE TABLE chaos_slots (deployment_id int PRIMARY KEY, platform text NOT NULL, launch_key text NOT NULL,
    bot_id int, bot_limit int NOT NULL, taken_at timestamptz NOT NULL, freed_at timestamptz, closed text, trial int,
    past_wait interval);
  CREATE FUNCTION chaos_take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos_slots SELECT NEW.id, NEW.platform, NEW.launch_key, NEW.bot_id, p.bot_limit, clock_timestamp(), NULL,
      CASE WHEN p.mode <> 'enabled' THEN 'its mode was ' || p.mode WHEN p.breaker_state = 'open' THEN 'its breaker was open'
        WHEN p.admit_not_before > NEW.reserved_at THEN 'it backed off' END,
      CASE WHEN p.breaker_state = 'half_open' AND NEW.reserved_at >= p.breaker_since THEN p.breaker_version END,
      NEW.reserved_at - (SELECT q.timeout_at FROM deployment_queue q WHERE q.id = NEW.queue_entry_id)
      FROM platforms p WHERE p.platform = NEW.platform;
    RETURN NULL; END $$;
  CREATE TRIGGER chaos_take AFTER INSERT ON deployments FOR EACH ROW EXECUTE FUNCTION chaos_take();
  CREATE FUNCTION chaos_free() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE chaos_slots SET freed_at = clock_timestamp() WHERE deployment_id = NEW.id;
    RETURN NULL; END $$;
  CREATE TRIGGER chaos_free AFTER UPDATE ON deployments FOR EACH ROW
    WHEN (NEW.phase = 'ENDED' AND OLD.phase <> 'ENDED') EXECUTE FUNCTION chaos_free();

  CREATE TABLE chaos_limits (platform text NOT NULL, bot_limit int NOT NULL, at timestamptz NOT NULL);
  CREATE FUNCTION chaos_limit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos_limits VALUES (NEW.platform, NEW.bot_limit, clock_timestamp());
    RETURN NULL; END $$;
  CREATE TRIGGER chaos_limit AFTER UPDATE ON platforms FOR EACH ROW
    WHEN (NEW.bot_limit IS DISTINCT FROM OLD.bot_limit) EXECUTE FUNCTION chaos_limit();

  CREATE TABLE chaos_finals (bot_id int NOT NULL, status text NOT NULL, at timestamptz NOT NULL);
  CREATE FUNCTION chaos_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos_finals VALUES (NEW.id, NEW.status, clock_timestamp());
    RETURN NULL; END $$;
  CREATE TRIGGER chaos_final AFTER UPDATE ON bots FOR EACH ROW
    WHEN (NEW.status IN ('DONE', 'FATAL', 'CANCELLED') AND NEW.status IS DISTINCT FROM OLD.status)
    EXECUTE FUNCTION chaos_final();

  CREATE TABLE chaos_breaks (launch_key text NOT NULL, what text NOT NULL, at timestamptz NOT NULL);
  CREATE FUNCTION chaos_rank(phase text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position('{RESERVED,LAUNCHING,STARTING,RUNNING,STOPPING,ENDED}'::text[], phase) $$;
  CREATE FUNCTION chaos_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF chaos_rank(NEW.phase) < chaos_rank(OLD.phase) THEN
      INSERT INTO chaos_breaks VALUES (NEW.launch_key, 'went back from ' || OLD.phase || ' to ' || NEW.phase, clock_timestamp());
    END IF;
    IF NEW.boot_id IS DISTINCT FROM OLD.boot_id AND OLD.boot_id IS NOT NULL THEN
      INSERT INTO chaos_breaks VALUES (NEW.launch_key, 'was bound to another process', clock_timestamp());
    END IF;
    IF NEW.fence < OLD.fence THEN
      INSERT INTO chaos_breaks VALUES (NEW.launch_key, 'has an older fence', clock_timestamp());
    END IF;
    RETURN NULL; END $$;
  CREATE TRIGGER chaos_forward AFTER UPDATE ON deployments FOR EACH ROW EXECUTE FUNCTION chaos_forward();
  CREATE FUNCTION chaos_offer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos_breaks SELECT d.launch_key, 'might still claim when its bot was offered again', clock_timestamp()
      FROM deployments d JOIN bots b ON b.id = d.bot_id WHERE d.bot_id = NEW.id AND b.status = 'QUEUED'
        AND d.phase IN ('RESERVED', 'LAUNCHING', 'STARTING', 'RUNNING');
    RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER chaos_offer AFTER UPDATE ON bots DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.status = 'QUEUED' AND OLD.status <> 'QUEUED') EXECUTE FUNCTION chaos_offer();`;

/**
 * An admission takes its time between its count and its claim, as on a busy server: whatever may go wrong in between has
 * the occasion to. The healthy function is tried with the same pause as a sabotaged one.
 */
const SLOW_ADMISSION: FunctionEdit = {
  name: "milo_admit",
  find: /(v_free := least\(milo_room\(v_platform, v_used, v_launching, v_now\), p_most\);)/,
  replace: "$1\n\tIF v_free > 0 THEN PERFORM pg_sleep(random() * 0.04); END IF;",
};

export async function keepHistory(sql: Sql, slowsAdmission: boolean): Promise<void> {
  if (slowsAdmission) await editFunction(sql, SLOW_ADMISSION);
  await sql.unsafe(HISTORY);
}
