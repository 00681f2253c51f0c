package io.monorelay.store;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads that ask the store, which may block, for those who must not. Any thread may ask; as many questions wait
 * as was said, and one more is answered with a failure.
 */
public final class StoreReaders implements AutoCloseable {
    /** What is asked of the store, on a thread that may block. */
    public interface Question<T extends @Nullable Object> {
        T ask(MessageStore store) throws StoreException;
    }

    /** Takes what came of it, on the thread of whoever asked: one of the two, once. */
    public interface Answer<T extends @Nullable Object> {
        void onAnswer(T value);

        void onFailure(StoreException failure);
    }

    private static final Logger LOG = LoggerFactory.getLogger(StoreReaders.class);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    private final MessageStore store;
    private final ExecutorService threads;

    /**
     * @param threadCount how many questions are put to the store at a time
     * @param maxWaiting how many more wait for their turn at most
     */
    public StoreReaders(MessageStore store, int threadCount, int maxWaiting) {
        this(
                store,
                new ThreadPoolExecutor(
                        threadCount, threadCount, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting), named()));
    }

    /** @param threads put the questions to the store, reject what is too many, and end with this */
    public StoreReaders(MessageStore store, ExecutorService threads) {
        this.store = store;
        this.threads = threads;
    }

    private static ThreadFactory named() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "relay-store-reader-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Asks the store. Never answers before it returns; an owner that has shut down by then gets no answer.
     *
     * @param owner runs the answer
     */
    public <T extends @Nullable Object> void ask(Question<T> question, Executor owner, Answer<T> answer) {
        try {
            threads.execute(() -> askNow(question, owner, answer));
        } catch (RejectedExecutionException full) {
            String why = threads.isShutdown() ? "the store is closing" : "too many questions wait for the store";
            tell(owner, () -> answer.onFailure(new StoreException(why, full)));
        }
    }

    /** A fault of ours is an answer too: nobody waits for ever. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    private <T extends @Nullable Object> void askNow(Question<T> question, Executor owner, Answer<T> answer) {
        try {
            T value = question.ask(store);
            tell(owner, () -> answer.onAnswer(value));
        } catch (StoreException failure) {
            tell(owner, () -> answer.onFailure(failure));
        } catch (RuntimeException | OutOfMemoryError fault) {
            LOG.error("a question to the store failed", fault);
            tell(owner, () -> answer.onFailure(new StoreException("a fault of the relay", fault)));
        }
    }

    private static void tell(Executor owner, Runnable answer) {
        try {
            owner.execute(answer);
        } catch (RejectedExecutionException ownerHasShutDown) {
            // Nobody is left to be told.
        }
    }

    /** Answers what was asked, within two seconds, and ends. The store stays open. Blocks. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException hurry) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
