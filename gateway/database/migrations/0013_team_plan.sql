-- When a care team is there, and who is told when nobody answers.

CREATE TABLE team_plan (
    care_team_id int PRIMARY KEY REFERENCES care_team,
    organisation_id int NOT NULL REFERENCES organisation,
    time_zone text NOT NULL, -- IANA name, checked by the application
    backup_id int REFERENCES staff, -- empty: every clinician of the team
    lead_id int REFERENCES staff, -- empty: the administrators
    uncovered_accepted_by int REFERENCES staff, -- who answers for the hours that nobody covers
    uncovered_accepted_at timestamptz,
    uncovered_reason text CHECK (uncovered_reason <> '')
);

CREATE TABLE team_hours (
    care_team_id int NOT NULL REFERENCES team_plan,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- ISO 8601, Monday 1
    opens smallint NOT NULL CHECK (opens >= 0), -- minutes since midnight, on the wall clock
    closes smallint NOT NULL CHECK (closes > opens AND closes <= 1440), -- exclusive
    PRIMARY KEY (care_team_id, weekday, opens)
);

CREATE TABLE team_holiday (
    care_team_id int NOT NULL REFERENCES team_plan,
    day date NOT NULL,
    PRIMARY KEY (care_team_id, day)
);

-- Which process plays a role that only one may play. The number goes up with each holder: an old one is refused by it.
CREATE TABLE lease (
    name text PRIMARY KEY,
    number bigint NOT NULL,
    expires_at timestamptz NOT NULL
);
