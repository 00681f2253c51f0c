package io.monorelay.store;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Durations;
import io.monorelay.metrics.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log to the store: a reader of the log with a thread of its own. What was published since the last commit
 * is stored as a whole; then the mark moves, which lets the acknowledgements go; then the reader passes, which frees
 * the log's slots. While the store fails nothing is passed, so the log fills and publishers are told to try again.
 *
 * <p>Pacing: a message after a quiet spell is stored at once. After a commit the next one waits for {@value
 * #PACE_FACTOR} times as long as the last one took, at least 1 ms and at most 8 ms, unless many messages wait: so that a
 * busy relay stores more messages with each commit instead of committing more often.
 *
 * <p>All methods may be called on any thread but that of the writer.
 */
public final class StoreWriter implements AutoCloseable {
    /** Told on the writer's thread whether messages can be stored, when that changes. */
    public interface Listener {
        /**
         * From now on messages can be stored, or cannot.
         *
         * @param why what the store says, when it cannot
         */
        void onStoring(boolean able, String why);
    }

    /**
     * How much at a time, and how much in all.
     *
     * @param maxBatchMessages how many messages are stored in one go at most
     * @param maxBatchBytes after so many bytes of them no more are added
     */
    public record Limits(int maxBatchMessages, int maxBatchBytes, MessageStore.Retention retention) {}

    /**
     * What the writer works with.
     *
     * @param log whose first position came from {@link #firstPosition}, and which has no message yet
     * @param mark that stands before that position
     */
    public record Parts(
            MessageStore store,
            MessageLog log,
            SeenCache seen,
            CommitMark mark,
            PositionBook positions,
            Counters<Storage> counters) {}

    /** So many messages that wait are stored without waiting for more. */
    static final int MANY_MESSAGES = 512;

    private static final int PACE_FACTOR = 16;
    private static final long MIN_PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MAX_PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
    private static final long FIRST_BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MAX_BACK_OFF_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);

    // fixed after construction
    private final Parts parts;
    private final Limits limits;
    private final Listener listener;
    private final Thread thread = new Thread(this::run, "relay-store");
    private final LogReader reader;
    private final Reservation reservation;
    private final Housekeeping housekeeping;

    // owned by the writer's thread
    private final List<FreshMessage> batch = new ArrayList<>();
    private long batchBytes;
    private long batchEnd;
    private long notBefore = System.nanoTime();
    private long backOffNanos = FIRST_BACK_OFF_NANOS;
    private boolean able = true;
    private boolean housekeepingFails;

    // any thread
    private final Durations commitTimes = new Durations();
    private volatile boolean closing;

    /**
     * The position that a log of so many slots is to start at. From then on those that it may need at first are
     * reserved. Blocks.
     */
    public static long firstPosition(MessageStore store, int slots) throws StoreException {
        long before = store.reservedThrough();
        new Reservation(store, slots).extendFor(before);
        return before + 1;
    }

    /** Starts to write. Blocks for as long as the store needs to be asked where it stands. */
    public static StoreWriter start(Parts parts, Limits limits, Listener listener) throws StoreException {
        StoreWriter writer = new StoreWriter(parts, limits, listener);
        writer.thread.start();
        return writer;
    }

    private StoreWriter(Parts parts, Limits limits, Listener listener) throws StoreException {
        this.parts = parts;
        this.limits = limits;
        this.listener = listener;
        reservation = new Reservation(parts.store(), parts.log().slots());
        housekeeping = new Housekeeping(
                parts.store(), limits.retention(), parts.positions(), parts.counters(), System.nanoTime());
        // A parked reader is woken by waking its thread, which then looks for itself.
        reader = parts.log().addReader(task -> LockSupport.unpark(thread), () -> {});
        batchEnd = reader.position();
    }

    /** How long each commit took. */
    public Durations commitTimes() {
        return commitTimes;
    }

    /** How many messages of the log are to be stored yet. */
    public long lag() {
        return parts.log().lastPosition() - reader.position();
    }

    private void run() {
        while (!closing) {
            survive(this::turn);
        }
        survive(this::finish);
    }

    /** Whatever goes wrong, the messages are still there and are tried again. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void survive(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error fault) {
            if (able) {
                LOG.error("a fault of the relay, not of the store", fault);
            }
            onFailure(new StoreException("a fault of the relay: " + fault, fault));
        }
    }

    private void turn() {
        awaitWork();
        if (paceIsOver()) {
            commitNext();
            keepHouse();
        }
    }

    // waiting

    /** Returns when there is a message, when it is time for other work, when it is closing, or for no reason. */
    private void awaitWork() {
        long wait = housekeeping.nanosToNext(System.nanoTime());
        if (!hasBatch() && wait > 0 && reader.park() && !closing) {
            LockSupport.parkNanos(wait);
        }
    }

    private boolean hasBatch() {
        return batchEnd != reader.position();
    }

    /** Waits until the next commit may be; false when it was woken before, because it is closing or for no reason. */
    private boolean paceIsOver() {
        long wait = notBefore - System.nanoTime();
        if (wait <= 0 || (able && lag() >= MANY_MESSAGES)) {
            return true;
        }
        if (!closing) {
            LockSupport.parkNanos(wait);
        }
        return notBefore - System.nanoTime() <= 0;
    }

    // committing

    /** Stores what waits. What could not be stored the last time is stored now, or nothing is. */
    private void commitNext() {
        if (!hasBatch()) {
            batch.clear();
            batchBytes = 0;
            batchEnd = reader.scan(this::take);
        }
        if (hasBatch()) {
            commit();
        }
    }

    private boolean take(FreshMessage message) {
        batch.add(message);
        batchBytes += message.message().membersLength();
        return batch.size() < limits.maxBatchMessages() && batchBytes < limits.maxBatchBytes();
    }

    private void commit() {
        long start = System.nanoTime();
        try {
            reservation.extendFor(batchEnd);
            if (!batch.isEmpty()) {
                noteDuplicates(parts.store().append(batch));
            }
        } catch (StoreException failure) {
            onFailure(failure);
            return;
        }
        long end = System.nanoTime();
        commitTimes.record(end - start);
        notBefore = end + Math.clamp((end - start) * PACE_FACTOR, MIN_PACE_NANOS, MAX_PACE_NANOS);
        onStored();
    }

    private void noteDuplicates(List<MessageStore.Duplicate> duplicates) {
        parts.counters().add(Storage.STORED, batch.size() - duplicates.size());
        parts.counters().add(Storage.DUPLICATES_FOUND, duplicates.size());
        parts.counters().increment(Storage.COMMITS);
        if (duplicates.isEmpty()) {
            return;
        }
        Map<Long, Long> earlier = new HashMap<>();
        duplicates.forEach(duplicate -> earlier.put(duplicate.position(), duplicate.earlier()));
        for (FreshMessage message : batch) {
            Long position = earlier.get(message.position());
            if (position != null) {
                message.storedBefore(position);
                parts.seen().correct(message.message().id(), position);
            }
        }
    }

    private void onStored() {
        parts.mark().advanceTo(batchEnd);
        reader.passTo(batchEnd);
        housekeeping.onStored(batch.size());
        batch.clear();
        backOffNanos = FIRST_BACK_OFF_NANOS;
        nowAble();
    }

    private void onFailure(StoreException failure) {
        parts.counters().increment(Storage.FAILURES);
        notBefore = System.nanoTime() + backOffNanos;
        backOffNanos = Math.min(backOffNanos * 2, MAX_BACK_OFF_NANOS);
        notAble(failure);
    }

    private void nowAble() {
        if (!able) {
            able = true;
            LOG.info("the store works again");
            listener.onStoring(true, "");
        }
    }

    private void notAble(StoreException failure) {
        if (able) {
            able = false;
            LOG.error("messages cannot be stored, trying again: {}", failure.getMessage());
            LOG.debug("this is what failed", failure);
            listener.onStoring(false, String.valueOf(failure.getMessage()));
        }
    }

    // keeping house

    /** While messages wait it is their storing that tells whether the store works, and while none do it is this. */
    private void keepHouse() {
        long now = System.nanoTime();
        boolean idle = lag() == 0;
        if (!housekeeping.isDue(now, idle)) {
            return;
        }
        try {
            housekeeping.run(now, idle);
            housekeepingFails = false;
            if (!hasBatch()) {
                nowAble();
            }
        } catch (StoreException failure) {
            onHousekeepingFailure(failure, idle);
        }
    }

    private void onHousekeepingFailure(StoreException failure, boolean idle) {
        parts.counters().increment(Storage.FAILURES);
        if (idle) {
            notAble(failure);
        } else if (!housekeepingFails) {
            LOG.warn("retention and positions have to wait: {}", failure.getMessage());
        }
        housekeepingFails = true;
    }

    // ending

    /** Stores what the log still has, and gives up when that does not work within the grace time. */
    private void finish() {
        long deadline = System.nanoTime() + CLOSE_GRACE.toNanos();
        commitNext();
        while (lag() > 0 && deadline - System.nanoTime() > 0) {
            long before = reader.position();
            commitNext();
            if (reader.position() == before) {
                LockSupport.parkNanos(FIRST_BACK_OFF_NANOS);
            }
        }
        if (lag() > 0) {
            LOG.error("{} messages could not be stored; nobody was told that they were", lag());
        }
        try {
            parts.positions().flush(parts.store());
        } catch (StoreException failure) {
            LOG.warn("the latest positions of nodes could not be stored: {}", failure.getMessage());
        }
    }

    /**
     * Stores what the log has, then ends; to be called when nothing more is published. Returns within seconds even if
     * the store does not work. The store stays open. Blocks.
     */
    @Override
    @MayBlock
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(CLOSE_DEADLINE)) {
                LOG.error("the store did not come to an end within {} s", CLOSE_DEADLINE.toSeconds());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
