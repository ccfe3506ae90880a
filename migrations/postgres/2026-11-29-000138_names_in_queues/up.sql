-- Whose an application or a call is, by name and login name in small letters, beside it: so a name is found in the queue of
-- a unit however many people of other units have it. The database keeps them true, whoever writes to the accounts; an
-- application and a call stay with the account they were made for.
-- Bytewise order ("C") makes first letters a range that every plan can use, also one made before the letters are known.
ALTER TABLE applications ADD COLUMN account_name TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE applications ADD COLUMN account_login TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE phone_tasks ADD COLUMN account_name TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE phone_tasks ADD COLUMN account_login TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE applications SET account_name = lower(a.display_name COLLATE "C"), account_login = lower(a.login_name COLLATE "C")
FROM accounts AS a WHERE a.id = applications.account_id;
UPDATE phone_tasks SET account_name = lower(a.display_name COLLATE "C"), account_login = lower(a.login_name COLLATE "C")
FROM accounts AS a WHERE a.id = phone_tasks.account_id;

-- The account is not locked for it, for that could wait in a circle: what is submitted in the very moment in which a name
-- changes may be found by the old name until the next change.
CREATE FUNCTION names_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT lower(display_name COLLATE "C"), lower(login_name COLLATE "C") INTO NEW.account_name, NEW.account_login
    FROM accounts WHERE id = NEW.account_id;
    NEW.account_name := coalesce(NEW.account_name, '');
    NEW.account_login := coalesce(NEW.account_login, '');
    RETURN NEW;
END
$$;
CREATE TRIGGER application_names BEFORE INSERT ON applications
FOR EACH ROW EXECUTE FUNCTION names_of_account();
CREATE TRIGGER phone_task_names BEFORE INSERT ON phone_tasks
FOR EACH ROW EXECUTE FUNCTION names_of_account();
CREATE FUNCTION pass_names_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE applications SET account_name = lower(NEW.display_name COLLATE "C"), account_login = lower(NEW.login_name COLLATE "C")
    WHERE account_id = NEW.id;
    UPDATE phone_tasks SET account_name = lower(NEW.display_name COLLATE "C"), account_login = lower(NEW.login_name COLLATE "C")
    WHERE account_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_names AFTER UPDATE OF display_name, login_name ON accounts
FOR EACH ROW WHEN (OLD.display_name <> NEW.display_name OR OLD.login_name <> NEW.login_name)
EXECUTE FUNCTION pass_names_on();

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
