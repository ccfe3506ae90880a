-- What managers did about the business of another unit is found by their own unit as well. Rows that have no place yet get
-- this word with their place.
-- A long trail takes longer than a statement of the service may.
SET LOCAL statement_timeout = 0;
INSERT INTO audit_words (word, at, audit_id)
SELECT 'staff:' || accounts.unit_id, audit.at, audit.id
FROM audit JOIN accounts ON accounts.public_id = substr(audit.actor, 9)
WHERE audit.actor LIKE 'manager:%' AND accounts.role = 'manager' AND audit.seq IS NOT NULL
    AND (audit.unit_id IS NULL OR audit.unit_id <> accounts.unit_id)
ON CONFLICT DO NOTHING;
