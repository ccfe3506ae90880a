DROP INDEX applications_reset_open;
DROP TABLE password_asks;
DROP TABLE link_messages;
DROP TABLE link_tickets;
DROP TABLE guesses;
DROP TABLE captchas;
