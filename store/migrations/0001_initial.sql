-- The store's first schema. Times of the wall clock are *_unix_ns (UTC), times of the emulated hardware *_ns.
-- Names of kinds, phases and outcomes are those of the messages (schemas/).

CREATE TABLE schema_version (
  version     INTEGER NOT NULL PRIMARY KEY,
  name        TEXT    NOT NULL,
  applied_utc TEXT    NOT NULL
) STRICT;

-- Hardware -----------------------------------------------------------------------------------------------------

CREATE TABLE device_profiles (
  name        TEXT NOT NULL PRIMARY KEY CHECK (length(name) > 0),
  accelerator TEXT NOT NULL CHECK (accelerator IN ('MAX78000', 'MAX78002'))
) STRICT, WITHOUT ROWID;

-- The figures of every kind of profile. Sensor, actuator and link profiles are nothing but figures, and so have
-- no table of their own; that is why `profile` is no foreign key.
CREATE TABLE profile_figures (
  kind    TEXT NOT NULL CHECK (kind IN ('device', 'sensor', 'actuator', 'link')),
  profile TEXT NOT NULL CHECK (length(profile) > 0),
  figure  TEXT NOT NULL,
  value   REAL NOT NULL,
  mark    TEXT NOT NULL CHECK (mark IN ('silicon', 'fit', 'sheet', 'assumed', 'unverified')),
  source  TEXT NOT NULL,
  PRIMARY KEY (kind, profile, figure)
) STRICT, WITHOUT ROWID;

