package io.monorelay.protocol;

import java.time.Duration;

/**
 * Every ceiling on what another node may send or make the relay keep before it is known. Validated when built.
 *
 * @param maxFrameBytes the longest frame or body that is decoded
 * @param maxDepth how deep objects and arrays may be nested, the outermost counted
 * @param maxFields how many members all objects of a frame may have together
 * @param maxTextChars the longest string other than a message's data: references, audiences, reasons
 * @param timeWindow how far a published message's time may be from now, either way
 * @param handshakeWindow how far a handshake's time may be from now, either way
 * @param challengeLife how long a challenge can be answered
 * @param maxChallenges how many unanswered challenges are remembered for the HTTP handshake
 */
public record Limits(
        int maxFrameBytes,
        int maxDepth,
        int maxFields,
        int maxTextChars,
        Duration timeWindow,
        Duration handshakeWindow,
        Duration challengeLife,
        int maxChallenges) {
    /** The shortest frame limit that still takes every handshake and a message with a little data. */
    public static final int MIN_FRAME_BYTES = 4096;

    /** The depth of the deepest frame of the protocol: a key within an initiator within a handshake. */
    public static final int MIN_DEPTH = 3;

    /** The members of the frame that has most of them, a v2 hello with its limits. */
    public static final int MIN_FIELDS = 16;

    /** How many ids a fetch may name. */
    public static final int MAX_FETCH_IDS = 64;

    public Limits {
        atLeast("maxFrameBytes", maxFrameBytes, MIN_FRAME_BYTES);
        atLeast("maxDepth", maxDepth, MIN_DEPTH);
        atLeast("maxFields", maxFields, MIN_FIELDS);
        atLeast("maxTextChars", maxTextChars, 64);
        atLeast("maxChallenges", maxChallenges, 1);
        positive("timeWindow", timeWindow);
        positive("handshakeWindow", handshakeWindow);
        positive("challengeLife", challengeLife);
        if (maxTextChars > maxFrameBytes) {
            throw new IllegalArgumentException(
                    "maxTextChars " + maxTextChars + " is more than maxFrameBytes " + maxFrameBytes);
        }
    }

    /** What a relay uses unless told otherwise. */
    public static Limits defaults() {
        return new Limits(
                64 * 1024, 8, 32, 2048, Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofSeconds(60), 10_000);
    }

    /** These limits with another frame length. */
    public Limits withMaxFrameBytes(int bytes) {
        return new Limits(
                bytes, maxDepth, maxFields, maxTextChars, timeWindow, handshakeWindow, challengeLife, maxChallenges);
    }

    /** These limits with another window for the time of published messages. */
    public Limits withTimeWindow(Duration window) {
        return new Limits(
                maxFrameBytes,
                maxDepth,
                maxFields,
                maxTextChars,
                window,
                handshakeWindow,
                challengeLife,
                maxChallenges);
    }

    /** These limits with none on the text itself. */
    Limits withAnyShape() {
        int any = Integer.MAX_VALUE - 1;
        return new Limits(any, any, any, any, timeWindow, handshakeWindow, challengeLife, maxChallenges);
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
