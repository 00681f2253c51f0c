package io.monorelay.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(30);

    private final Pace pace = new Pace(INTERVAL);

    @Test
    void aQuickTurnComesAgainSoonAndALongOneAfterTheInterval() {
        assertThat(pace.period(1000, 1, 500)).isEqualTo(1000 * Pace.FACTOR);
        assertThat(pace.period(INTERVAL, 1, 500)).isEqualTo(INTERVAL);
    }

    @Test
    void manyMessagesShortenItToAThirdAtMost() {
        assertThat(pace.period(INTERVAL, 2 * Pace.AIMED_MESSAGES, 500)).isEqualTo(INTERVAL / 2);
        assertThat(pace.period(INTERVAL, 100 * Pace.AIMED_MESSAGES, 500)).isEqualTo(INTERVAL / 3);
    }

    @Test
    void manyBytesShortenItSoThatTheNextTurnHasAPiece() {
        assertThat(pace.period(INTERVAL, 4, Pace.AIMED_BYTES)).isEqualTo(INTERVAL);
        assertThat(pace.period(INTERVAL, 8, 10L * Pace.AIMED_BYTES)).isEqualTo(INTERVAL / 10);
    }
}
