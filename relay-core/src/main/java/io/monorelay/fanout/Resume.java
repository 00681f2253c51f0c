package io.monorelay.fanout;

import io.monorelay.store.Selection;

/**
 * Where a peer goes on that was away. From its joining on it gets what every peer gets; this is about what was before.
 *
 * @param after the peer has, or does not want, anything up to this position
 * @param selection what it gets of the messages after that and before its joining
 */
public record Resume(long after, Selection selection) {
    public Resume {
        if (after < 0) {
            throw new IllegalArgumentException("expected a position from 0, got " + after);
        }
    }

    /**
     * Whether a peer is to be told what the store has removed. One that collects what is addressed to it from the
     * beginning is not: it never knew of any of it.
     */
    boolean statesGaps() {
        return selection.broadcasts() || after > 0;
    }
}
