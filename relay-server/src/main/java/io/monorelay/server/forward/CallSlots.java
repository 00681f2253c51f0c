package io.monorelay.server.forward;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * How many calls may be under way at a time. When all are taken, whoever is trusted most gets the next one that is free.
 *
 * <p>Everything here belongs to the event loop of the forwarder.
 */
final class CallSlots {
    /** What somebody does with a slot. */
    interface Turn {
        /** Makes a call; returns whether there was one to make, and gives the slot back with {@link #release} when so. */
        boolean take();
    }

    private static final Comparator<Waiting> MOST_TRUSTED_FIRST =
            Comparator.comparingDouble(Waiting::trust).reversed().thenComparingLong(Waiting::number);

    private final Queue<Waiting> waiting = new PriorityQueue<>(MOST_TRUSTED_FIRST);
    private int free;
    private long lastNumber;

    CallSlots(int free) {
        this.free = free;
    }

    /** Gives the caller its turn: at once if a slot is free, or else later. */
    void request(double trust, Turn turn) {
        waiting.add(new Waiting(trust, ++lastNumber, turn));
        grant();
    }

    /** Somebody has made its call. */
    void release() {
        free++;
        grant();
    }

    private void grant() {
        while (free > 0) {
            Waiting next = waiting.poll();
            if (next == null) {
                return;
            }
            free--;
            if (!next.turn().take()) {
                free++;
            }
        }
    }

    private record Waiting(double trust, long number, Turn turn) {}
}
