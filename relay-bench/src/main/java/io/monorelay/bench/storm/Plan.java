package io.monorelay.bench.storm;

import java.time.Duration;

/**
 * How large a storm is.
 *
 * @param clients that have a link each
 * @param outage from the end of the relay to its next start
 * @param patience for everything that is waited for
 */
record Plan(int clients, Duration outage, Duration patience) {}
