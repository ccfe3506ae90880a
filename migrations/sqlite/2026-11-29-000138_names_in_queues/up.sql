-- Whose an application or a call is, by name and login name in small letters, beside it: so a name is found in the queue of
-- a unit however many people of other units have it. The database keeps them true, whoever writes to the accounts; an
-- application and a call stay with the account they were made for.
ALTER TABLE applications ADD COLUMN account_name TEXT NOT NULL DEFAULT '';
ALTER TABLE applications ADD COLUMN account_login TEXT NOT NULL DEFAULT '';
ALTER TABLE phone_tasks ADD COLUMN account_name TEXT NOT NULL DEFAULT '';
ALTER TABLE phone_tasks ADD COLUMN account_login TEXT NOT NULL DEFAULT '';
UPDATE applications SET account_name = lower(a.display_name), account_login = lower(a.login_name)
FROM accounts AS a WHERE a.id = applications.account_id;
UPDATE phone_tasks SET account_name = lower(a.display_name), account_login = lower(a.login_name)
FROM accounts AS a WHERE a.id = phone_tasks.account_id;

CREATE TRIGGER application_names AFTER INSERT ON applications
BEGIN
    UPDATE applications SET account_name = lower(a.display_name), account_login = lower(a.login_name)
    FROM accounts AS a WHERE a.id = NEW.account_id AND applications.id = NEW.id;
END;
CREATE TRIGGER phone_task_names AFTER INSERT ON phone_tasks
BEGIN
    UPDATE phone_tasks SET account_name = lower(a.display_name), account_login = lower(a.login_name)
    FROM accounts AS a WHERE a.id = NEW.account_id AND phone_tasks.id = NEW.id;
END;
CREATE TRIGGER account_names AFTER UPDATE OF display_name, login_name ON accounts
WHEN OLD.display_name <> NEW.display_name OR OLD.login_name <> NEW.login_name
BEGIN
    UPDATE applications SET account_name = lower(NEW.display_name), account_login = lower(NEW.login_name)
    WHERE account_id = NEW.id;
    UPDATE phone_tasks SET account_name = lower(NEW.display_name), account_login = lower(NEW.login_name)
    WHERE account_id = NEW.id;
END;

CREATE INDEX applications_open_name ON applications (unit_id, kind, account_name) WHERE decided_at IS NULL;
CREATE INDEX applications_open_login ON applications (unit_id, kind, account_login) WHERE decided_at IS NULL;
CREATE INDEX applications_decided_name ON applications (unit_id, kind, account_name) WHERE decided_at IS NOT NULL;
CREATE INDEX applications_decided_login ON applications (unit_id, kind, account_login) WHERE decided_at IS NOT NULL;
CREATE INDEX phone_tasks_open_name ON phone_tasks (unit_id, account_name) WHERE done_at IS NULL;
CREATE INDEX phone_tasks_open_login ON phone_tasks (unit_id, account_login) WHERE done_at IS NULL;
CREATE INDEX phone_tasks_done_name ON phone_tasks (unit_id, account_name) WHERE done_at IS NOT NULL;
CREATE INDEX phone_tasks_done_login ON phone_tasks (unit_id, account_login) WHERE done_at IS NOT NULL;

-- Names are no longer looked up among all accounts.
DROP INDEX accounts_login_prefix;
DROP INDEX accounts_name_prefix;
