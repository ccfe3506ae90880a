DROP TABLE phone_factors;
DROP TABLE console_sessions;
DROP TABLE manager_tickets;
DROP TABLE managers;
