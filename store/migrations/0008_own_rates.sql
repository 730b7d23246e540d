-- foreign_keys = OFF
--
-- A plan gives each app a rate of its own, and devices their power; apps have a weight. Table collaboration_plans is made
-- anew, because its CHECK knew three objectives only. What was sought as 'throughput' is called 'rounds' now.
--
-- A checksum that fits its row is that of the new row afterwards; one that does not fit, and one that is missing, stays.

DROP VIEW plan_history;

CREATE TABLE collaboration_plans_8 (
  id                INTEGER NOT NULL PRIMARY KEY CHECK (id > 0),
  made_unix_ns      INTEGER NOT NULL,
  body              TEXT    NOT NULL,
  policy            TEXT    NOT NULL,
  objective         TEXT    NOT NULL CHECK (objective IN ('fair', 'rounds', 'sum', 'latency', 'energy', 'lifetime')),
  status            TEXT    NOT NULL CHECK (status IN ('optimal', 'bounded', 'heuristic')),
  stopped_by        TEXT    NOT NULL CHECK (stopped_by IN ('', 'proof', 'nodes', 'time')),  -- empty: nothing did
  nodes_spent       INTEGER NOT NULL CHECK (nodes_spent >= 0),
  cause             TEXT    NOT NULL,
  reason            TEXT    NOT NULL,
  bottleneck        TEXT    NOT NULL,
  rounds_per_second REAL    NOT NULL,  -- the lowest rate of its apps
  latency_ns        INTEGER NOT NULL,
  energy_uj         REAL    NOT NULL,  -- of plans of content version 1: with the idle power of all devices
  planning_us       INTEGER NOT NULL CHECK (planning_us >= 0),
  content_version   INTEGER NOT NULL CHECK (content_version > 0),  -- of the message `plan` that content holds
  content           BLOB    NOT NULL,
  crc               INTEGER
) STRICT;

INSERT INTO collaboration_plans_8 (id, made_unix_ns, body, policy, objective, status, stopped_by, nodes_spent, cause, reason,
  bottleneck, rounds_per_second, latency_ns, energy_uj, planning_us, content_version, content, crc)
SELECT id, made_unix_ns, body, policy, new_objective, status, stopped_by, nodes_spent, cause, reason, bottleneck,
       rounds_per_second, latency_ns, energy_uj, planning_us, 1, content,
       CASE WHEN crc = row_crc(id, made_unix_ns, body, policy, objective, status, stopped_by, nodes_spent, cause, reason,
                               bottleneck, rounds_per_second, latency_ns, energy_uj, planning_us, content)
            THEN row_crc(id, made_unix_ns, body, policy, new_objective, status, stopped_by, nodes_spent, cause, reason,
                         bottleneck, rounds_per_second, latency_ns, energy_uj, planning_us, 1, content)
            ELSE crc END
FROM (SELECT *, CASE objective WHEN 'throughput' THEN 'rounds' ELSE objective END AS new_objective
      FROM collaboration_plans)
ORDER BY id;

DROP TABLE collaboration_plans;
ALTER TABLE collaboration_plans_8 RENAME TO collaboration_plans;

-- What a plan promises each app. Plans of content version 1 have no row: each of their apps runs once a round.
CREATE TABLE plan_pipelines (
  plan_id         INTEGER NOT NULL REFERENCES collaboration_plans (id) ON DELETE CASCADE,
  app             TEXT    NOT NULL,
  pipeline        INTEGER NOT NULL CHECK (pipeline >= 0),  -- the pipeline's place in the plan
  runs_per_second REAL    NOT NULL CHECK (runs_per_second >= 0),
  runs_per_cycle  INTEGER NOT NULL CHECK (runs_per_cycle > 0),
  cycle_ns        INTEGER NOT NULL CHECK (cycle_ns >= 0),
  paced           INTEGER NOT NULL CHECK (paced IN (0, 1)),  -- 1: its runs start at that rate at most
  energy_uj       REAL    NOT NULL,                          -- tasks of a run, mean
  bottleneck      TEXT    NOT NULL,
  crc             INTEGER NOT NULL,
  PRIMARY KEY (plan_id, app)
) STRICT, WITHOUT ROWID;

-- What each present device draws under a plan. Plans of content version 1 have no row.
CREATE TABLE plan_devices (
  plan_id  INTEGER NOT NULL REFERENCES collaboration_plans (id) ON DELETE CASCADE,
  device   TEXT    NOT NULL,
  position INTEGER NOT NULL CHECK (position >= 0),  -- the body's order
  power_mw REAL    NOT NULL CHECK (power_mw >= 0),
  hours    REAL    NOT NULL CHECK (hours >= 0 OR hours = -1),  -- until its battery is empty; -1: it has none
  crc      INTEGER NOT NULL,
  PRIMARY KEY (plan_id, device)
) STRICT, WITHOUT ROWID;

