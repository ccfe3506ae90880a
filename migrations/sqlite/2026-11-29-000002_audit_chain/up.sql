-- The audit trail is append-only and chained: seq is a row's place, hash says what it and all before it held. Both are
-- empty until the row was committed and somebody sealed it, so that no act waits for another one.
ALTER TABLE audit ADD COLUMN seq BIGINT;
ALTER TABLE audit ADD COLUMN hash TEXT;
-- The procuratorate whose business it was, where that is known.
ALTER TABLE audit ADD COLUMN unit_id TEXT;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
CREATE INDEX audit_unsealed ON audit (at, id) WHERE seq IS NULL;
DROP INDEX audit_at;
CREATE INDEX audit_time ON audit (at, id);
CREATE INDEX audit_unit ON audit (unit_id, at, id);
CREATE INDEX audit_unit_action ON audit (unit_id, action, at, id);
CREATE INDEX audit_action ON audit (action, at, id);

-- The end of the chain. One row.
CREATE TABLE audit_heads (
    id INTEGER NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    -- The day in China on which the end was last written into the log.
    anchored_on TEXT NOT NULL
);
INSERT INTO audit_heads (id, seq, hash, anchored_on)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '');

-- Actors of sealed rows and the ids that stand in their subjects, for searching; made from the rows, no part of the chain.
CREATE TABLE audit_words (
    word TEXT NOT NULL,
    at BIGINT NOT NULL,
    audit_id TEXT NOT NULL,
    PRIMARY KEY (word, at, audit_id)
);

-- SQLite's REPLACE removes rows without a word to the trigger for removals, hence the looks at what is there.
CREATE TRIGGER audit_insert BEFORE INSERT ON audit
WHEN NEW.seq IS NOT NULL OR NEW.hash IS NOT NULL OR EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
CREATE TRIGGER audit_update BEFORE UPDATE ON audit
WHEN OLD.seq IS NOT NULL OR OLD.hash IS NOT NULL OR NEW.seq IS NULL OR NEW.hash IS NULL
    OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.actor IS NOT OLD.actor OR NEW.action IS NOT OLD.action
    OR NEW.subject IS NOT OLD.subject OR NEW.unit_id IS NOT OLD.unit_id
    OR EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
-- The end of the chain only moves on.
CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_heads
WHEN NEW.id IS NOT OLD.id OR NEW.seq < OLD.seq OR (NEW.seq = OLD.seq AND NEW.hash IS NOT OLD.hash)
BEGIN
    SELECT RAISE(ABORT, 'the chain only grows');
END;
CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'the chain only grows');
END;
