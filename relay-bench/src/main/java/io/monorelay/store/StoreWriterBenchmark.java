package io.monorelay.store;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessages;
import io.monorelay.log.MessageLog;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Storage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a message costs the writer when the log is always full: from the log, commit by commit, into a store in memory
 * which costs little itself. Time is that of the slower of two threads, the one that publishes and the writer's;
 * allocation is that of both.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class StoreWriterBenchmark {
    private static final int SLOTS = 8_192;
    private static final int MAX_BATCH_MESSAGES = 4_096;
    private static final int MAX_BATCH_BYTES = 8 << 20;
    private static final long MAX_LOG_BYTES = 16L << 20;
    private static final int POOL_BYTES = 64 << 20;
    private static final int MAX_POOL = 32_768;

    @Param({"128", "16384"})
    int dataBytes;

    private final Counters<Storage> counters = new Counters<>(Storage.class);
    private List<VerifiedMessage> pool;
    private MessageLog log;
    private StoreWriter writer;
    private int next;

    @Setup
    public void start() throws StoreException {
        pool = SampleMessages.broadcasts(Math.min(MAX_POOL, POOL_BYTES / dataBytes), dataBytes).parallelStream()
                .map(SampleMessages::verified)
                .toList();
        MemoryStore store = new MemoryStore(halfThePool(), InstantSource.system());
        long first = StoreWriter.firstPosition(store, SLOTS);
        log = new MessageLog(SLOTS, MAX_LOG_BYTES, first);
        StoreWriter.Parts parts = new StoreWriter.Parts(
                store,
                log,
                new SeenCache(SLOTS, Duration.ofMinutes(21), Ticker.systemTicker()),
                new CommitMark(store.durability(), first - 1),
                new PositionBook(),
                counters);
        MessageStore.Retention forever = new MessageStore.Retention(Long.MAX_VALUE / 2, Long.MAX_VALUE);
        writer = StoreWriter.start(
                parts, new StoreWriter.Limits(MAX_BATCH_MESSAGES, MAX_BATCH_BYTES, forever), (able, why) -> {});
    }

    /** So much that the store has let go of a message when its turn comes again. */
    private long halfThePool() {
        return pool.size()
                / 2
                * (long) (MemoryStore.BYTES_BESIDE_TEXT + pool.getFirst().membersLength());
    }

    @Benchmark
    public void publish() {
        VerifiedMessage message = pool.get(next);
        next = next + 1 == pool.size() ? 0 : next + 1;
        long position = log.tryClaim(message.membersLength());
        while (position == MessageLog.FULL) {
            Thread.onSpinWait();
            position = log.tryClaim(message.membersLength());
        }
        log.publish(FreshMessages.at(position, message));
    }

    @TearDown
    public void close() {
        writer.close();
        if (counters.count(Storage.DUPLICATES_FOUND) != 0 || counters.count(Storage.FAILURES) != 0) {
            throw new IllegalStateException("not every message was stored as a new one");
        }
    }
}
