-- Until when a temporary password opens an account. It counts for the password that it was made for: another one, whoever
-- sets it, has no limit.
CREATE TABLE password_limits (
    account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    password_mark TEXT NOT NULL,
    good_until BIGINT NOT NULL
);
