-- How references behave, beyond the totals.
ALTER TABLE http_reference ADD COLUMN reliability DOUBLE PRECISION NOT NULL DEFAULT 0.5;
ALTER TABLE http_reference ADD COLUMN latency_micros BIGINT NOT NULL DEFAULT 0;
ALTER TABLE http_reference ADD COLUMN offences BIGINT NOT NULL DEFAULT 0;
ALTER TABLE http_reference ADD COLUMN grudge_weight DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE http_reference ADD COLUMN last_offence VARCHAR(40) NOT NULL DEFAULT '1970-01-01T00:00:00Z';

UPDATE http_reference SET reliability = (successes + 1.0) / (successes + failures + 2.0);
