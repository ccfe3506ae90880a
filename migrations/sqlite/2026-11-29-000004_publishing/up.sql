-- What publishers write before it is published, and afterwards how it came to be. state: draft, checked, submitted,
-- returned, scheduled, published, withdrawn, replaced, discarded.
CREATE TABLE publication_drafts (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    unit_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    -- The publication's: several versions of one publication share it.
    external_id TEXT NOT NULL,
    -- Whether it takes the place of what stands under external_id.
    is_correction BOOLEAN NOT NULL,
    category TEXT,
    sub_type TEXT,
    title TEXT NOT NULL,
    -- Summary and body, sealed: before they were checked there may be anything in them.
    sealed TEXT NOT NULL,
    document_type TEXT,
    document_number TEXT,
    charges TEXT NOT NULL,
    decided_at BIGINT,
    effective_at BIGINT,
    source_url TEXT,
    -- When it shall be shown; at once when there is none.
    publish_at BIGINT,
    -- When it is taken down; never when there is none.
    expires_at BIGINT,
    -- A keyed hash of title, summary and body: what was checked, signed and approved.
    text_hash TEXT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES accounts (id),
    edited_by BIGINT NOT NULL REFERENCES accounts (id),
    submitted_by BIGINT REFERENCES accounts (id),
    approved_by BIGINT REFERENCES accounts (id),
    -- Why it was returned or withdrawn.
    reason TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX publication_drafts_unit ON publication_drafts (unit_id, state, updated_at);
CREATE INDEX publication_drafts_external ON publication_drafts (external_id);
CREATE INDEX publication_drafts_expires ON publication_drafts (expires_at) WHERE state IN ('scheduled', 'published');
-- One new version of a publication at a time.
CREATE UNIQUE INDEX publication_drafts_open ON publication_drafts (external_id) WHERE state IN ('draft', 'checked', 'submitted', 'returned');

-- Who did what with a draft. Nobody: the program itself.
CREATE TABLE publication_steps (
    id BIGINT NOT NULL PRIMARY KEY,
    draft_id BIGINT NOT NULL REFERENCES publication_drafts (id),
    at BIGINT NOT NULL,
    account_id BIGINT REFERENCES accounts (id),
    action TEXT NOT NULL,
    note TEXT,
    text_hash TEXT NOT NULL
);
CREATE INDEX publication_steps_draft ON publication_steps (draft_id, id);

-- Findings of the masking check that somebody signed to be none. Good for one text only.
CREATE TABLE publication_overrides (
    id BIGINT NOT NULL PRIMARY KEY,
    draft_id BIGINT NOT NULL REFERENCES publication_drafts (id),
    text_hash TEXT NOT NULL,
    -- Part, place and kind of the finding, hashed with what stands there.
    finding TEXT NOT NULL,
    reason TEXT NOT NULL,
    signed_by BIGINT NOT NULL REFERENCES accounts (id),
    signed_at BIGINT NOT NULL,
    -- A keyed hash of all of it: a row that was changed counts for nothing.
    signature TEXT NOT NULL,
    UNIQUE (draft_id, text_hash, finding)
);

-- Publications that a unit took down: imports do not bring them back.
CREATE TABLE publication_holds (
    external_id TEXT NOT NULL PRIMARY KEY,
    unit_id TEXT NOT NULL,
    -- withdrawn, expired
    cause TEXT NOT NULL,
    reason TEXT NOT NULL,
    held_by BIGINT REFERENCES accounts (id),
    held_at BIGINT NOT NULL
);
CREATE INDEX publication_holds_unit ON publication_holds (unit_id, held_at);

-- Documents that should be public. status: waiting, public, closed.
CREATE TABLE publication_register (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    unit_id TEXT NOT NULL,
    document_number TEXT NOT NULL,
    -- The number with brackets, width and spaces folded.
    number_key TEXT NOT NULL,
    document_type TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    -- Why it is not public, from the closed list, and in words.
    reason TEXT,
    note TEXT,
    -- The publication, and since when it can be read.
    external_id TEXT,
    public_at BIGINT,
    updated_by BIGINT REFERENCES accounts (id),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (unit_id, number_key)
);
CREATE INDEX publication_register_decided ON publication_register (unit_id, decided_at);
CREATE INDEX publication_register_key ON publication_register (number_key);
CREATE INDEX publication_register_external ON publication_register (external_id);
