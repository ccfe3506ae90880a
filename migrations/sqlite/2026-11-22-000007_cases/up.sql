-- Cases as the daily import brings them; what concerns one person alone stands in case_persons.
CREATE TABLE cases (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    unified_number TEXT NOT NULL UNIQUE,
    department_number TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    charge TEXT,
    other_charges TEXT,
    accepted_at BIGINT NOT NULL,
    transferring_unit TEXT,
    department TEXT,
    handler TEXT,
    stage TEXT,
    review_status TEXT,
    review_opinion TEXT,
    time_limit_text TEXT,
    due_date TEXT,
    concluded_at BIGINT,
    outcome TEXT,
    closed_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX cases_department_number ON cases (department_number);
CREATE INDEX cases_unit ON cases (unit_id, accepted_at);

-- One row a person and case, which is a row of the import. name and id_number are sealed, id_blind finds the number
-- again. What is empty here is as in the case. fingerprint tells whether an import says anything new.
CREATE TABLE case_persons (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    person_number TEXT NOT NULL,
    name TEXT NOT NULL,
    gender TEXT,
    id_type TEXT,
    id_number TEXT,
    id_blind TEXT,
    coercive_measure TEXT,
    coercive_measure_date TEXT,
    detention_place TEXT,
    charge TEXT,
    stage TEXT,
    review_status TEXT,
    review_opinion TEXT,
    time_limit_text TEXT,
    due_date TEXT,
    outcome TEXT,
    fingerprint TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (case_id, person_number)
);
CREATE INDEX case_persons_blind ON case_persons (id_blind) WHERE id_blind IS NOT NULL;

-- Who may see which person of which case. A lawyer has one open binding a person, whatever the role.
CREATE TABLE case_bindings (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    case_person_id BIGINT NOT NULL REFERENCES case_persons (id),
    applicant_role TEXT NOT NULL,
    application_id BIGINT REFERENCES applications (id),
    state TEXT NOT NULL,
    reason TEXT,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX case_bindings_active ON case_bindings (account_id, case_person_id) WHERE state = 'active';
CREATE INDEX case_bindings_person ON case_bindings (case_person_id) WHERE state = 'active';
CREATE INDEX case_bindings_application ON case_bindings (application_id) WHERE application_id IS NOT NULL;

-- What a lawyer says of the case that is asked for. party_name and party_id are sealed, party_blind finds the number again.
CREATE TABLE binding_requests (
    application_id BIGINT NOT NULL PRIMARY KEY REFERENCES applications (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    case_name TEXT NOT NULL,
    party_name TEXT NOT NULL,
    party_id TEXT NOT NULL,
    party_blind TEXT NOT NULL,
    is_remote BOOLEAN NOT NULL,
    applicant_role TEXT NOT NULL,
    case_person_id BIGINT REFERENCES case_persons (id)
);
CREATE INDEX binding_requests_party ON binding_requests (account_id, party_blind);
