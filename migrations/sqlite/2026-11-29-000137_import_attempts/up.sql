-- Above 0: so many processes in a row ended while they worked on a batch, without letting go. Below 0: so many times in a
-- row a step failed. A file that ends the process that reads it must not be read for ever; one whose disk is away is waited for.
ALTER TABLE import_batches ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
