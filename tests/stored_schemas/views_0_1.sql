-- The views of release 0.1 as that release made them; never changed.
CREATE TABLE view_positions (
    "view" TEXT NOT NULL,
    position BIGINT NOT NULL,
    last_event_id CHAR(32),
    made_with TEXT NOT NULL,
    problem TEXT,
    problem_position BIGINT,
    problem_infusion_id CHAR(32),
    PRIMARY KEY ("view")
);
CREATE TABLE infusions (
    row_key TEXT NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    infusion_code TEXT NOT NULL,
    htc_id TEXT NOT NULL,
    product TEXT,
    infusing_htc_id TEXT,
    time_zone TEXT,
    day_0 DATE,
    version INTEGER,
    last_event_on DATE,
    died_on DATE,
    lost_since DATE,
    consent_withdrawn_on DATE,
    PRIMARY KEY (row_key)
);
CREATE INDEX ix_infusions_page ON infusions (day_0, row_key);
CREATE INDEX ix_infusions_infusion_code ON infusions (infusion_code);
CREATE INDEX ix_infusions_infusion_id ON infusions (infusion_id);
CREATE TABLE enrolments (
    row_key TEXT NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    infusion_code TEXT NOT NULL,
    htc_id TEXT NOT NULL,
    agreement_id TEXT,
    terms_hash TEXT,
    payer_id TEXT,
    enrolled_on DATE,
    ended_on DATE,
    price BIGINT,
    currency TEXT,
    PRIMARY KEY (row_key)
);
CREATE INDEX ix_enrolments_infusion_id ON enrolments (infusion_id);
CREATE INDEX ix_enrolments_infusion_code ON enrolments (infusion_code);
CREATE INDEX ix_enrolments_payer_id ON enrolments (payer_id);
CREATE INDEX ix_enrolments_page ON enrolments (enrolled_on, row_key);
CREATE TABLE refund_triggers (
    row_key TEXT NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    infusion_code TEXT NOT NULL,
    htc_id TEXT NOT NULL,
    agreement_id TEXT,
    terms_hash TEXT,
    payer_id TEXT,
    milestone TEXT,
    role TEXT,
    clause TEXT,
    day_0 DATE,
    opens_on DATE,
    due_on DATE,
    closes_on DATE,
    grace_ends_on DATE,
    cure_ends_on DATE,
    report_by_on DATE,
    enrolment_ended_on DATE,
    finding_while_open TEXT,
    reason_while_open TEXT,
    finding_once_closed TEXT,
    reason_once_closed TEXT,
    missing TEXT,
    unverified TEXT,
    at_risk BIGINT,
    triggered BIGINT,
    currency TEXT,
    beneficiary TEXT,
    determination_state TEXT,
    outcome TEXT,
    approved_on DATE,
    proposed_id CHAR(32),
    approved_id CHAR(32),
    returned_id CHAR(32),
    proposable_from DATE,
    PRIMARY KEY (row_key)
);
CREATE INDEX ix_refund_triggers_payer_id ON refund_triggers (payer_id);
CREATE INDEX ix_refund_triggers_infusion_id ON refund_triggers (infusion_id);
CREATE INDEX ix_refund_triggers_infusion_code ON refund_triggers (infusion_code);
CREATE INDEX ix_refund_triggers_proposable_from ON refund_triggers (proposable_from);
CREATE INDEX ix_refund_triggers_page ON refund_triggers (due_on, row_key);
CREATE TABLE refund_lines (
    row_key TEXT NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    infusion_code TEXT NOT NULL,
    htc_id TEXT NOT NULL,
    line_id CHAR(32),
    line_kind TEXT,
    position BIGINT,
    agreement_id TEXT,
    terms_hash TEXT,
    payer_id TEXT,
    beneficiary TEXT,
    milestone TEXT,
    due_on DATE,
    determination_id CHAR(32),
    supersedes CHAR(32),
    outcome TEXT,
    reason TEXT,
    clause TEXT,
    approved_on DATE,
    amount BIGINT,
    currency TEXT,
    PRIMARY KEY (row_key)
);
CREATE INDEX ix_refund_lines_infusion_code ON refund_lines (infusion_code);
CREATE INDEX ix_refund_lines_page ON refund_lines (approved_on, row_key);
CREATE INDEX ix_refund_lines_infusion_id ON refund_lines (infusion_id);
CREATE INDEX ix_refund_lines_beneficiary ON refund_lines (beneficiary);
CREATE TABLE data_request_windows (
    row_key TEXT NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    infusion_code TEXT NOT NULL,
    htc_id TEXT NOT NULL,
    payer_id TEXT,
    rule_id TEXT,
    rule_hash TEXT,
    rule_effective_on DATE,
    rule_ends_on DATE,
    reading TEXT,
    governing BOOLEAN,
    clause TEXT,
    permitted_from DATE,
    permitted_until DATE,
    ended_by TEXT,
    next_permitted_on DATE,
    asked INTEGER,
    answered INTEGER,
    declined INTEGER,
    waiting INTEGER,
    last_asked_on DATE,
    last_answered_on DATE,
    PRIMARY KEY (row_key)
);
CREATE INDEX ix_data_request_windows_infusion_code ON data_request_windows (infusion_code);
CREATE INDEX ix_data_request_windows_payer_id ON data_request_windows (payer_id);
CREATE INDEX ix_data_request_windows_page ON data_request_windows (permitted_until, row_key);
CREATE INDEX ix_data_request_windows_infusion_id ON data_request_windows (infusion_id);
CREATE TABLE worklist (
    row_key TEXT NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    infusion_code TEXT NOT NULL,
    htc_id TEXT NOT NULL,
    kind TEXT,
    payer_id TEXT,
    document_id TEXT,
    milestone TEXT,
    opens_on DATE,
    due_on DATE,
    closes_on DATE,
    missing TEXT,
    reasons TEXT,
    at_risk BIGINT,
    currency TEXT,
    determination_id CHAR(32),
    request_id CHAR(32),
    waiver_id CHAR(32),
    due_from DATE,
    closing_soon_from DATE,
    lapsed_from DATE,
    evidence_to_review_from DATE,
    to_approve_from DATE,
    shows_from DATE,
    urgent_on DATE,
    PRIMARY KEY (row_key)
);
CREATE INDEX ix_worklist_infusion_id ON worklist (infusion_id);
CREATE INDEX ix_worklist_payer_id ON worklist (payer_id);
CREATE INDEX ix_worklist_infusion_code ON worklist (infusion_code);
CREATE INDEX ix_worklist_shows_from ON worklist (shows_from);
CREATE INDEX ix_worklist_page ON worklist (urgent_on, row_key);
CREATE TABLE timeline (
    row_key TEXT NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    infusion_code TEXT NOT NULL,
    htc_id TEXT NOT NULL,
    event_id CHAR(32),
    position BIGINT,
    version INTEGER,
    kind TEXT,
    occurred_on DATE,
    occurred_at TEXT,
    recorded_at DATETIME,
    actor TEXT,
    words TEXT,
    set_aside TEXT,
    agreement_id TEXT,
    payer_id TEXT,
    milestone TEXT,
    about_event_id CHAR(32),
    amount BIGINT,
    currency TEXT,
    PRIMARY KEY (row_key)
);
CREATE INDEX ix_timeline_infusion_id ON timeline (infusion_id);
CREATE INDEX ix_timeline_infusion_code ON timeline (infusion_code);
CREATE INDEX ix_timeline_page ON timeline (position, row_key);
CREATE TABLE reminders_due (
    row_key TEXT NOT NULL,
    infusion_id CHAR(32) NOT NULL,
    infusion_code TEXT NOT NULL,
    htc_id TEXT NOT NULL,
    agreement_id TEXT,
    payer_id TEXT,
    milestone TEXT,
    rung TEXT,
    opens_on DATE,
    due_on DATE,
    closes_on DATE,
    next_due_on DATE,
    until_on DATE,
    recorded_for TEXT,
    PRIMARY KEY (row_key)
);
CREATE INDEX ix_reminders_due_infusion_id ON reminders_due (infusion_id);
CREATE INDEX ix_reminders_due_next_due_on ON reminders_due (next_due_on);
CREATE INDEX ix_reminders_due_infusion_code ON reminders_due (infusion_code);
CREATE INDEX ix_reminders_due_page ON reminders_due (next_due_on, row_key);
