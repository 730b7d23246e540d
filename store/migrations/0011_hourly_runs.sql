-- Old runs may be kept as figures by hour instead of one by one (synergy-store --keep).

-- What the runs of an app and a plan came to that were recorded within an hour. Sums are exact.
CREATE TABLE run_hours (
  app            TEXT    NOT NULL,
  hour_unix_s    INTEGER NOT NULL CHECK (hour_unix_s % 3600 = 0),  -- in which they were recorded
  plan_id        INTEGER NOT NULL,
  outcome        TEXT    NOT NULL CHECK (outcome IN ('completed', 'failed')),
  generated      INTEGER NOT NULL CHECK (generated IN (0, 1)),
  runs           INTEGER NOT NULL CHECK (runs > 0),
  latency_ns     INTEGER NOT NULL,  -- of all together
  latency_min_ns INTEGER NOT NULL,
  latency_max_ns INTEGER NOT NULL,
  energy_uj      REAL    NOT NULL,  -- of all together
  crc            INTEGER NOT NULL,
  PRIMARY KEY (app, hour_unix_s, plan_id, outcome, generated)
) STRICT, WITHOUT ROWID;

-- Runs of the app below this number are kept in run_hours, if they were kept at all.
CREATE TABLE thinned_runs (
  app       TEXT    NOT NULL PRIMARY KEY,
  below_run INTEGER NOT NULL CHECK (below_run > 0),
  crc       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Hour by hour what old runs came to. Runs that are still kept by themselves are not looked at.
CREATE VIEW run_hourly AS
SELECT strftime('%Y-%m-%d %H:00', hour_unix_s, 'unixepoch') AS hour, app, plan_id AS plan,
       sum(CASE outcome WHEN 'completed' THEN runs ELSE 0 END) AS completed,
       sum(CASE outcome WHEN 'failed' THEN runs ELSE 0 END) AS failed,
       round(sum(CASE outcome WHEN 'completed' THEN latency_ns / 1e6 END)
             / sum(CASE outcome WHEN 'completed' THEN runs END), 2) AS mean_latency_ms,
       round(min(CASE outcome WHEN 'completed' THEN latency_min_ns END) / 1e6, 2) AS least_latency_ms,
       round(max(CASE outcome WHEN 'completed' THEN latency_max_ns END) / 1e6, 2) AS most_latency_ms,
       round(sum(energy_uj), 1) AS energy_uj
FROM run_hours GROUP BY hour_unix_s, app, plan_id ORDER BY hour_unix_s DESC, app, plan_id DESC;
