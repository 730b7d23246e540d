-- What a live mesh needs to remember: all of a request, and how long it took to go over to a plan.

ALTER TABLE apps ADD COLUMN rate        REAL NOT NULL DEFAULT 0 CHECK (rate >= 0);         -- 0: as many as come through
ALTER TABLE apps ADD COLUMN min_rate    REAL NOT NULL DEFAULT 0 CHECK (min_rate >= 0);     -- 0: any
ALTER TABLE apps ADD COLUMN deadline_us REAL NOT NULL DEFAULT 0 CHECK (deadline_us >= 0);  -- 0: any

-- Host time: from the last run started under the plan before until none was under way, and from then until the
-- plan was served everywhere. A plan that was never served has no row.
CREATE TABLE plan_switches (
  plan_id  INTEGER NOT NULL PRIMARY KEY REFERENCES collaboration_plans (id) ON DELETE CASCADE,
  drain_ns INTEGER NOT NULL CHECK (drain_ns >= 0),
  load_ns  INTEGER NOT NULL CHECK (load_ns >= 0)
) STRICT, WITHOUT ROWID;

DROP VIEW plan_history;
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
       p.bottleneck, p.cause, p.reason,
       round((s.drain_ns + s.load_ns) / 1e6, 1) AS switch_ms
FROM collaboration_plans p LEFT JOIN plan_switches s ON s.plan_id = p.id
ORDER BY p.id DESC;

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
       a.reason
FROM apps a
ORDER BY a.app;
