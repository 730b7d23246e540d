-- A plan with an absurd number, which earlier programs took from anybody, left no number for the next plan: no app could
-- be submitted ever again. Such plans are moved out of the history into a table of their own, for people to see. An app
-- that names one waits for a plan. Runs that were made by one still name it: that is how they ended.
--
-- The mesh counts plans one by one: it does not come to 10^15 by itself.

CREATE TABLE set_aside_plans (
  id           INTEGER NOT NULL PRIMARY KEY,
  made_unix_ns INTEGER NOT NULL,
  cause        TEXT    NOT NULL,
  reason       TEXT    NOT NULL,
  placement    TEXT    NOT NULL,  -- as in plan_history
  content      BLOB    NOT NULL   -- as in collaboration_plans
) STRICT;

INSERT INTO set_aside_plans (id, made_unix_ns, cause, reason, placement, content)
SELECT p.id, p.made_unix_ns, p.cause, p.reason, h.placement, p.content
FROM collaboration_plans p JOIN plan_history h ON h.plan = p.id
WHERE p.id > 1000000000000000;

INSERT INTO events (at_unix_ns, kind, subject, text)
SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000000000, 'repair', 'plan ' || s.id || ' set aside',
       'its number left none for the next plan; it is kept in table set_aside_plans' ||
       ifnull('; waiting for another plan: ' ||
              (SELECT group_concat(app, ', ')
               FROM (SELECT a.app FROM apps a WHERE a.plan_id = s.id AND a.phase = 'running' ORDER BY a.app)), '')
FROM set_aside_plans s
ORDER BY s.id;

UPDATE apps SET plan_id = 0, reason = CASE phase WHEN 'running' THEN 'plan ' || plan_id || ' was set aside' ELSE reason END
WHERE plan_id > 1000000000000000;

DELETE FROM collaboration_plans WHERE id > 1000000000000000;  -- its rows in other tables go along
