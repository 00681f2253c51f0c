package io.monorelay.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LimitsTest {
    private static final Limits DEFAULTS = Limits.defaults();

    @Test
    void aChallengeLivesShorterThanAHandshakeIsGoodFor() {
        assertThat(DEFAULTS.challengeLife()).isLessThan(DEFAULTS.handshakeWindow());
    }

    @Test
    void aHandshakeIsGoodForNoLongerThanAMessage() {
        assertThat(DEFAULTS.handshakeWindow()).isLessThanOrEqualTo(DEFAULTS.timeWindow());
    }

    @Test
    void theLongestHandshakeFitsTheShortestFrame() {
        int texts = 3 * 512;
        int keysAndSignatures = 4 * (32 + 32 + 32 + 64);
        assertThat(texts + keysAndSignatures).isLessThan(Limits.MIN_FRAME_BYTES);
    }

    @Test
    void textsAreNoLongerThanFrames() {
        assertThatThrownBy(() -> with(4096, 8, 32, 4097))
                .hasMessage("maxTextChars 4097 is more than maxFrameBytes 4096");
    }

    @Test
    void theShapesOfTheProtocolFit() {
        assertThatThrownBy(() -> with(4095, 8, 32, 2048)).hasMessage("maxFrameBytes is 4095, expected at least 4096");
        assertThatThrownBy(() -> with(4096, 2, 32, 2048)).hasMessage("maxDepth is 2, expected at least 3");
        assertThatThrownBy(() -> with(4096, 3, 15, 2048)).hasMessage("maxFields is 15, expected at least 16");
    }

    @Test
    void windowsAreOpen() {
        assertThatThrownBy(() -> DEFAULTS.withTimeWindow(Duration.ZERO))
                .hasMessage("timeWindow is PT0S, expected more than zero");
    }

    @Test
    void oneLimitChangesAlone() {
        assertThat(DEFAULTS.withMaxFrameBytes(5000).withMaxFrameBytes(DEFAULTS.maxFrameBytes()))
                .isEqualTo(DEFAULTS);
    }

    private static Limits with(int maxFrameBytes, int maxDepth, int maxFields, int maxTextChars) {
        Duration any = Duration.ofSeconds(1);
        return new Limits(maxFrameBytes, maxDepth, maxFields, maxTextChars, any, any, any, 1);
    }
}
