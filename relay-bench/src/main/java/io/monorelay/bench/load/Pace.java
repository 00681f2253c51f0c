package io.monorelay.bench.load;

/**
 * How fast it is published.
 *
 * @param rate messages a second of all publishers together, whatever the relay does; 0 for a closed loop
 * @param window how many messages of a publisher may wait for their answer
 * @param dataBytes of each message
 */
public record Pace(double rate, int window, int dataBytes) {
    /** What an open loop is bounded by: so many messages that wait are a relay that has stopped. */
    public static final int OPEN = 1 << 16;

    private static final int MAX_RATE = 1_000_000;
    private static final int MAX_DATA_BYTES = 1 << 20;

    public Pace {
        if (!(rate >= 0 && rate <= MAX_RATE)) {
            throw new IllegalArgumentException("a rate of " + rate + ", expected 0 to " + MAX_RATE);
        }
        if (window < 1 || window > OPEN) {
            throw new IllegalArgumentException("a window of " + window + ", expected 1 to " + OPEN);
        }
        if (dataBytes < Label.LENGTH || dataBytes > MAX_DATA_BYTES) {
            throw new IllegalArgumentException(
                    "a size of " + dataBytes + ", expected " + Label.LENGTH + " to " + MAX_DATA_BYTES);
        }
    }

    boolean isOpenLoop() {
        return rate > 0;
    }

    /** How many messages of each publisher are signed ahead: a second's, and none that is minutes old when it is sent. */
    int depth(int publishers) {
        double aSecond = isOpenLoop() ? rate / publishers : 16_384.0 / publishers;
        return (int) Math.clamp(Math.ceil(aSecond), 2, 16_384);
    }

    /** For people. */
    String text() {
        String how = isOpenLoop() ? rate + " messages/s" : window + " messages outstanding each";
        return how + ", " + dataBytes + " bytes of data";
    }
}
