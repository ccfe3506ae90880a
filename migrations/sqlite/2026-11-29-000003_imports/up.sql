-- Batches of the case import. unit_id is empty for the command line, which imports for all units; file_stem names the
-- sealed parts of the file until it was looked through. worker has the batch until worker_until: whoever comes after a
-- dead one takes it over.
CREATE TABLE import_batches (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    unit_id TEXT,
    account_id BIGINT REFERENCES accounts (id),
    actor TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_format TEXT NOT NULL,
    file_bytes BIGINT NOT NULL,
    file_stem TEXT,
    file_parts INTEGER NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    warnings TEXT NOT NULL,
    rows_total BIGINT NOT NULL,
    rows_new BIGINT NOT NULL,
    rows_changed BIGINT NOT NULL,
    rows_unchanged BIGINT NOT NULL,
    rows_refused BIGINT NOT NULL,
    rows_overtaken BIGINT NOT NULL,
    rows_kept BIGINT NOT NULL,
    rows_done BIGINT NOT NULL,
    notices BIGINT NOT NULL,
    phone_tasks BIGINT NOT NULL,
    worker TEXT,
    worker_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    validated_at BIGINT,
    applied_at BIGINT,
    notify_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX import_batches_unit ON import_batches (unit_id, id);
CREATE INDEX import_batches_open ON import_batches (state, worker_until) WHERE ended_at IS NULL;

-- What a batch refuses or does, a row each; rows that change nothing are only counted. said and changes are sealed, before
-- holds the rows of case_persons and cases as they were, for the way back.
CREATE TABLE import_rows (
    id BIGINT NOT NULL PRIMARY KEY,
    batch_id BIGINT NOT NULL REFERENCES import_batches (id),
    line BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    state TEXT NOT NULL,
    unified_number TEXT NOT NULL,
    person_number TEXT NOT NULL,
    said TEXT,
    changes TEXT,
    is_watched BOOLEAN NOT NULL,
    person_version BIGINT NOT NULL,
    case_mark TEXT,
    before TEXT,
    case_before TEXT,
    after_version BIGINT NOT NULL,
    field TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX import_rows_next ON import_rows (batch_id, state, unified_number, person_number);
CREATE INDEX import_rows_lines ON import_rows (batch_id, verdict, line);

-- Its row lock puts the steps of all imports in order.
INSERT INTO counters (name, value) VALUES ('case_imports', 0);
