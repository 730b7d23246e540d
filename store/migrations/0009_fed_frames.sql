-- Frames that were fed: of which frame a run's outcome is, and when an app runs.

-- One row for each run that took a frame from outside; other runs have none. A frame has one outcome for each app.
CREATE TABLE run_frames (
  app      INTEGER NOT NULL,  -- as in compact_runs
  run      INTEGER NOT NULL,
  device   TEXT    NOT NULL,  -- whose sensor saw it
  sensor   TEXT    NOT NULL,
  id       TEXT    NOT NULL,  -- as whoever fed it called it
  sequence INTEGER NOT NULL CHECK (sequence > 0),  -- of the device, in the order they were fed
  crc      INTEGER NOT NULL,
  PRIMARY KEY (app, run),
  UNIQUE (device, sequence, app),
  FOREIGN KEY (app, run) REFERENCES compact_runs (app, run)
) STRICT, WITHOUT ROWID;

DROP VIEW run_history;
CREATE VIEW run_history AS
SELECT r.app, r.run, r.outcome,
       CASE r.label WHEN -1 THEN '' ELSE r.label || '' END AS label,
       round((r.ended_ns - r.began_ns) / 1e6, 2) AS latency_ms,
       round(r.energy_uj, 1) AS energy_uj,
       r.devices, r.attempts,
       strftime('%Y-%m-%d %H:%M:%S', r.recorded_unix_ns / 1000000000, 'unixepoch') AS recorded,
       r.reason,
       CASE r.generated WHEN 1 THEN 'generated noise' ELSE ifnull('frame ' || f.id || ' of ' || f.device || ' ' || f.sensor, '') END
         AS input
FROM runs r LEFT JOIN app_numbers a ON a.app = r.app LEFT JOIN run_frames f ON f.app = a.number AND f.run = r.run
ORDER BY r.recorded_unix_ns DESC, r.app, r.run DESC;

ALTER TABLE apps ADD COLUMN triggered_by TEXT NOT NULL DEFAULT 'free' CHECK (triggered_by IN ('free', 'frame'));

UPDATE apps SET crc =
  row_crc(app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices, priority,
          rate, min_rate, weight, repeat, triggered_by, deadline_us, phase, reason, plan_id, first_run, next_run, completed,
          failed)
WHERE crc =
  row_crc(app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices, priority,
          rate, min_rate, weight, repeat, deadline_us, phase, reason, plan_id, first_run, next_run, completed, failed);

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
       CASE a.repeat WHEN 1 THEN 'yes' ELSE '' END AS repeat,
       CASE a.triggered_by WHEN 'frame' THEN 'each frame' ELSE '' END AS triggered_by
FROM apps a
ORDER BY a.app;
