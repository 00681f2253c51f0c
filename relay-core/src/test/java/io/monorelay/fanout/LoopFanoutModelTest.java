package io.monorelay.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LoopFanoutModelTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 200;

    @Test
    @Timeout(120)
    void everyPeerGetsExactlyWhatANaiveRelayWouldSendIt() {
        int gaps = 0;
        long closed = 0;
        long received = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            FanoutModel model = new FanoutModel(seed);
            assertThatCode(() -> model.run(STEPS)).as("seed %s", seed).doesNotThrowAnyException();
            gaps += model.gaps();
            closed += model.closed();
            received += model.received();
        }

        assertThat(gaps).as("gaps that the seeds come by").isGreaterThan(100);
        assertThat(closed).as("peers closed").isGreaterThan(100);
        assertThat(received).as("texts received").isGreaterThan(50_000);
    }
}
