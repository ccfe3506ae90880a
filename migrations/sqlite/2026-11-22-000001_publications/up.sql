-- Procuratorates. The hierarchy is stored, never derived from digits.
CREATE TABLE units (
    unit_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    level INTEGER NOT NULL,
    parent_id TEXT,
    kind TEXT NOT NULL,
    area_name TEXT NOT NULL,
    aliases TEXT NOT NULL,
    code_aliases TEXT NOT NULL
);

-- Numbers that only grow. `publications` is raised first in every transaction that changes a publication, so that
-- its row lock orders those transactions by commit and a reader may go on from the last number it saw.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('publications', 0), ('units', 0);

-- Important cases and legal documents. scope_1 and scope_2 are the unit's ancestors (or itself) one and two steps
-- below the root: they make "newest of a subtree" one index look-up.
CREATE TABLE publications (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    external_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    scope_1 TEXT,
    scope_2 TEXT,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    document_type TEXT,
    document_number TEXT,
    charges TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    source_url TEXT,
    withdrawn_at BIGINT,
    revision BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    stored_at BIGINT NOT NULL
);
CREATE INDEX publications_latest ON publications (kind, published_at, external_id) WHERE withdrawn_at IS NULL;
CREATE INDEX publications_latest_unit ON publications (kind, unit_id, published_at, external_id) WHERE withdrawn_at IS NULL;
CREATE INDEX publications_latest_scope_1 ON publications (kind, scope_1, published_at, external_id) WHERE withdrawn_at IS NULL;
CREATE INDEX publications_latest_scope_2 ON publications (kind, scope_2, published_at, external_id) WHERE withdrawn_at IS NULL;
CREATE INDEX publications_revision ON publications (revision);
CREATE INDEX publications_due ON publications (published_at) WHERE withdrawn_at IS NULL;

-- Who follows the account. The row stays after an unsubscribe without the openid, so that a late repetition of an
-- older event cannot undo a newer one.
CREATE TABLE followers (
    openid_hash TEXT NOT NULL PRIMARY KEY,
    openid TEXT UNIQUE,
    subscribed BOOLEAN NOT NULL,
    event_time BIGINT NOT NULL,
    scene TEXT,
    changed_at BIGINT NOT NULL
);

-- The five procuratorates a follower follows. The slot makes the limit a constraint.
CREATE TABLE follows (
    openid TEXT NOT NULL,
    slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 5),
    unit_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (openid, slot),
    UNIQUE (openid, unit_id)
);

-- Page sessions; the token itself is only in the follower's cookie.
CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    openid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_openid ON sessions (openid);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- Web authorisations under way: bound to the browser that began, settled once.
CREATE TABLE oauth_states (
    state_hash TEXT NOT NULL PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    return_to TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    claimed_at BIGINT,
    openid TEXT
);
CREATE INDEX oauth_states_created ON oauth_states (created_at);

-- Keys of upstream systems; only their hashes.
CREATE TABLE api_keys (
    key_hash TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- What happened, kept for six months and more. Persons appear as keyed hashes.
CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);

-- Secrets the installation made for itself, for example the key of the openid hash.
CREATE TABLE install_secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
