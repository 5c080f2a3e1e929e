-- name: columns
-- The rest of a task, patients and people are looked up for what is on the page, not for what is sorted.
SELECT task_id, origin, task.patient_id, identifier, family_name, given_name, birth_date, time_zone,
    task.care_team_id, condition, rule_id, rule_version, rule_source, title, reason, steps, priority, status, version,
    measured_at, raised_at, owner_id, owner.name AS owner_name, offered_to_id, offered_to.name AS offered_to_name,
    needs_review, proposed_outcome, snoozed_until, acknowledge_by, resolve_by, acknowledged_at, due_at,
    previous_task_id, is_overdue, repeat_use, repeat_state, repeat_until, is_late, doubt,
    COALESCE((
        SELECT sent + waiting = 0 AND retried + failed > 0
        FROM (
            SELECT task_id, clock_run, clock, step FROM escalation
            WHERE escalation.task_id = task.task_id
            ORDER BY at DESC, clock_run DESC, clock DESC, step DESC
            LIMIT 1) AS newest
        JOIN escalation_delivery USING (task_id, clock_run, clock, step)), false) AS is_unsent
FROM (SELECT task_id, is_overdue, rank, due

-- name: wanted
FROM task
CROSS JOIN LATERAL (
    SELECT array_position(%(ranked)s::text[], priority) - 1 AS rank, COALESCE(due_at, raised_at) AS due,
        is_open(status)
            AND COALESCE(due_at <= %(now)s::timestamptz, false) AS is_overdue) AS place
-- Those of no team (0) are the organisation's: see the index `open_task`.
WHERE COALESCE(care_team_id, 0) = ANY(ARRAY(
        SELECT care_team_id FROM team_reach WHERE staff_id = %(staff_id)s UNION ALL SELECT 0))
    AND organisation_id = (SELECT organisation_id FROM staff WHERE staff_id = %(staff_id)s)
    AND (NOT %(open_only)s OR is_open(status))
    AND (%(task_id)s::int IS NULL OR task_id = %(task_id)s)
    AND (%(patient_id)s::int IS NULL OR patient_id = %(patient_id)s)
    AND (%(rule_id)s::text IS NULL OR rule_id = %(rule_id)s)
    AND (NOT %(mine)s OR owner_id = %(staff_id)s OR offered_to_id = %(staff_id)s)
    AND (%(care_team_id)s::int IS NULL OR care_team_id = %(care_team_id)s)
    AND (%(programme)s::text IS NULL OR EXISTS (
        SELECT FROM enrolment WHERE enrolment.patient_id = task.patient_id AND programme = %(programme)s))
    AND (%(priority)s::text IS NULL OR priority = %(priority)s)
    AND (%(snoozed)s::boolean IS NULL OR (status = 'on-hold') = %(snoozed)s)
    AND (%(search)s::text IS NULL OR position(lower(%(search)s) IN lower(title)) > 0 OR EXISTS (
        SELECT FROM patient
        WHERE patient.patient_id = task.patient_id AND position(lower(%(search)s) IN lower(
            concat_ws(' ', given_name, family_name, given_name, identifier))) > 0))

-- name: page
    AND (%(after_rank)s::int IS NULL OR (rank, NOT is_overdue, due, task_id)
        > (%(after_rank)s::int, NOT %(after_overdue)s::boolean, %(after_due)s::timestamptz, %(after_task_id)s::int))
ORDER BY rank, NOT is_overdue, due, task_id
LIMIT %(limit)s) AS chosen
JOIN task USING (task_id)
LEFT JOIN patient USING (patient_id)
LEFT JOIN staff AS owner ON owner.staff_id = owner_id
LEFT JOIN staff AS offered_to ON offered_to.staff_id = offered_to_id
ORDER BY rank, NOT is_overdue, due, task_id

-- name: counts
SELECT priority, COALESCE(owner_id = %(staff_id)s, false) AS is_mine, is_overdue, status = 'on-hold' AS is_snoozed,
    count(*)

-- name: by_kind
GROUP BY priority, is_mine, is_overdue, is_snoozed

-- name: transitions
SELECT task_transition.at, by.name AS staff_name, from_status, to_status, action, outcome, note,
    other.name AS other_name, until, clock, level, told, sent, waiting, retried, failed
FROM task_transition
LEFT JOIN staff AS by USING (staff_id)
LEFT JOIN staff AS other ON other.staff_id = other_id
LEFT JOIN escalation_delivery USING (task_id, clock_run, clock, step)
WHERE task_id = %(task_id)s
ORDER BY task_transition_id
