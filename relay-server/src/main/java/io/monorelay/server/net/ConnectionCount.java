package io.monorelay.server.net;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections are open, and whether one more may be. Any thread. */
public final class ConnectionCount {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionCount(int max) {
        this.max = max;
    }

    boolean tryOpen() {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    void closed() {
        open.decrementAndGet();
    }

    public int open() {
        return open.get();
    }
}
