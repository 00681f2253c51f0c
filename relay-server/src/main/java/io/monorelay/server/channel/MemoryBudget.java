package io.monorelay.server.channel;

import java.util.ArrayList;
import java.util.List;

/**
 * What the connections of a relay may make it hold, in each direction, and what they do. Each event loop keeps an account
 * of its own; here they are only added up. Any thread; loops are added before the first connection.
 */
public final class MemoryBudget {
    /** Why something is held. */
    public enum Way {
        /** It has come in part, and the rest is waited for. */
        INBOUND,
        /** It is on its way to somebody who has yet to take it. */
        OUTBOUND
    }

    private final long inboundLimit;
    private final long outboundLimit;
    private final List<HeldMemory> loops = new ArrayList<>();

    /** The limits are in bytes. */
    public MemoryBudget(long inboundLimit, long outboundLimit) {
        this.inboundLimit = inboundLimit;
        this.outboundLimit = outboundLimit;
    }

    /** One that nothing exceeds. */
    static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    void add(HeldMemory loop) {
        loops.add(loop);
    }

    int loops() {
        return loops.size();
    }

    /** How many bytes may be held. */
    public long limit(Way way) {
        return switch (way) {
            case INBOUND -> inboundLimit;
            case OUTBOUND -> outboundLimit;
        };
    }

    /** How many bytes are held, as each loop has found when it looked last. */
    public long held(Way way) {
        long bytes = 0;
        for (HeldMemory loop : loops) {
            bytes += loop.held(way);
        }
        return bytes;
    }
}
