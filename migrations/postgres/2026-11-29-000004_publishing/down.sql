DROP TABLE publication_register;
DROP TABLE publication_holds;
DROP TABLE publication_overrides;
DROP TABLE publication_steps;
DROP TABLE publication_drafts;
