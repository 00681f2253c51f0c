package io.monorelay.fanout;

/**
 * How messages are compressed for the peers that have agreed on it.
 *
 * @param level from 1, the fastest, to 9, the smallest
 * @param minBytes a frame with a shorter payload is sent as it is
 */
public record Compression(int level, int minBytes) {
    public Compression {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("compression level: expected 1 to 9, got " + level);
        }
        if (minBytes < 0) {
            throw new IllegalArgumentException("least bytes to compress: expected at least 0, got " + minBytes);
        }
    }

    /** What is used unless told otherwise. */
    public static Compression defaults() {
        return new Compression(1, 256);
    }
}
