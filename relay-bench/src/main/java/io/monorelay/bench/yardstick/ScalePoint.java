package io.monorelay.bench.yardstick;

import java.util.List;

/**
 * A load that differs from the others on its axis in one thing.
 *
 * @param axis what grows along it
 * @param value how much of that there is
 * @param options what the load generator is told
 * @param cores that the relay has, with an event loop on each
 * @param mostMessagesPerSecond what is signed for it
 */
record ScalePoint(String axis, String value, String options, int dataBytes, int cores, int mostMessagesPerSecond) {
    private static final int DATA_BYTES = 128;
    private static final int ONE_CORE = 1;
    private static final int TWO_CORES = 2;
    /** More than the signatures of that many are not verified on one core. */
    private static final int MOST = 25_000;

    /** What a relay is warmed up with: messages from everybody to everybody. */
    static final ScalePoint WARM_UP = loops("all", ONE_CORE, "-r 0 -P 100 --pub-recv -w 256", MOST);

    /** All of them, those with the same number of cores together. */
    static final List<ScalePoint> ALL = List.of(
            peers("100", "-r 100", MOST),
            peers("300", "-r 300", MOST),
            peers("1,000", "-r 1000", 10_000),
            peers("3,000", "-r 3000", 4_000),
            peers("10,000", "-r 10000", 1_200),
            size("128 B, 100 receivers", DATA_BYTES, MOST),
            size("1 KiB, 100 receivers", 1024, 20_000),
            size("16 KiB, 100 receivers", 16_384, 6_000),
            senders("1 of 100 nodes", "-r 99 -P 1 --pub-recv -w 256"),
            senders("10 of 100 nodes", "-r 90 -P 10 --pub-recv -w 256"),
            senders("100 of 100 nodes", "-r 0 -P 100 --pub-recv -w 256"),
            loops("2, 1 publisher and 1,000 receivers", TWO_CORES, "-r 1000", 10_000),
            loops("2, 100 nodes that all publish", TWO_CORES, "-r 0 -P 100 --pub-recv -w 256", MOST));

    private static ScalePoint peers(String value, String options, int mostMessagesPerSecond) {
        return new ScalePoint("receivers", value, options, DATA_BYTES, ONE_CORE, mostMessagesPerSecond);
    }

    private static ScalePoint size(String value, int dataBytes, int mostMessagesPerSecond) {
        return new ScalePoint("data of a message", value, "-r 100", dataBytes, ONE_CORE, mostMessagesPerSecond);
    }

    private static ScalePoint senders(String value, String options) {
        return new ScalePoint("who publishes", value, options, DATA_BYTES, ONE_CORE, MOST);
    }

    private static ScalePoint loops(String value, int cores, String options, int mostMessagesPerSecond) {
        return new ScalePoint("event loops and cores", value, options, DATA_BYTES, cores, mostMessagesPerSecond);
    }

    /** How many distinct messages are enough for that many seconds. */
    int messagesFor(long seconds) {
        return Math.toIntExact((seconds + 1) * mostMessagesPerSecond);
    }
}
