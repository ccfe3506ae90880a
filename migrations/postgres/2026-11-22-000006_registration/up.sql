-- Files of people. Their bytes lie elsewhere, sealed; name is sealed. holder is the keyed hash of the openid that handed it in; an
-- adopted file belongs to an account. delete_after: the file goes, then the row.
CREATE TABLE attachments (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT COLLATE "C" NOT NULL UNIQUE,
    holder TEXT COLLATE "C" NOT NULL,
    account_id BIGINT REFERENCES accounts (id),
    application_id BIGINT REFERENCES applications (id),
    slot TEXT COLLATE "C" NOT NULL,
    label TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    pages INTEGER NOT NULL,
    size BIGINT NOT NULL,
    stem TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    adopted_at BIGINT,
    delete_after BIGINT
);
CREATE INDEX attachments_waiting ON attachments (holder) WHERE account_id IS NULL;
CREATE INDEX attachments_account ON attachments (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX attachments_application ON attachments (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX attachments_leaving ON attachments (delete_after) WHERE delete_after IS NOT NULL;

-- What a lawyer registered with, each time; sealed is a JSON object. state: pending, approved, rejected or superseded.
CREATE TABLE registration_revisions (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT COLLATE "C" NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    application_id BIGINT NOT NULL REFERENCES applications (id),
    number INTEGER NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    unit_id TEXT COLLATE "C" NOT NULL,
    sealed TEXT NOT NULL,
    consent_version TEXT NOT NULL,
    consented_at BIGINT NOT NULL,
    reason TEXT,
    submitted_at BIGINT NOT NULL,
    decided_at BIGINT,
    UNIQUE (account_id, number)
);
CREATE INDEX registration_revisions_application ON registration_revisions (application_id);

-- Whose an identity card or a licence is: keyed hashes, one account each.
CREATE TABLE identity_claims (
    claim TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX identity_claims_account ON identity_claims (account_id);

-- First passwords, sealed, until they are shown: once.
CREATE TABLE first_passwords (
    public_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    sealed TEXT,
    created_at BIGINT NOT NULL,
    shown_at BIGINT
);
CREATE INDEX first_passwords_created ON first_passwords (created_at);
CREATE INDEX first_passwords_holder ON first_passwords (holder, created_at);
