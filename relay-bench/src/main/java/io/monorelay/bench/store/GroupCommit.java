package io.monorelay.bench.store;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.Goal;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessages;
import io.monorelay.log.MessageLog;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Storage;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.store.CommitMark;
import io.monorelay.store.MessageStore;
import io.monorelay.store.PositionBook;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How many signed messages a second become durable when the log is never empty: one thread publishes as fast as there is
 * room, and nothing else reads the log. Used by one thread, which may block.
 */
final class GroupCommit {
    private static final int DATA_BYTES = 128;
    private static final int MAX_BATCH_BYTES = 8 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration RETRY = Duration.ofMillis(1);
    private static final String CHECKPOINTS = "relay-checkpoint";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final String part;
    private final TimedStore store;
    private final MessageLog log;
    private final CommitMark mark;
    private final Counters<Storage> counters = new Counters<>(Storage.class);

    private GroupCommit(String part, TimedStore store, MessageLog log, CommitMark mark) {
        this.part = part;
        this.store = store;
        this.log = log;
        this.mark = mark;
    }

    /** Signs the messages, then publishes and stores them. */
    static List<Figure> run(String part, MessageStore stored, RelayConfig config, Plan plan)
            throws StoreException, RunException {
        List<VerifiedMessage> messages = SampleMessages.broadcasts(plan.messages(), DATA_BYTES).parallelStream()
                .map(SampleMessages::verified)
                .toList();
        TimedStore store = new TimedStore(stored);
        int slots = config.log().slots();
        long first = StoreWriter.firstPosition(store, slots);
        MessageLog log = new MessageLog(slots, config.log().maxBytes(), first);
        CommitMark mark = new CommitMark(store.durability(), first - 1);
        GroupCommit run = new GroupCommit(part, store, log, mark);
        StoreWriter.Parts parts = new StoreWriter.Parts(
                store,
                log,
                new SeenCache(1, Duration.ofMinutes(1), Ticker.systemTicker()),
                mark,
                new PositionBook(),
                run.counters);
        MessageStore.Retention retention = new MessageStore.Retention(
                config.store().retentionAge().toMillis(), config.store().retentionBytes());
        StoreWriter.Limits limits =
                new StoreWriter.Limits(config.store().maxBatchMessages(), MAX_BATCH_BYTES, retention);
        StoreWriter writer = StoreWriter.start(parts, limits, (able, why) -> {});
        try {
            int warmup = plan.warmupMessages();
            run.store(messages.subList(0, warmup));
            return run.measure(messages.subList(warmup, messages.size()));
        } finally {
            writer.close();
        }
    }

    /** What a clock said, and how much of the processor some threads had used by then. */
    private record Reading(long nanos, long writerCpu, long checkpointCpu, long commits) {
        Reading since(Reading before) {
            return new Reading(
                    nanos - before.nanos,
                    writerCpu - before.writerCpu,
                    checkpointCpu - before.checkpointCpu,
                    commits - before.commits);
        }
    }

    private List<Figure> measure(List<VerifiedMessage> messages) throws RunException {
        Histogram commits = store.commitNanos();
        commits.reset();
        Reading before = read();
        store(messages);
        Reading took = read().since(before);
        int count = messages.size();
        double seconds = took.nanos() / 1e9;
        return List.of(
                figure("messages/s", "%,.0f", count / seconds).withGoal(new Goal.AtLeast(25_000)),
                figure("CPU of the writer, µs a message", "%.1f", took.writerCpu() / 1e3 / count),
                figure("CPU of the checkpoints, µs a message", "%.1f", took.checkpointCpu() / 1e3 / count),
                figure("messages a commit", "%,.0f", (double) count / took.commits()),
                figure("commit p50, ms", "%.1f", commits.getValueAtPercentile(50) / 1e6),
                figure("commit p99, ms", "%.1f", commits.getValueAtPercentile(99) / 1e6),
                figure("longest commit, ms", "%.1f", commits.getMaxValue() / 1e6));
    }

    private Figure figure(String title, String pattern, double value) {
        return Figure.of(part, title, pattern, value);
    }

    private Reading read() {
        return new Reading(
                System.nanoTime(),
                THREADS.getThreadCpuTime(store.writerThread()),
                checkpointCpu(),
                counters.count(Storage.COMMITS));
    }

    /** Those of a store that has any; a store makes its threads itself, so they are known by name. */
    private static long checkpointCpu() {
        long nanos = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(CHECKPOINTS)) {
                nanos += Math.max(0, THREADS.getThreadCpuTime(thread.threadId()));
            }
        }
        return nanos;
    }

    /** Publishes all of them, and returns when they are durable. */
    private void store(List<VerifiedMessage> messages) throws RunException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long position = 0;
        for (VerifiedMessage message : messages) {
            position = claim(message.membersLength(), deadline);
            log.publish(FreshMessages.at(position, message));
        }
        while (mark.position() < position) {
            pause(deadline);
        }
    }

    private long claim(int bytes, long deadline) throws RunException {
        long position = log.tryClaim(bytes);
        while (position == MessageLog.FULL) {
            pause(deadline);
            position = log.tryClaim(bytes);
        }
        return position;
    }

    private void pause(long deadline) throws RunException {
        if (System.nanoTime() - deadline > 0) {
            throw new RunException(part + ": not stored within " + PATIENCE.toMinutes() + " min, "
                    + counters.count(Storage.FAILURES) + " failures of the store");
        }
        LockSupport.parkNanos(RETRY.toNanos());
    }
}
