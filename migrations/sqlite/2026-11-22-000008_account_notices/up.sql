-- The newest notices of an account stand on its pages.
CREATE INDEX pushes_account ON pushes (account_id, id) WHERE account_id IS NOT NULL;
