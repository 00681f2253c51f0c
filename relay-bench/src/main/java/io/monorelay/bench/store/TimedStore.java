package io.monorelay.bench.store;

import io.monorelay.log.FreshMessage;
import io.monorelay.store.ForwardingStore;
import io.monorelay.store.MessageStore;
import io.monorelay.store.StoreException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Another store with a clock at its commits. The times are read when nothing is written, after the mark has moved past
 * what was.
 */
final class TimedStore extends ForwardingStore {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    // owned by the writer
    private final Histogram commitNanos = new Histogram(LONGEST_NANOS, 3);

    // any thread
    private volatile long writerThread;

    TimedStore(MessageStore store) {
        super(store);
    }

    /** How long commits took. */
    Histogram commitNanos() {
        return commitNanos;
    }

    /** The id of the thread that commits. */
    long writerThread() {
        return writerThread;
    }

    @Override
    public List<Duplicate> append(List<FreshMessage> messages) throws StoreException {
        writerThread = Thread.currentThread().threadId();
        long start = System.nanoTime();
        List<Duplicate> duplicates = super.append(messages);
        commitNanos.recordValue(Math.min(System.nanoTime() - start, LONGEST_NANOS));
        return duplicates;
    }
}
