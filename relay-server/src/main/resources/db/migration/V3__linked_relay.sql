-- The relays that this node links to.

-- The key that belongs to an address, proven when it was first seen.
CREATE TABLE relay_address (
    uri VARCHAR(2048) PRIMARY KEY,
    node_key ${bytes} NOT NULL
);

-- How far the log of a relay has been received, and how far this node's own has been fed to it.
CREATE TABLE linked_relay (
    node_key ${bytes} PRIMARY KEY,
    received_through BIGINT,
    fed_through BIGINT
);
