package io.monorelay.bench.load;

import java.util.Arrays;

/**
 * Which messages of each publisher one receiver has seen, within the last {@value #WINDOW} of that publisher: the sliding
 * window of RFC 4303, section 3.4.3. Not thread-safe: belongs to the event loop of its receiver.
 */
final class Sightings {
    /** A message so much older than the newest one counts as repeated, whether it is or not. */
    static final int WINDOW = Long.SIZE;

    /** What a receiver can say of a message. */
    enum Sighting {
        /** New, and later than all others of its publisher. */
        IN_ORDER,
        /** New, but a later one of the same publisher came before. */
        OUT_OF_ORDER,
        REPEATED
    }

    private final int[] newest;
    private final long[] seen;

    Sightings(int publishers) {
        newest = new int[publishers];
        Arrays.fill(newest, -1);
        seen = new long[publishers];
    }

    Sighting see(int publisher, int sequence) {
        int ahead = sequence - newest[publisher];
        if (ahead > 0) {
            newest[publisher] = sequence;
            seen[publisher] = (ahead >= WINDOW ? 0 : seen[publisher] << ahead) | 1;
            return Sighting.IN_ORDER;
        }
        long bit = -ahead >= WINDOW ? 0 : 1L << -ahead;
        if (bit == 0 || (seen[publisher] & bit) != 0) {
            return Sighting.REPEATED;
        }
        seen[publisher] |= bit;
        return Sighting.OUT_OF_ORDER;
    }
}
