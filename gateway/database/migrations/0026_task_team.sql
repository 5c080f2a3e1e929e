-- A task knows its team, so that a team's list costs what is open for it, however much others have and had.

-- Which care teams are whose: the one place that says so.
CREATE VIEW team_reach AS
SELECT staff.staff_id, team.care_team_id
FROM staff
JOIN care_team AS team USING (organisation_id)
WHERE staff.role = 'administrator' OR EXISTS (
    SELECT FROM care_team_member AS member
    WHERE member.staff_id = staff.staff_id AND member.care_team_id = team.care_team_id);

CREATE OR REPLACE VIEW reach AS
SELECT team_reach.staff_id, patient.patient_id FROM patient JOIN team_reach USING (care_team_id);

UPDATE task SET care_team_id = patient.care_team_id FROM patient WHERE patient.patient_id = task.patient_id;

CREATE FUNCTION take_team_of_patient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT care_team_id INTO NEW.care_team_id FROM patient WHERE patient_id = NEW.patient_id;
    RETURN NEW;
END $$;
CREATE TRIGGER task_team BEFORE INSERT ON task
    FOR EACH ROW WHEN (NEW.patient_id IS NOT NULL) EXECUTE FUNCTION take_team_of_patient();

CREATE FUNCTION give_team_to_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE task SET care_team_id = NEW.care_team_id WHERE patient_id = NEW.patient_id;
    RETURN NULL;
END $$;
CREATE TRIGGER patient_team AFTER UPDATE OF care_team_id ON patient
    FOR EACH ROW EXECUTE FUNCTION give_team_to_tasks();

CREATE OR REPLACE VIEW task_reach AS
SELECT team_reach.staff_id, task.task_id FROM task JOIN team_reach USING (care_team_id)
UNION ALL
SELECT staff.staff_id, task.task_id FROM task JOIN staff USING (organisation_id) WHERE task.care_team_id IS NULL;

CREATE INDEX open_task ON task (care_team_id, organisation_id)
    WHERE status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');
