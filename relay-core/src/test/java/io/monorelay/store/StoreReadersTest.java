package io.monorelay.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class StoreReadersTest {
    private final MemoryStore store = new MemoryStore(1 << 20, InstantSource.system());
    private final StoreReaders readers = new StoreReaders(store, 1, 2);
    private final BlockingQueue<Runnable> owner = new LinkedBlockingQueue<>();
    private final CountDownLatch slow = new CountDownLatch(1);
    private int slowOnes;

    @AfterEach
    void close() {
        slow.countDown();
        readers.close();
    }

    @Test
    void theAnswerComesOnTheOwner() throws InterruptedException {
        Recorded<Long> answer = new Recorded<>();

        readers.ask(MessageStore::newestPosition, owner::add, answer);
        assertThat(answer.value).isNull();
        runNext();

        assertThat(answer.value).isZero();
        assertThat(answer.failure).isNull();
    }

    @Test
    void aFailureOfTheStoreIsAnAnswer() throws InterruptedException {
        Recorded<Long> answer = new Recorded<>();

        readers.ask(
                asked -> {
                    throw new StoreException("the disk is gone");
                },
                owner::add,
                answer);
        runNext();

        assertThat(answer.failure).hasMessage("the disk is gone");
    }

    @Test
    void aFaultOfTheQuestionIsAnAnswerTooAndTheThreadGoesOn() throws InterruptedException {
        Recorded<Long> answer = new Recorded<>();
        Recorded<Long> next = new Recorded<>();

        readers.ask(
                asked -> {
                    throw new IllegalStateException("a bug");
                },
                owner::add,
                answer);
        readers.ask(MessageStore::newestPosition, owner::add, next);
        runNext();
        runNext();

        assertThat(answer.failure).hasRootCauseMessage("a bug");
        assertThat(next.value).isZero();
    }

    @Test
    void oneMoreThanMayWaitIsToldSoAndNotWithinTheCall() throws InterruptedException {
        Recorded<Long> tooMany = new Recorded<>();
        askSlowly();
        askSlowly();
        askSlowly();

        readers.ask(MessageStore::newestPosition, owner::add, tooMany);
        assertThat(tooMany.failure).isNull();
        runNext();

        assertThat(tooMany.failure).hasMessage("too many questions wait for the store");
    }

    /** Returns when the question is being asked, or waits in the queue. */
    private void askSlowly() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(slowOnes == 0 ? 1 : 0);
        slowOnes++;
        readers.ask(
                any -> {
                    asked.countDown();
                    awaitSlow();
                    return 0L;
                },
                owner::add,
                new Recorded<Long>());
        asked.await();
    }

    private void awaitSlow() {
        try {
            slow.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatIsAskedAfterTheEndIsRefused() throws InterruptedException {
        Recorded<Long> late = new Recorded<>();
        readers.close();

        readers.ask(MessageStore::newestPosition, owner::add, late);
        runNext();

        assertThat(late.failure).hasMessage("the store is closing");
    }

    @Test
    void whatWasAskedBeforeTheEndIsAnswered() {
        Recorded<Long> answer = new Recorded<>();
        readers.ask(MessageStore::newestPosition, owner::add, answer);

        readers.close();

        assertThat(owner).hasSize(1);
    }

    @Test
    void anOwnerThatHasShutDownDisturbsNobody() throws InterruptedException {
        Recorded<Long> next = new Recorded<>();
        readers.ask(
                MessageStore::newestPosition,
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                new Recorded<Long>());

        readers.ask(MessageStore::newestPosition, owner::add, next);
        runNext();

        assertThat(next.value).isZero();
    }

    private void runNext() throws InterruptedException {
        Runnable task = owner.poll(10, TimeUnit.SECONDS);
        assertThat(task).isNotNull();
        task.run();
    }

    private static final class Recorded<T> implements StoreReaders.Answer<T> {
        private @Nullable T value;
        private @Nullable StoreException failure;

        @Override
        public void onAnswer(T answer) {
            value = answer;
        }

        @Override
        public void onFailure(StoreException why) {
            failure = why;
        }
    }
}
