-- Rows without a place stand in audit_unsealed, in the order in which they get one. As long as they stood in audit_seq too,
-- SQLite looked there and sorted all of them for every hundred.
DROP INDEX audit_seq;
CREATE UNIQUE INDEX audit_seq ON audit (seq) WHERE seq IS NOT NULL;
