package io.monorelay.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LoopFanoutModelTest {
    private static final int SEEDS = 600;
    private static final int STEPS = 200;

    @Test
    @Timeout(120)
    void everyPeerGetsExactlyWhatANaiveRelayWouldSendItOrIsToldOfTheGap() {
        FanoutModel.Tally all = FanoutModel.Tally.NOTHING;
        for (long seed = 1; seed <= SEEDS; seed++) {
            FanoutModel model = new FanoutModel(seed);
            FanoutModel.Tally[] one = {FanoutModel.Tally.NOTHING};
            assertThatCode(() -> one[0] = model.run(STEPS)).as("seed %s", seed).doesNotThrowAnyException();
            all = all.plus(one[0]);
        }

        assertThat(all.slowGaps()).as("gaps of slow peers in %s", all).isGreaterThan(50);
        assertThat(all.retentionGaps())
                .as("gaps of removed messages in %s", all)
                .isGreaterThan(100);
        assertThat(all.closed()).as("peers closed in %s", all).isGreaterThan(50);
        assertThat(all.fallenBehind()).as("peers fallen behind in %s", all).isGreaterThan(200);
        assertThat(all.replayed()).as("messages replayed in %s", all).isGreaterThan(20_000);
        assertThat(all.restarts()).as("restarts in %s", all).isGreaterThan(100);
        assertThat(all.texts()).as("texts received in %s", all).isGreaterThan(50_000);
    }
}
