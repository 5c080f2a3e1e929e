-- A plain table that holds a patient's data carries its organisation.

ALTER TABLE event ADD organisation_id int REFERENCES organisation;
UPDATE event SET organisation_id = source.organisation_id FROM source WHERE source.source_id = event.source_id;
ALTER TABLE event ALTER organisation_id SET NOT NULL;
