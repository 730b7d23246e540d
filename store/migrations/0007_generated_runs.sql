-- A run that was computed from generated noise says so. The mark stands in column `attempts` of `run_ways`, as 2^32 added
-- to it: a run takes not a byte more, no row is written anew, and checksums cover it. Runs that were recorded before have
-- no mark, whatever they were computed from.

DROP VIEW run_history;
DROP VIEW runs;

CREATE VIEW runs AS
SELECT app, run, attempts, plan_id, outcome, label, score, began_ns, ended_ns, energy_uj, devices, reason,
       recorded_unix_ns, CAST(0 AS INTEGER) AS generated
FROM runs_before_5
UNION ALL
SELECT app, run, CAST(attempts & 4294967295 AS INTEGER), plan_id, outcome, label, score, began_ns, ended_ns, energy_uj,
       devices, reason, recorded_unix_ns, CAST(attempts >> 32 AS INTEGER)
FROM runs_since_5;

CREATE VIEW run_history AS
SELECT r.app, r.run, r.outcome,
       CASE r.label WHEN -1 THEN '' ELSE r.label || '' END AS label,
       round((r.ended_ns - r.began_ns) / 1e6, 2) AS latency_ms,
       round(r.energy_uj, 1) AS energy_uj,
       r.devices, r.attempts,
       strftime('%Y-%m-%d %H:%M:%S', r.recorded_unix_ns / 1000000000, 'unixepoch') AS recorded,
       r.reason,
       CASE r.generated WHEN 1 THEN 'generated noise' ELSE '' END AS input
FROM runs r
ORDER BY r.recorded_unix_ns DESC, r.app, r.run DESC;
