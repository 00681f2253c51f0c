package io.monorelay.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import com.sun.management.ThreadMXBean;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.ManualLoop;
import io.monorelay.peer.Peer;
import io.monorelay.peer.RecordedConnection;
import io.monorelay.peer.ThrottledChannel;
import io.monorelay.store.CommitMark;
import io.monorelay.store.Durability;
import io.monorelay.store.ManualThreads;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.StoreReaders;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.LeakPresenceDetector;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Delivering allocates nothing for each peer: what a turn allocates is the same for any number of them. That is so with
 * an allocator that also pools the duplicates of its buffers.
 */
final class LoopFanoutAllocationTest {
    private static final int PEERS = 300;
    private static final FrameFormat[] FORMATS = FrameFormat.values();
    private static final int WARM_UP_TURNS = 3000;
    private static final int TURNS = 500;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ResourceLeakDetector.Level levelBefore = ResourceLeakDetector.getLevel();

    @BeforeEach
    void withoutLeakDetector() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void withLeakDetector() {
        ResourceLeakDetector.setLevel(levelBefore);
    }

    @Test
    void deliveringAllocatesLessThanOneByteForEachPeer() throws InterruptedException {
        long[] bytes = {0};
        // Netty's pools are those of its event loops' threads.
        Thread thread = new FastThreadLocalThread(() -> bytes[0] = World.INSTANCE.allocatedByTurns());
        thread.start();
        thread.join();

        assertThat(bytes[0] / (double) (TURNS * PEERS))
                .as("bytes for each delivery")
                .isLessThan(1.0);
    }

    /**
     * Made while its class is initialised, on the thread that uses it. What is made then no leak detector follows, not
     * even one that has no levels; it would allocate for each duplicate of a buffer.
     */
    private static final class World {
        static final World INSTANCE = LeakPresenceDetector.staticInitializer(World::new);

        private final ManualLoop loop = new ManualLoop();
        private final MessageLog log = new MessageLog(8, 1 << 20);
        private final VerifiedMessage message = SignedMessages.verified("x".repeat(300));
        private final List<ThrottledChannel> channels = new ArrayList<>();
        private final LoopFanout fanout;

        private World() {
            ByteBufAllocator allocator = new PooledByteBufAllocator(true);
            FanoutLimits limits = new FanoutLimits(5_000_000, 256 * 1024, 1 << 20, SlowPeers.CATCH_UP, PEERS);
            fanout = new LoopFanout(loop.eventLoop(), source(), allocator, limits, new RelayMetrics(), loop::nanoTime);
            for (int i = 0; i < PEERS; i++) {
                ThrottledChannel channel = ThrottledChannel.open(loop, allocator);
                fanout.join(new Peer(new RecordedConnection(channel), FORMATS[i % FORMATS.length]));
                channels.add(channel);
            }
            channels.forEach(ThrottledChannel::forget);
            publish();
            loop.run();
        }

        /** The store is asked for nothing by peers that are quick. */
        private FanoutSource source() {
            MemoryStore store = new MemoryStore(1, InstantSource.system());
            CommitMark mark = new CommitMark(Durability.MEMORY, 0);
            return new FanoutSource(
                    log, new StoreReaders(store, new ManualThreads()), mark, mark.newQueue(loop.eventLoop()));
        }

        long allocatedByTurns() {
            long allocated = 0;
            for (int turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
                publish();
                long before = THREADS.getCurrentThreadAllocatedBytes();
                loop.run();
                long after = THREADS.getCurrentThreadAllocatedBytes();
                allocated += turn < 0 ? 0 : after - before;
            }
            fanout.release();
            return allocated;
        }

        /** The same message at the next position, as if its id had been forgotten meanwhile. */
        private void publish() {
            SeenCache forgetful = new SeenCache(1, Duration.ofNanos(1), Ticker.systemTicker());
            SignedMessages.publish(log, forgetful, message, Origin.NONE);
        }
    }
}
