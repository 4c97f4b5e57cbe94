-- The records of release 0.1 as that release made them; never changed.
CREATE TABLE access_key (
    key_id VARCHAR(16) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    principal_id VARCHAR(80) NOT NULL,
    person_id VARCHAR(80),
    role VARCHAR(40) NOT NULL,
    organisation_id VARCHAR(80),
    scopes TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    revoked_at DATETIME,
    PRIMARY KEY (key_id)
);
CREATE INDEX ix_access_key_principal_id ON access_key (principal_id);
CREATE TABLE audit (
    entry INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at DATETIME NOT NULL,
    principal_id VARCHAR(80) NOT NULL,
    role VARCHAR(40) NOT NULL,
    action VARCHAR(80) NOT NULL,
    subject VARCHAR(80)
);
CREATE INDEX ix_audit_principal_id ON audit (principal_id);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TABLE demo (
    only INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    clock DATETIME NOT NULL,
    PRIMARY KEY (only)
);
CREATE TABLE htc (
    htc_id VARCHAR(80) NOT NULL,
    name VARCHAR(200) NOT NULL,
    time_zone VARCHAR(80) NOT NULL,
    designated_from DATE NOT NULL,
    designated_to DATE,
    city VARCHAR(200) NOT NULL,
    state VARCHAR(200) NOT NULL,
    PRIMARY KEY (htc_id)
);
CREATE TABLE payer (
    payer_id VARCHAR(80) NOT NULL,
    name VARCHAR(200) NOT NULL,
    PRIMARY KEY (payer_id)
);
CREATE TABLE manufacturer (
    manufacturer_id VARCHAR(80) NOT NULL,
    name VARCHAR(200) NOT NULL,
    PRIMARY KEY (manufacturer_id)
);
CREATE TABLE person (
    person_id VARCHAR(80) NOT NULL,
    name VARCHAR(200) NOT NULL,
    role VARCHAR(40) NOT NULL,
    organisation_id VARCHAR(80) NOT NULL,
    email VARCHAR(254) NOT NULL,
    receives_notices BOOLEAN NOT NULL,
    PRIMARY KEY (person_id)
);
CREATE INDEX ix_person_organisation_id ON person (organisation_id);
CREATE TABLE outbox (
    notice_key CHAR(32) NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    agreement_id VARCHAR(80) NOT NULL,
    milestone VARCHAR(80) NOT NULL,
    rung VARCHAR(40) NOT NULL,
    recipient VARCHAR(80) NOT NULL,
    due_on DATE NOT NULL,
    due_at DATETIME NOT NULL,
    state VARCHAR(20) NOT NULL,
    lease_until DATETIME,
    lease_token CHAR(32),
    attempts INTEGER NOT NULL,
    last_problem VARCHAR(80),
    finished_at DATETIME,
    PRIMARY KEY (notice_key)
);
CREATE INDEX outbox_waiting ON outbox (state, due_at);
CREATE INDEX ix_outbox_infusion_id ON outbox (infusion_id);
CREATE TABLE data_key (
    holder CHAR(32) NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (holder)
);
CREATE TABLE patient (
    patient_token CHAR(32) NOT NULL,
    identity_digest VARCHAR(64) NOT NULL,
    PRIMARY KEY (patient_token),
    UNIQUE (identity_digest)
);
CREATE TABLE schema_version (
    only INTEGER NOT NULL,
    version INTEGER NOT NULL,
    key_fingerprint VARCHAR(64) NOT NULL,
    PRIMARY KEY (only)
);
CREATE TABLE sealed_field (
    patient_token CHAR(32) NOT NULL,
    field VARCHAR(40) NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (patient_token, field),
    FOREIGN KEY(patient_token) REFERENCES patient (patient_token)
);
CREATE TABLE sealed_reference (
    holder CHAR(32) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (holder, digest),
    FOREIGN KEY(holder) REFERENCES data_key (holder)
);
