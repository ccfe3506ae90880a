-- Picture codes. answer is sealed; a row goes with the first try, whatever it was.
CREATE TABLE captchas (
    token_hash TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX captchas_session ON captchas (session, created_at);
CREATE INDEX captchas_expires ON captchas (expires_at);

-- How often something was tried within the last hour, by keyed hash: minute:count,minute:count.
CREATE TABLE guesses (
    key TEXT NOT NULL PRIMARY KEY,
    minutes TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX guesses_changed ON guesses (changed_at);

-- A password was right and the account has another follower: the session may confirm, once.
CREATE TABLE link_tickets (
    session TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    account_version BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- What a follower is told at the next visit: the account went to another follower, somebody asked for a new password.
CREATE TABLE link_messages (
    id TEXT NOT NULL PRIMARY KEY,
    openid_hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX link_messages_openid ON link_messages (openid_hash, created_at);
CREATE INDEX link_messages_created ON link_messages (created_at);

-- Who asked for a new password of which name at which procuratorate, whether or not there is such an account.
CREATE TABLE password_asks (
    openid_hash TEXT NOT NULL,
    name_hash TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (openid_hash, name_hash, unit_id)
);
CREATE INDEX password_asks_asked ON password_asks (asked_at);

-- R-3.9: one request that is not decided for an account and a procuratorate.
CREATE UNIQUE INDEX applications_reset_open ON applications (account_id, unit_id)
    WHERE kind = 'password_reset' AND decided_at IS NULL;
