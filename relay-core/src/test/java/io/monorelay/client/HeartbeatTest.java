package io.monorelay.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.Heartbeat.Beat;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HeartbeatTest {
    private final Heartbeat heartbeat = new Heartbeat(Duration.ofNanos(100), Long.MAX_VALUE - 50);

    private static long at(long nanos) {
        return Long.MAX_VALUE - 50 + nanos;
    }

    @Test
    void aRelayIsPingedOnceAnIntervalHasPassedAndGivenUpAfterTwo() {
        assertThat(heartbeat.beat(at(99))).isEqualTo(Beat.WAIT);
        assertThat(heartbeat.nextNanos(at(99))).isEqualTo(1);
        assertThat(heartbeat.beat(at(100))).isEqualTo(Beat.PING);
        assertThat(heartbeat.nextNanos(at(100))).isEqualTo(100);
        assertThat(heartbeat.beat(at(200))).isEqualTo(Beat.GIVE_UP);
    }

    @Test
    void whatIsHeardStartsTheIntervalAnew() {
        heartbeat.heard(at(150));
        assertThat(heartbeat.beat(at(249))).isEqualTo(Beat.WAIT);
        assertThat(heartbeat.nextNanos(at(160))).isEqualTo(90);
    }

    @Test
    void aRelayIsPingedBeforeItIsGivenUpHoweverLongThisProcessStoodStill() {
        assertThat(heartbeat.beat(at(350))).isEqualTo(Beat.PING);
        assertThat(heartbeat.nextNanos(at(350))).isEqualTo(100);
        assertThat(heartbeat.beat(at(449))).isEqualTo(Beat.WAIT);
        assertThat(heartbeat.beat(at(450))).isEqualTo(Beat.GIVE_UP);
    }

    @Test
    void anAnsweredPingIsForgotten() {
        assertThat(heartbeat.beat(at(100))).isEqualTo(Beat.PING);
        heartbeat.heard(at(120));
        assertThat(heartbeat.beat(at(219))).isEqualTo(Beat.WAIT);
        assertThat(heartbeat.beat(at(220))).isEqualTo(Beat.PING);
    }
}
