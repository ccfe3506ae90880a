-- Forms that were taken: the same form sent again leads to the same result. holder is a keyed hash of the openid.
CREATE TABLE submissions (
    once_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    path TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX submissions_created ON submissions (created_at);

-- What somebody has typed and not sent yet; sealed.
CREATE TABLE drafts (
    holder TEXT COLLATE "C" NOT NULL,
    form TEXT COLLATE "C" NOT NULL,
    sealed TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (holder, form)
);
CREATE INDEX drafts_updated ON drafts (updated_at);
