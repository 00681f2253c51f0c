-- One schema for SQLite and PostgreSQL; what they call a thing differently comes from the placeholders.

-- In order of position, which is the order of acceptance.
CREATE TABLE message (
    position ${position} PRIMARY KEY,
    id ${bytes} NOT NULL UNIQUE,
    sender ${bytes} NOT NULL,
    receiver ${bytes},
    form SMALLINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    members ${bytes} NOT NULL
);

CREATE INDEX message_by_receiver ON message (receiver, position) WHERE receiver IS NOT NULL;

CREATE TABLE relay_state (
    name VARCHAR(32) PRIMARY KEY,
    value BIGINT NOT NULL
);

INSERT INTO relay_state (name, value) VALUES ('reserved_through', 0), ('removed_through', 0), ('stored_bytes', 0);

CREATE TABLE remembered_position (
    node_key ${bytes} PRIMARY KEY,
    position BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX remembered_position_by_age ON remembered_position (updated_at);

CREATE TABLE http_reference (
    uri VARCHAR(2048) PRIMARY KEY,
    node_key ${bytes} NOT NULL,
    level VARCHAR(8) NOT NULL,
    last_good VARCHAR(40) NOT NULL,
    successes BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failures_in_a_row BIGINT NOT NULL
);
