-- An id is that of a signed text, which has a time in it: so ids are unique where times with ids are, and an index that
-- begins with the time grows at its end, while one by id alone would be written all over the place.

CREATE TABLE message_in_order_of_time (
    position ${position} PRIMARY KEY,
    id ${bytes} NOT NULL,
    sender ${bytes} NOT NULL,
    receiver ${bytes},
    form SMALLINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    members ${bytes} NOT NULL
);

-- When a message was sent was not a column before. When it was accepted is near enough: a message of those days that
-- comes again is recognised by the relay's memory of the last minutes.
INSERT INTO message_in_order_of_time (position, id, sender, receiver, form, accepted_at, sent_at, members)
    SELECT position, id, sender, receiver, form, accepted_at, accepted_at / 1000, members FROM message ORDER BY position;

DROP TABLE message;

ALTER TABLE message_in_order_of_time RENAME TO message;

CREATE UNIQUE INDEX message_by_time ON message (sent_at, id);

CREATE INDEX message_by_receiver ON message (receiver, position) WHERE receiver IS NOT NULL;

-- Where a message with a given id is. Filled some thousand messages at a time, sorted, so that it too grows at its end;
-- a segment is named by its first position.
CREATE TABLE message_lookup (
    segment BIGINT NOT NULL,
    id_prefix ${bytes} NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (segment, id_prefix, position)
)${clustered};

INSERT INTO relay_state (name, value) VALUES ('looked_up_through', 0);
