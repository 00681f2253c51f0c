package io.monorelay.refs;

import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the addresses of a {@link ReferenceBook} in a store. Every change of the book is saved soon after, on a thread of
 * its own, many changes at once; how the references behaved meanwhile is saved every half minute and on {@link #close}.
 * On the same thread the book forgets whom nobody hears from.
 */
public final class ReferenceKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceKeeper.class);
    private static final int RETRY_SECONDS = 5;
    private static final int SAVE_SECONDS = 30;
    private static final int CLOSE_TIMEOUT_SECONDS = 10;

    private final ReferenceStore store;
    private final ReferenceBook book;
    private final ScheduledExecutorService thread;
    private final AtomicBoolean saveIsDue = new AtomicBoolean();

    // owned by the thread
    private boolean isFailing;

    private ReferenceKeeper(ReferenceStore store, ReferenceBook book) {
        this.store = store;
        this.book = book;
        thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("relay-references").daemon().factory());
    }

    /**
     * Puts what the store has into the book, and from then on keeps the store as the book is. Blocks while it reads.
     *
     * @throws ReferenceStoreException if the store cannot be read; it stays as it is
     */
    public static ReferenceKeeper open(ReferenceStore store, ReferenceBook book) throws ReferenceStoreException {
        book.restore(store.load());
        ReferenceKeeper opened = new ReferenceKeeper(store, book);
        book.addListener(opened::onChanged);
        opened.thread.scheduleWithFixedDelay(opened::lookAfter, 0, SAVE_SECONDS, TimeUnit.SECONDS);
        return opened;
    }

    /** Saves a last time, and waits for that. Blocks. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> {
            save();
            // An attempt that is planned for later is dropped.
            thread.shutdownNow();
        });
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the references were not saved within {} s", CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAfter() {
        book.forgetTheSilent();
        save();
    }

    private void onChanged(URI changed) {
        LOG.debug("{} changed, the references are to be saved", changed);
        if (saveIsDue.compareAndSet(false, true)) {
            saveIn(0);
        }
    }

    private void saveIn(int seconds) {
        try {
            thread.schedule(this::save, seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("a change of the references came too late to be saved");
        }
    }

    private void save() {
        // Before the book is read: a change that comes later makes it due again.
        saveIsDue.set(false);
        try {
            store.save(book.http());
            isFailing = false;
        } catch (ReferenceStoreException failed) {
            onFailure(failed);
        }
    }

    private void onFailure(ReferenceStoreException failed) {
        if (!isFailing) {
            isFailing = true;
            LOG.warn("{}; it is tried again every {} s", failed.getMessage(), RETRY_SECONDS);
        }
        if (saveIsDue.compareAndSet(false, true)) {
            saveIn(RETRY_SECONDS);
        }
    }
}
