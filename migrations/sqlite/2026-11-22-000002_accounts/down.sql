DROP TABLE events;
DROP TABLE phone_tasks;
DROP TABLE reset_tickets;
DROP TABLE case_changes;
DROP TABLE applications;
DROP TABLE account_links;
DROP TABLE accounts;
