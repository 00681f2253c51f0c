package io.monorelay.client;

import java.time.Duration;

/**
 * The ceilings of one link. Validated when built.
 *
 * @param maxOutstanding how many publications may wait for their answer
 * @param maxFrameBytes the longest frame that is taken from a relay, which adds a position to what was published
 * @param open from dialling to the relay's welcome
 * @param silence how long a relay may be silent before it is pinged, unless it says that it pings more often than that;
 *     after twice that the link is given up
 * @param close how long a closing handshake may take
 */
public record ClientLimits(int maxOutstanding, int maxFrameBytes, Duration open, Duration silence, Duration close) {
    public ClientLimits {
        atLeast("maxOutstanding", maxOutstanding, 1);
        atLeast("maxFrameBytes", maxFrameBytes, 4096);
        positive("open", open);
        positive("silence", silence);
        positive("close", close);
    }

    /** What a client uses unless told otherwise. */
    public static ClientLimits defaults() {
        return new ClientLimits(
                1024, 1024 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(40), Duration.ofSeconds(2));
    }

    /** These limits with another frame length. */
    public ClientLimits withMaxFrameBytes(int bytes) {
        return new ClientLimits(maxOutstanding, bytes, open, silence, close);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", expected at least " + least);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + ", expected more than zero");
        }
    }
}
