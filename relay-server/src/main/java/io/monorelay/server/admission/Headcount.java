package io.monorelay.server.admission;

import io.monorelay.refs.AddressBlock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many connections are open from each block of addresses, each at most so many. Remembers only who has some. Any thread. */
final class Headcount {
    private final int max;
    private final ConcurrentMap<AddressBlock, Integer> open = new ConcurrentHashMap<>();

    /**
     * @param max for each block; 0 counts nothing
     */
    Headcount(int max) {
        this.max = max;
    }

    boolean tryAdd(AddressBlock block) {
        if (max != 0 && open.merge(block, 1, Integer::sum) > max) {
            remove(block);
            return false;
        }
        return true;
    }

    void remove(AddressBlock block) {
        if (max != 0) {
            open.computeIfPresent(block, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    /** How many blocks have connections. */
    int size() {
        return open.size();
    }
}
