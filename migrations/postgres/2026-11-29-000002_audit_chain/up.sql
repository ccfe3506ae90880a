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

CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.seq IS NULL AND NEW.hash IS NULL THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD.seq IS NULL AND OLD.hash IS NULL AND NEW.seq IS NOT NULL AND NEW.hash IS NOT NULL
            AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.subject) = (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.subject)
            AND NEW.unit_id IS NOT DISTINCT FROM OLD.unit_id THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit is append-only';
END
$$;
CREATE TRIGGER audit_rows BEFORE INSERT OR UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_guard();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_guard();
-- The end of the chain only moves on.
CREATE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id = OLD.id AND (NEW.seq > OLD.seq OR (NEW.seq = OLD.seq AND NEW.hash = OLD.hash)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the chain only grows';
END
$$;
CREATE TRIGGER audit_head_rows BEFORE UPDATE OR DELETE ON audit_heads
FOR EACH ROW EXECUTE FUNCTION audit_head_guard();
CREATE TRIGGER audit_head_truncate BEFORE TRUNCATE ON audit_heads
FOR EACH STATEMENT EXECUTE FUNCTION audit_head_guard();
