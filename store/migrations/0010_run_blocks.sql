-- The newest runs are found without looking at all: the runs of an app are cut into blocks by their number, and each block says
-- when its first run was recorded. View `run_history` goes through blocks, the newest first, and stops where a LIMIT does.

-- A block holds the app's runs from `first_run` up to the first run of its next block. `compact`: 1 the runs are in
-- compact_runs, 0 they are in runs_before_5. RunWriter begins a block every 10 s.
CREATE TABLE run_blocks (
  app              TEXT    NOT NULL,
  compact          INTEGER NOT NULL CHECK (compact IN (0, 1)),
  first_run        INTEGER NOT NULL,
  recorded_unix_ns INTEGER NOT NULL,  -- of the first run
  crc              INTEGER NOT NULL,
  PRIMARY KEY (app, compact, first_run)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX run_blocks_by_time ON run_blocks (recorded_unix_ns, app, compact, first_run);

-- Runs that are there already: a block for about 4096 of them, found by their keys, so that a file of any size is brought here
-- at once.
WITH RECURSIVE steps (app, first_run, recorded) AS (
  SELECT a.app, r.run, r.recorded_unix_ns
  FROM app_numbers a JOIN runs_since_5 r
    ON r.app = a.app AND r.run = (SELECT min(c.run) FROM compact_runs c WHERE c.app = a.number)
  UNION ALL
  SELECT s.app, r.run, r.recorded_unix_ns
  FROM steps s JOIN app_numbers a ON a.app = s.app JOIN runs_since_5 r
    ON r.app = s.app AND r.run = (SELECT min(c.run) FROM compact_runs c WHERE c.app = a.number AND c.run >= s.first_run + 4096))
INSERT INTO run_blocks SELECT app, 1, first_run, recorded, row_crc(app, 1, first_run, recorded) FROM steps
WHERE recorded IS NOT NULL;

WITH RECURSIVE steps (app, first_run, recorded) AS (
  SELECT a.app, r.run, r.recorded_unix_ns
  FROM apps a JOIN runs_before_5 r ON r.app = a.app AND r.run = (SELECT min(b.run) FROM runs_before_5 b WHERE b.app = a.app)
  UNION ALL
  SELECT s.app, r.run, r.recorded_unix_ns
  FROM steps s JOIN runs_before_5 r
    ON r.app = s.app AND r.run = (SELECT min(b.run) FROM runs_before_5 b WHERE b.app = s.app AND b.run >= s.first_run + 4096))
INSERT INTO run_blocks SELECT app, 0, first_run, recorded, row_crc(app, 0, first_run, recorded) FROM steps;

CREATE VIEW run_spans AS
SELECT b.app, b.compact, b.first_run,
       ifnull((SELECT n.first_run FROM run_blocks n
               WHERE n.app = b.app AND n.compact = b.compact AND n.first_run > b.first_run ORDER BY n.first_run LIMIT 1),
              9223372036854775807) AS end_run,  -- not included
       b.recorded_unix_ns
FROM run_blocks b;

-- `+b.app`: a condition on the app must not have SQLite choose another order, and sort. The joins' CASE makes the part that a
-- block does not belong to empty before a row of it is read. The two parts are joined first, or SQLite 3.40 does not go through
-- the second one backwards.
DROP VIEW run_history;
CREATE VIEW run_history AS
SELECT +b.app AS app, ifnull(r.run, o.run) AS run, ifnull(w.outcome, o.outcome) AS outcome,
       CASE ifnull(r.label, o.label) WHEN -1 THEN '' ELSE ifnull(r.label, o.label) || '' END AS label,
       round(ifnull(r.took_ns, o.ended_ns - o.began_ns) / 1e6, 2) AS latency_ms,
       round(ifnull(w.energy_uj, o.energy_uj), 1) AS energy_uj,
       ifnull(w.devices, o.devices) AS devices,
       ifnull(w.attempts & 4294967295, o.attempts) AS attempts,
       strftime('%Y-%m-%d %H:%M:%S',
                ifnull(w.began_ns + r.began_after_ns + r.took_ns + w.recorded_after_ns + r.lag_ns, o.recorded_unix_ns)
                  / 1000000000, 'unixepoch') AS recorded,
       ifnull(w.reason, o.reason) AS reason,
       CASE w.attempts >> 32 WHEN 1 THEN 'generated noise'
         ELSE ifnull('frame ' || f.id || ' of ' || f.device || ' ' || f.sensor, '') END AS input
FROM run_spans b
LEFT JOIN app_numbers a ON a.app = b.app
LEFT JOIN compact_runs r ON r.app = CASE b.compact WHEN 1 THEN a.number END AND r.run >= b.first_run AND r.run < b.end_run
LEFT JOIN runs_before_5 o ON o.app = CASE b.compact WHEN 0 THEN b.app END AND o.run >= b.first_run AND o.run < b.end_run
LEFT JOIN run_ways w ON w.way = r.way
LEFT JOIN run_frames f ON f.app = r.app AND f.run = r.run
WHERE r.run IS NOT NULL OR o.run IS NOT NULL
ORDER BY b.recorded_unix_ns DESC, b.app DESC, b.compact DESC, b.first_run DESC, r.run DESC, o.run DESC;
