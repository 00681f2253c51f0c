package io.monorelay.peer;

import io.netty.channel.EventLoop;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;

/** An event loop that runs when a test says so, on the test's own thread, and by a clock that the test turns. */
public final class ManualLoop {
    private static final int MAX_ROUNDS = 100_000;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final ManualIoEventLoop loop =
            new ManualIoEventLoop(null, Thread.currentThread(), LocalIoHandler.newFactory(), ticker);

    public EventLoop eventLoop() {
        return loop;
    }

    /** Runs what is due, and what that makes due, until there is nothing left to do at this time. */
    public void run() {
        for (int round = 0; loop.runNow() != 0; round++) {
            if (round == MAX_ROUNDS) {
                throw new AssertionError("the loop always has more to do, though no time passes");
            }
        }
    }

    /** Turns the clock, and nothing else. */
    public void pass(long nanos) {
        ticker.advance(nanos, TimeUnit.NANOSECONDS);
    }

    /** Turns the clock and runs what is due then. */
    public void runAfter(long nanos) {
        pass(nanos);
        run();
    }

    public long nanoTime() {
        return ticker.nanoTime();
    }
}
