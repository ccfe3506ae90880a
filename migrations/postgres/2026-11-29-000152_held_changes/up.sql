-- Changes that nobody was told of because the account was audited anew: they wait, and become one notice a case when it is
-- approved. The notice speaks of the newest; the others say which one that is.
ALTER TABLE case_changes ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE case_changes ADD COLUMN told_with TEXT;
CREATE INDEX case_changes_held ON case_changes (account_id) WHERE held;
