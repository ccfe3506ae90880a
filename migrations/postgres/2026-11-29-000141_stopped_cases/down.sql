DROP INDEX case_bindings_account;
DROP INDEX case_bindings_person;
CREATE INDEX case_bindings_person ON case_bindings (case_person_id) WHERE state = 'active';
UPDATE case_bindings SET state = 'active' WHERE state = 'paused';
DROP TABLE stopped_cases;
