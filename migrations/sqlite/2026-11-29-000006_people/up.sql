-- 当事人等 to whom an account was issued at a counter: what they showed and said, sealed as a JSON object. Whose a number
-- is stands in identity_claims.
CREATE TABLE counter_persons (
    account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    sealed TEXT NOT NULL,
    consent_version TEXT NOT NULL,
    consented_at BIGINT NOT NULL,
    issued_by BIGINT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Units besides its own at whose counter the person of an account was identified: they may bind it to cases of theirs.
CREATE TABLE account_units (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    unit_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, unit_id)
);
CREATE INDEX account_units_unit ON account_units (unit_id, account_id);

-- Keyed hashes of telephone numbers, so that an account is found by its number. sealed is what stood in the account when
-- the hash was made: where it differs, the hash is made anew.
CREATE TABLE account_phones (
    account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    blind TEXT NOT NULL,
    sealed TEXT NOT NULL
);
CREATE INDEX account_phones_blind ON account_phones (blind);

-- The accounts of a unit, newest first.
CREATE INDEX accounts_of_unit ON accounts (unit_id, id);
