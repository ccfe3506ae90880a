-- The outbox: every notice from the moment it was promised to the moment its fate is known.
-- due_at is the only column that claiming looks at: the next try of a waiting notice, the end of the lease of one that
-- is being sent, NULL for one that is finished or stands behind an earlier one of the same order_key.
CREATE TABLE pushes (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    lane INTEGER NOT NULL,
    account_id BIGINT,
    unit_id TEXT NOT NULL,
    openid TEXT,
    openid_hash TEXT NOT NULL,
    fields TEXT NOT NULL,
    secret TEXT,
    path TEXT NOT NULL,
    order_key TEXT,
    dedupe_key TEXT COLLATE "C" UNIQUE,
    merge_key TEXT,
    merged_into BIGINT,
    state TEXT NOT NULL,
    due_at BIGINT,
    lease_token TEXT,
    attempts INTEGER NOT NULL,
    token_swaps INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    resends INTEGER NOT NULL DEFAULT 0,
    first_attempt_at BIGINT,
    msgid TEXT,
    errcode BIGINT,
    reason TEXT,
    receipt TEXT,
    receipt_at BIGINT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX pushes_due ON pushes (lane, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX pushes_open_order ON pushes (order_key, id) WHERE ended_at IS NULL AND order_key IS NOT NULL;
CREATE INDEX pushes_openid ON pushes (openid, id) WHERE openid IS NOT NULL;
CREATE INDEX pushes_open_merge ON pushes (merge_key, id) WHERE merge_key IS NOT NULL;
CREATE INDEX pushes_msgid ON pushes (msgid) WHERE msgid IS NOT NULL;
CREATE INDEX pushes_open ON pushes (lane, id, ended_at) WHERE ended_at IS NULL;
CREATE INDEX pushes_expiry ON pushes (expires_at) WHERE ended_at IS NULL;
CREATE INDEX pushes_behind ON pushes (id) WHERE due_at IS NULL AND ended_at IS NULL;
CREATE INDEX pushes_parked ON pushes (id) WHERE state = 'parked';
CREATE INDEX pushes_waiting ON pushes (id) WHERE state = 'waiting';
CREATE INDEX pushes_unknown ON pushes (first_attempt_at) WHERE state = 'unknown';
CREATE INDEX pushes_sending ON pushes (first_attempt_at) WHERE state = 'sending';
CREATE INDEX pushes_unconfirmed ON pushes (ended_at) WHERE state = 'sent' AND receipt IS NULL;

-- What each try came to. Rows are only added: an outcome is kept even when the lease was lost meanwhile.
CREATE TABLE push_attempts (
    id BIGINT NOT NULL PRIMARY KEY,
    push_id BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    errcode BIGINT,
    detail TEXT,
    msgid TEXT
);
CREATE INDEX push_attempts_push ON push_attempts (push_id, id);

-- Receipts of the platform (TEMPLATESENDJOBFINISH), also those that come before the sender has stored its msgid.
CREATE TABLE push_receipts (
    receipt_key TEXT NOT NULL PRIMARY KEY,
    msgid TEXT NOT NULL,
    openid_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    push_id BIGINT
);
CREATE INDEX push_receipts_msgid ON push_receipts (msgid);
CREATE INDEX push_receipts_received ON push_receipts (received_at);

-- Persons whom nothing is pushed to until they come back.
CREATE TABLE push_blocks (
    openid_hash TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    blocked_at BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('push_blocks', 0);

-- The account as all workers see it: rate, day's quota, circuit, and whether it is stopped. One row.
CREATE TABLE push_lane (
    id INTEGER NOT NULL PRIMARY KEY,
    stopped_until BIGINT,
    stop_reason TEXT,
    stop_code BIGINT,
    stopped_at BIGINT,
    circuit TEXT NOT NULL,
    circuit_at BIGINT NOT NULL,
    probe_at BIGINT NOT NULL,
    streak INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    successes INTEGER NOT NULL,
    window_at BIGINT NOT NULL,
    tokens DOUBLE PRECISION NOT NULL,
    tokens_at BIGINT NOT NULL,
    quota_day TEXT NOT NULL,
    quota_used BIGINT NOT NULL
);
INSERT INTO push_lane (id, circuit, circuit_at, probe_at, streak, failures, successes, window_at, tokens, tokens_at, quota_day, quota_used)
VALUES (1, 'closed', 0, 0, 0, 0, 0, 0, 0, 0, '', 0);

-- The access token that all instances share, sealed.
CREATE TABLE access_tokens (
    app_id TEXT NOT NULL PRIMARY KEY,
    token TEXT NOT NULL,
    generation BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    fetched_at BIGINT NOT NULL,
    rejected_generation BIGINT NOT NULL,
    rejections INTEGER NOT NULL,
    forced_day TEXT NOT NULL,
    forced_today INTEGER NOT NULL,
    forced_at BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL
);
