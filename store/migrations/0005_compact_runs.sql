-- A run's row is made small: what the runs of one execution plan have in common is kept once. What was recorded before
-- stays where it is, in `runs_before_5`: a file of any size is brought here at once. `runs` is a view of both, with the
-- columns, types and values that it had as a table.

DROP VIEW run_history;
ALTER TABLE runs RENAME TO runs_before_5;

-- Apps of which a run is kept. `crc` here and below: store/src/row_crc.hpp.
CREATE TABLE app_numbers (
  app    TEXT    NOT NULL PRIMARY KEY REFERENCES apps (app),
  number INTEGER NOT NULL UNIQUE CHECK (number > 0),
  crc    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The ways in which runs ended. Two rows may say the same of runs but for the times that those count from.
CREATE TABLE run_ways (
  way               INTEGER NOT NULL PRIMARY KEY CHECK (way > 0),
  plan_id           INTEGER NOT NULL CHECK (plan_id >= 0),
  outcome           TEXT    NOT NULL CHECK (outcome IN ('completed', 'failed')),
  attempts          INTEGER NOT NULL CHECK (attempts >= 0),
  energy_uj         REAL    NOT NULL,
  devices           TEXT    NOT NULL,  -- crossed, in order: `glasses > watch`
  reason            TEXT    NOT NULL,
  began_ns          INTEGER NOT NULL,  -- of the way's first run
  recorded_after_ns INTEGER NOT NULL,  -- of the way's first run: wall clock less model time of its end
  crc               INTEGER NOT NULL
) STRICT;
CREATE INDEX run_ways_of_plan ON run_ways (plan_id, energy_uj);

CREATE TABLE compact_runs (
  app            INTEGER NOT NULL REFERENCES app_numbers (number),
  run            INTEGER NOT NULL CHECK (run >= 0),
  way            INTEGER NOT NULL REFERENCES run_ways (way),
  label          INTEGER NOT NULL,  -- -1: none
  score          INTEGER NOT NULL,
  began_after_ns INTEGER NOT NULL,  -- the way's began_ns
  took_ns        INTEGER NOT NULL,
  lag_ns         INTEGER NOT NULL,  -- recorded so much later after its end than the way's first run
  crc            INTEGER NOT NULL,  -- of what view runs_since_5 says
  PRIMARY KEY (app, run)
) STRICT, WITHOUT ROWID;

-- A sum has no type of its own; with one, `runs` merges its two parts by their keys where rows are asked for in order.
CREATE VIEW runs_since_5 AS
SELECT a.app, r.run, w.attempts, w.plan_id, w.outcome, r.label, r.score,
       CAST(w.began_ns + r.began_after_ns AS INTEGER) AS began_ns,
       CAST(w.began_ns + r.began_after_ns + r.took_ns AS INTEGER) AS ended_ns,
       w.energy_uj, w.devices, w.reason,
       CAST(w.began_ns + r.began_after_ns + r.took_ns + w.recorded_after_ns + r.lag_ns AS INTEGER) AS recorded_unix_ns,
       r.crc
FROM app_numbers a JOIN compact_runs r ON r.app = a.number LEFT JOIN run_ways w ON w.way = r.way;

CREATE VIEW runs AS
SELECT app, run, attempts, plan_id, outcome, label, score, began_ns, ended_ns, energy_uj, devices, reason,
       recorded_unix_ns
FROM runs_before_5
UNION ALL
SELECT app, run, attempts, plan_id, outcome, label, score, began_ns, ended_ns, energy_uj, devices, reason,
       recorded_unix_ns
FROM runs_since_5;

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
