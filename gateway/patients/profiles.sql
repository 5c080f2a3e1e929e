-- name: enter_profile
INSERT INTO patient_profile (organisation_id, patient_id, second_identifier, phone, language, emergency_contact,
    emergency_phone, address, risk_medications, entered_by, entered_at)
SELECT organisation_id, patient_id, %(second_identifier)s, %(phone)s, %(language)s, %(emergency_contact)s,
    %(emergency_phone)s, %(address)s, %(risk_medications)s, %(staff_id)s, %(now)s
FROM patient
WHERE patient_id = %(patient_id)s

-- name: current_profile
SELECT second_identifier, phone, language, emergency_contact, emergency_phone, address, risk_medications,
    staff.name AS entered_by, entered_at
FROM patient_profile
JOIN staff ON staff.staff_id = entered_by
WHERE patient_id = %(patient_id)s
ORDER BY patient_profile_id DESC
LIMIT 1
