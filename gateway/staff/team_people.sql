-- name: members
-- Of an operational task without a team: coordinators and administrators of the organisation.
SELECT staff_id, role, is_member
FROM staff
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM care_team_member AS member
        WHERE member.staff_id = staff.staff_id AND member.care_team_id = %(care_team_id)s)
        OR (%(care_team_id)s::int IS NULL AND role = 'coordinator') AS is_member
) AS membership
WHERE organisation_id = %(organisation_id)s AND deactivated_at IS NULL AND (is_member OR role = 'administrator')
ORDER BY staff_id

-- name: named
SELECT backup_id, lead_id FROM team_plan WHERE care_team_id = %(care_team_id)s
