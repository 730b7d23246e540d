-- How the search for a plan ended. Of plans made before, it is not known.

ALTER TABLE collaboration_plans ADD COLUMN
  stopped_by TEXT NOT NULL DEFAULT '' CHECK (stopped_by IN ('', 'proof', 'nodes', 'time'));  -- empty: nothing did
ALTER TABLE collaboration_plans ADD COLUMN
  nodes_spent INTEGER NOT NULL DEFAULT 0 CHECK (nodes_spent >= 0);

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
       round((s.drain_ns + s.load_ns) / 1e6, 1) AS switch_ms,
       p.status, p.stopped_by, p.nodes_spent AS nodes
FROM collaboration_plans p LEFT JOIN plan_switches s ON s.plan_id = p.id
ORDER BY p.id DESC;
