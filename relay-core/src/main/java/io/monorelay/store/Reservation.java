package io.monorelay.store;

/**
 * Keeps the reserved positions ahead of those that the log may give out, so that no position is ever given out twice,
 * whatever ends the process. Used by the writer's thread.
 */
final class Reservation {
    /** How many positions are reserved at a time. Those that are left over when the process ends stay empty. */
    static final long BLOCK = 1_000_000;

    private final MessageStore store;
    private final int slots;
    private long through;

    Reservation(MessageStore store, int slots) throws StoreException {
        this.store = store;
        this.slots = slots;
        this.through = store.reservedThrough();
    }

    /** Makes sure of every position that a log of so many slots may give out once its slowest reader is there. */
    void extendFor(long passed) throws StoreException {
        long needed = passed + slots;
        if (through < needed + BLOCK / 2) {
            store.reserve(needed + BLOCK);
            through = needed + BLOCK;
        }
    }
}
