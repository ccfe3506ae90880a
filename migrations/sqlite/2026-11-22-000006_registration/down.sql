DROP TABLE first_passwords;
DROP TABLE identity_claims;
DROP TABLE registration_revisions;
DROP TABLE attachments;
