-- How often somebody began to work on a batch since a step of it last came to its end. A file that ends the process that
-- reads it must not be read for ever.
ALTER TABLE import_batches ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