CREATE TABLE bodies (
  name       TEXT NOT NULL PRIMARY KEY CHECK (length(name) > 0),
  link       TEXT NOT NULL,
  time_scale REAL NOT NULL CHECK (time_scale > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE body_devices (
  body     TEXT    NOT NULL REFERENCES bodies (name) ON DELETE CASCADE,
  device   TEXT    NOT NULL CHECK (length(device) > 0),
  position INTEGER NOT NULL CHECK (position >= 0),
  profile  TEXT    NOT NULL REFERENCES device_profiles (name),
  PRIMARY KEY (body, device),
  UNIQUE (body, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE body_sensors (
  body       TEXT    NOT NULL,
  device     TEXT    NOT NULL,
  position   INTEGER NOT NULL CHECK (position >= 0),
  capability TEXT    NOT NULL,
  frames     TEXT    NOT NULL,
  PRIMARY KEY (body, device, position),
  FOREIGN KEY (body, device) REFERENCES body_devices (body, device) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE body_actuators (
  body       TEXT    NOT NULL,
  device     TEXT    NOT NULL,
  position   INTEGER NOT NULL CHECK (position >= 0),
  capability TEXT    NOT NULL,
  PRIMARY KEY (body, device, position),
  FOREIGN KEY (body, device) REFERENCES body_devices (body, device) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Decisions ----------------------------------------------------------------------------------------------------

CREATE TABLE apps (
  app               TEXT    NOT NULL PRIMARY KEY CHECK (length(app) > 0),
  model             TEXT    NOT NULL,
  sensing_needs     TEXT    NOT NULL,
  sensing_on        TEXT    NOT NULL,  -- empty: any device
  interaction_needs TEXT    NOT NULL,
  interaction_on    TEXT    NOT NULL,  -- empty: any device
  runs              INTEGER NOT NULL CHECK (runs >= 0),  -- 0: until stopped
  at_least_devices  INTEGER NOT NULL CHECK (at_least_devices >= 0),
  priority          INTEGER NOT NULL,
  phase             TEXT    NOT NULL CHECK (phase IN ('running', 'finished', 'stopped', 'rejected')),
  reason            TEXT    NOT NULL,
  plan_id           INTEGER NOT NULL CHECK (plan_id >= 0),  -- 0: none
  first_run         INTEGER NOT NULL CHECK (first_run >= 0),
  next_run          INTEGER NOT NULL CHECK (next_run >= 0),
  completed         INTEGER NOT NULL CHECK (completed >= 0),
  failed            INTEGER NOT NULL CHECK (failed >= 0)
) STRICT, WITHOUT ROWID;

-- `content` is the whole plan as the msgpack of message `plan`: what is restored. The other columns, and the two
-- tables below, say the same for people.
CREATE TABLE collaboration_plans (
  id                INTEGER NOT NULL PRIMARY KEY CHECK (id > 0),
  made_unix_ns      INTEGER NOT NULL,
  body              TEXT    NOT NULL,
  policy            TEXT    NOT NULL,
  objective         TEXT    NOT NULL CHECK (objective IN ('throughput', 'latency', 'energy')),
  status            TEXT    NOT NULL CHECK (status IN ('optimal', 'bounded', 'heuristic')),
  cause             TEXT    NOT NULL,
  reason            TEXT    NOT NULL,
  bottleneck        TEXT    NOT NULL,
  rounds_per_second REAL    NOT NULL,
  latency_ns        INTEGER NOT NULL,
  energy_uj         REAL    NOT NULL,
  planning_us       INTEGER NOT NULL CHECK (planning_us >= 0),
  content           BLOB    NOT NULL
) STRICT;

CREATE TABLE execution_plans (
  plan_id    INTEGER NOT NULL REFERENCES collaboration_plans (id) ON DELETE CASCADE,
  app        TEXT    NOT NULL,
  ordinal    INTEGER NOT NULL CHECK (ordinal >= 0),   -- among the execution plans of the pipeline
  pipeline   INTEGER NOT NULL CHECK (pipeline >= 0),  -- the pipeline's place in the plan
  model      TEXT    NOT NULL,
  share      REAL    NOT NULL CHECK (share >= 0),
  source     TEXT    NOT NULL,
  target     TEXT    NOT NULL,
  latency_ns INTEGER NOT NULL,
  energy_uj  REAL    NOT NULL,
  PRIMARY KEY (plan_id, app, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunks (
  plan_id     INTEGER NOT NULL,
  app         TEXT    NOT NULL,
  execution   INTEGER NOT NULL,
  position    INTEGER NOT NULL CHECK (position >= 0),
  device      TEXT    NOT NULL,
  first_layer INTEGER NOT NULL CHECK (first_layer >= 0),
  last_layer  INTEGER NOT NULL CHECK (last_layer >= first_layer),
  PRIMARY KEY (plan_id, app, execution, position),
  FOREIGN KEY (plan_id, app, execution) REFERENCES execution_plans (plan_id, app, ordinal) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What happened ------------------------------------------------------------------------------------------------

CREATE TABLE runs (
  app              TEXT    NOT NULL REFERENCES apps (app),
  run              INTEGER NOT NULL CHECK (run >= 0),
  attempts         INTEGER NOT NULL CHECK (attempts >= 0),
  plan_id          INTEGER NOT NULL CHECK (plan_id >= 0),
  outcome          TEXT    NOT NULL CHECK (outcome IN ('completed', 'failed')),
  label            INTEGER NOT NULL,  -- -1: none
  score            INTEGER NOT NULL,
  began_ns         INTEGER NOT NULL,
  ended_ns         INTEGER NOT NULL,
  energy_uj        REAL    NOT NULL,
  devices          TEXT    NOT NULL,  -- crossed, in order: `glasses > watch`
  reason           TEXT    NOT NULL,
  recorded_unix_ns INTEGER NOT NULL,
  PRIMARY KEY (app, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id         INTEGER NOT NULL PRIMARY KEY,
  at_unix_ns INTEGER NOT NULL,
  kind       TEXT    NOT NULL CHECK (length(kind) > 0),
  subject    TEXT    NOT NULL,
  text       TEXT    NOT NULL
) STRICT;

-- Views for people: rounded, in words, newest first ------------------------------------------------------------
--
-- group_concat takes rows in the order in which its subquery hands them over; each subquery says that order.

CREATE VIEW execution_paths AS
SELECT e.plan_id AS plan, e.pipeline, e.app, e.ordinal, e.share,
       ifnull((SELECT group_concat(part, ' > ')
               FROM (SELECT c.device || '[' || c.first_layer ||
                            CASE c.last_layer WHEN c.first_layer THEN '' ELSE '-' || c.last_layer END || ']' AS part
                     FROM chunks c
                     WHERE c.plan_id = e.plan_id AND c.app = e.app AND c.execution = e.ordinal
                     ORDER BY c.position)), '-') AS path
FROM execution_plans e;

CREATE VIEW plan_placements AS
SELECT e.plan_id AS plan, e.pipeline, e.app,
       e.app || ': ' || (SELECT group_concat(part, ' | ')
                         FROM (SELECT CASE x.share WHEN 1 THEN '' ELSE printf('%g%% ', round(100 * x.share, 1)) END
                                      || x.path AS part
                               FROM execution_paths x
                               WHERE x.plan = e.plan_id AND x.app = e.app
                               ORDER BY x.ordinal)) AS placement
FROM execution_plans e
WHERE e.ordinal = 0;

CREATE VIEW plan_history AS
SELECT p.id AS plan,
       strftime('%Y-%m-%d %H:%M:%S', p.made_unix_ns / 1000000000, 'unixepoch') AS made,
       p.policy,
       ifnull((SELECT group_concat(placement, ', ')
               FROM (SELECT l.placement FROM plan_placements l WHERE l.plan = p.id ORDER BY l.pipeline)), '')
         AS placement,
       round(p.rounds_per_second, 2) AS rounds_per_s,
       round(p.latency_ns / 1e6, 2) AS latency_ms,
       round(p.energy_uj, 1) AS energy_uj,
       p.bottleneck, p.cause, p.reason
FROM collaboration_plans p
ORDER BY p.id DESC;

CREATE VIEW app_list AS
SELECT a.app, a.phase, a.model,
       a.sensing_needs || CASE a.sensing_on WHEN '' THEN '' ELSE ' on ' || a.sensing_on END AS sensing,
       a.interaction_needs || CASE a.interaction_on WHEN '' THEN '' ELSE ' on ' || a.interaction_on END AS interaction,
       CASE a.runs WHEN 0 THEN 'until stopped' ELSE a.runs || '' END AS runs,
       a.completed, a.failed, a.next_run,
       CASE a.plan_id WHEN 0 THEN '' ELSE a.plan_id || '' END AS plan,
       a.reason
FROM apps a
ORDER BY a.app;

CREATE VIEW run_history AS
SELECT r.app, r.run, r.outcome,
       CASE r.label WHEN -1 THEN '' ELSE r.label || '' END AS label,
       round((r.ended_ns - r.began_ns) / 1e6, 2) AS latency_ms,
       round(r.energy_uj, 1) AS energy_uj,
       r.devices, r.attempts,
       strftime('%Y-%m-%d %H:%M:%S', r.recorded_unix_ns / 1000000000, 'unixepoch') AS recorded,
       r.reason
FROM runs r
ORDER BY r.recorded_unix_ns DESC, r.app, r.run DESC;

CREATE VIEW device_list AS
SELECT d.body, d.device, p.accelerator, d.profile,
       ifnull((SELECT group_concat(capability, ', ')
               FROM (SELECT s.capability FROM body_sensors s
                     WHERE s.body = d.body AND s.device = d.device ORDER BY s.position)), '') AS sensors,
       ifnull((SELECT group_concat(capability, ', ')
               FROM (SELECT a.capability FROM body_actuators a
                     WHERE a.body = d.body AND a.device = d.device ORDER BY a.position)), '') AS actuators
FROM body_devices d JOIN device_profiles p ON p.name = d.profile
ORDER BY d.body, d.position;

CREATE VIEW event_list AS
SELECT e.id AS event,
       strftime('%Y-%m-%d %H:%M:%S', e.at_unix_ns / 1000000000, 'unixepoch') AS at,
       e.kind, e.subject, e.text
FROM events e
ORDER BY e.id DESC;
