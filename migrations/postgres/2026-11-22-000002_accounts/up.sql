-- Lawyers, parties and case managers. external_id is the upstream site's; phone is sealed (AES-256-GCM), never clear.
CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    external_id TEXT COLLATE "C" UNIQUE,
    role TEXT NOT NULL,
    login_name TEXT COLLATE "C" NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    phone TEXT,
    password_hash TEXT,
    must_reset BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    notices_off BOOLEAN NOT NULL DEFAULT FALSE,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX accounts_unit ON accounts (unit_id, role);

-- Which follower an account belongs to. One open link an openid, one an account; ended ones stay without the openid.
CREATE TABLE account_links (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    openid TEXT,
    openid_hash TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT
);
CREATE UNIQUE INDEX account_links_openid ON account_links (openid) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX account_links_account ON account_links (account_id) WHERE ended_at IS NULL;

-- What waits for a case manager, or did: registrations, case bindings, appointments, password resets.
CREATE TABLE applications (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    external_id TEXT COLLATE "C" UNIQUE,
    kind TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    unit_id TEXT NOT NULL,
    state TEXT NOT NULL,
    is_change BOOLEAN NOT NULL,
    reason TEXT,
    details TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    decided_at BIGINT,
    remind_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX applications_open ON applications (unit_id, kind, submitted_at) WHERE decided_at IS NULL;
CREATE INDEX applications_account ON applications (account_id, kind, submitted_at);
CREATE INDEX applications_remind ON applications (remind_at) WHERE remind_at IS NOT NULL;

-- A change of a case's procedural data as it was told to one account: what the page behind the notice shows.
CREATE TABLE case_changes (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    unit_id TEXT NOT NULL,
    case_number TEXT NOT NULL,
    changes TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX case_changes_account ON case_changes (account_id, changed_at);

-- One-time pages behind the notice of a password reset.
CREATE TABLE reset_tickets (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    openid TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    used_at BIGINT,
    used_by TEXT
);
CREATE INDEX reset_tickets_account ON reset_tickets (account_id);

-- Persons whom a manager must telephone because no notice can reach them.
CREATE TABLE phone_tasks (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    dedupe_key TEXT COLLATE "C" NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    unit_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    details TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    done_by BIGINT
);
CREATE INDEX phone_tasks_open ON phone_tasks (unit_id, created_at) WHERE done_at IS NULL;

-- Events of the upstream site: the same key again gets the same answer.
CREATE TABLE events (
    id BIGINT NOT NULL PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT NOT NULL,
    kind TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (source, idempotency_key)
);
CREATE INDEX events_created ON events (created_at);
