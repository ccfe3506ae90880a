-- Who may sign in at the console, and what for. A manager without a row here has no console.
CREATE TABLE managers (
    account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    duties TEXT NOT NULL,
    -- The key of the second factor, sealed; none until it is set up.
    totp_secret TEXT,
    -- The last step of thirty seconds that was used: a code is good once.
    totp_step BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One-time addresses at which a manager sets password and second factor; kept hashed.
CREATE TABLE manager_tickets (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    -- The key that the page shows, sealed: it is the same however often the page is loaded.
    totp_secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX manager_tickets_account ON manager_tickets (account_id);

-- Sessions of the console, by the hash of their token. stage: password (the second factor is still to come), in.
-- password_mark: which password it began with; another password ends it.
CREATE TABLE console_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    stage TEXT NOT NULL,
    password_mark TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When the second factor was last shown.
    factor_at BIGINT
);
CREATE INDEX console_sessions_account ON console_sessions (account_id);
CREATE INDEX console_sessions_expires ON console_sessions (expires_at);

-- When a manager last showed the second factor on the phone, by the page session's hash.
CREATE TABLE phone_factors (
    session TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    shown_at BIGINT NOT NULL
);
