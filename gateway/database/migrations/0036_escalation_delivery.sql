-- Whether those who were to hear that a clock had run out got a message: read from the messages, never written down.
ALTER TABLE task_transition ADD clock_run int, ADD clock text, ADD step int,
    ADD FOREIGN KEY (task_id, clock_run, clock, step) REFERENCES escalation;

-- The history says each level once: the first of its steps, in the order in which they were taken.
WITH told AS (
    SELECT task_id, at, clock_run, clock, step, row_number() OVER (
        PARTITION BY task_id, at ORDER BY clock_run, clock, step) AS place
    FROM escalation AS taken
    WHERE NOT EXISTS (
        SELECT FROM escalation AS earlier
        WHERE earlier.task_id = taken.task_id AND earlier.clock_run = taken.clock_run
            AND earlier.clock = taken.clock AND earlier.level = taken.level AND earlier.step < taken.step)
), said AS (
    SELECT task_transition_id, task_id, at, row_number() OVER (
        PARTITION BY task_id, at ORDER BY task_transition_id) AS place
    FROM task_transition
    WHERE action = 'escalate'
)
UPDATE task_transition SET clock_run = told.clock_run, clock = told.clock, step = told.step
FROM said JOIN told USING (task_id, at, place)
WHERE task_transition.task_transition_id = said.task_transition_id;

CREATE VIEW escalation_delivery AS
SELECT escalation.task_id, clock_run, clock, step, level, at, told, sent, waiting, retried, failed
FROM escalation
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'sent') AS sent,
        count(*) FILTER (WHERE state = 'waiting' AND problem IS NULL) AS waiting,
        count(*) FILTER (WHERE state = 'waiting' AND problem IS NOT NULL) AS retried,
        count(*) FILTER (WHERE state IN ('failed', 'dropped')) AS failed
    FROM notification
    WHERE notification.organisation_id = escalation.organisation_id AND staff_id IS NOT NULL
        AND key = concat_ws(':', 'task', escalation.task_id, 'escalation', clock_run, clock, step)
) AS delivery;

-- What did not arrive stands until the same person (0: programs) is reached by the same way.
CREATE INDEX notification_sent ON notification (organisation_id, channel, COALESCE(staff_id, 0), settled_at)
    WHERE state = 'sent';