CREATE VIEW plan_rates AS
SELECT p.id AS plan, e.pipeline, e.app,
       round(ifnull(r.runs_per_second, p.rounds_per_second), 2) AS runs_per_s,
       round(ifnull(r.energy_uj, (SELECT sum(x.share * x.energy_uj) FROM execution_plans x
                                  WHERE x.plan_id = e.plan_id AND x.app = e.app)), 1) AS energy_uj,
       CASE r.paced WHEN 1 THEN 'yes' ELSE '' END AS paced,
       ifnull(r.bottleneck, p.bottleneck) AS bottleneck
FROM execution_plans e JOIN collaboration_plans p ON p.id = e.plan_id
     LEFT JOIN plan_pipelines r ON r.plan_id = e.plan_id AND r.app = e.app
WHERE e.ordinal = 0;

CREATE VIEW plan_power AS
SELECT d.plan_id AS plan, d.position, d.device, round(d.power_mw, 3) AS power_mw,
       CASE d.hours WHEN -1 THEN '' ELSE round(d.hours, 2) || '' END AS hours
FROM plan_devices d;

-- The last column is the name that column lowest_runs_per_s had before.
CREATE VIEW plan_history AS
SELECT p.id AS plan,
       strftime('%Y-%m-%d %H:%M:%S', p.made_unix_ns / 1000000000, 'unixepoch') AS made,
       p.policy,
       ifnull((SELECT group_concat(placement, ', ')
               FROM (SELECT l.placement FROM plan_placements l WHERE l.plan = p.id ORDER BY l.pipeline)), '')
         AS placement,
       round(p.rounds_per_second, 2) AS lowest_runs_per_s,
       round(p.latency_ns / 1e6, 2) AS latency_ms,
       round(p.energy_uj, 1) AS energy_uj,
       p.bottleneck, p.cause, p.reason,
       round((s.drain_ns + s.load_ns) / 1e6, 1) AS switch_ms,
       p.status, p.stopped_by, p.nodes_spent AS nodes,
       p.objective,
       ifnull((SELECT group_concat(app || ': ' || runs_per_s, ', ')
               FROM (SELECT r.app, r.runs_per_s FROM plan_rates r WHERE r.plan = p.id ORDER BY r.pipeline)), '')
         AS runs_per_s,
       round(p.rounds_per_second, 2) AS rounds_per_s
FROM collaboration_plans p LEFT JOIN plan_switches s ON s.plan_id = p.id
ORDER BY p.id DESC;

ALTER TABLE apps ADD COLUMN weight REAL    NOT NULL DEFAULT 1 CHECK (weight > 0);
ALTER TABLE apps ADD COLUMN repeat INTEGER NOT NULL DEFAULT 0 CHECK (repeat IN (0, 1));  -- 1: runs may share a frame

UPDATE apps SET crc =
  row_crc(app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices, priority,
          rate, min_rate, weight, repeat, deadline_us, phase, reason, plan_id, first_run, next_run, completed, failed)
WHERE crc =
  row_crc(app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices, priority,
          rate, min_rate, deadline_us, phase, reason, plan_id, first_run, next_run, completed, failed);

DROP VIEW app_list;
CREATE VIEW app_list AS
SELECT a.app,
       CASE WHEN a.phase = 'running' AND a.plan_id = 0 THEN 'waiting' ELSE a.phase END AS phase,
       a.model,
       a.sensing_needs || CASE a.sensing_on WHEN '' THEN '' ELSE ' on ' || a.sensing_on END AS sensing,
       a.interaction_needs || CASE a.interaction_on WHEN '' THEN '' ELSE ' on ' || a.interaction_on END AS interaction,
       CASE a.runs WHEN 0 THEN 'until stopped' ELSE a.runs || '' END AS runs,
       CASE a.rate WHEN 0 THEN '' ELSE a.rate || '' END AS rate,
       a.completed, a.failed, a.next_run,
       CASE a.plan_id WHEN 0 THEN '' ELSE a.plan_id || '' END AS plan,
       a.reason,
       CASE a.min_rate WHEN 0 THEN '' ELSE a.min_rate || '' END AS min_rate,
       a.weight,
       CASE a.repeat WHEN 1 THEN 'yes' ELSE '' END AS repeat
FROM apps a
ORDER BY a.app;
