package io.monorelay.server.admission;

import io.monorelay.refs.AddressBlock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many connections are open from each block of addresses. Remembers only who has some. Any thread. */
final class Headcount {
    private final ConcurrentMap<AddressBlock, Integer> open = new ConcurrentHashMap<>();

    /**
     * Counts one more, if that many may be.
     *
     * @param max for this block; 0 is any number
     */
    boolean tryAdd(AddressBlock block, int max) {
        if (open.merge(block, 1, Integer::sum) > max && max != 0) {
            remove(block);
            return false;
        }
        return true;
    }

    void remove(AddressBlock block) {
        open.computeIfPresent(block, (same, count) -> count == 1 ? null : count - 1);
    }

    /** How many blocks have connections. */
    int size() {
        return open.size();
    }
}
