package io.monorelay.log;

import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small ring, more threads than processors, and readers that park whenever they can. */
@Timeout(30)
final class MessageLogThreadsTest {
    private static final int PRODUCERS = 3;
    private static final int MESSAGES_EACH = 30_000;
    private static final int READERS = 2;
    private static final int ABANDON_EVERY = 7;

    private final VerifiedMessage message = verified("the same for all");
    private final MessageLog log = new MessageLog(16, 8L * message.membersLength());

    @Test
    void allReadersSeeAllMessagesInOneOrderAndNothingStays() throws Exception {
        List<ReadingThread> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            readers.add(new ReadingThread());
        }
        List<Callable<Long>> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(this::produce);
        }

        long expectedSum = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS)) {
            for (Future<Long> sum : threads.invokeAll(producers)) {
                expectedSum += sum.get();
            }
        }

        for (ReadingThread reader : readers) {
            assertThat(reader.atEnd.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(reader.sum).as("sum of the positions read").isEqualTo(expectedSum);
            assertThat(reader.outOfOrder).isFalse();
            reader.owner.shutdownNow();
        }
        assertThat(log.heldBytes()).isZero();
        for (int slot = 0; slot < 16; slot++) {
            assertThat(log.messageAt(slot)).isNull();
        }
    }

    /** Publishes its messages as soon as there is room for each; returns the sum of their positions. */
    private long produce() {
        long sum = 0;
        for (int i = 0; i < MESSAGES_EACH; i++) {
            long position = claim();
            if (i % ABANDON_EVERY == 0) {
                log.abandon(position);
            } else {
                log.publish(new FreshMessage(message, position, Origin.NONE));
                sum += position;
            }
        }
        return sum;
    }

    private long claim() {
        long position = log.tryClaim(message.membersLength());
        while (position == MessageLog.FULL) {
            Thread.yield();
            position = log.tryClaim(message.membersLength());
        }
        return position;
    }

    private final class ReadingThread {
        final ExecutorService owner = Executors.newSingleThreadExecutor();
        final CountDownLatch atEnd = new CountDownLatch(1);
        private final LogReader reader = log.addReader(owner, this::onMessages);
        private long last;
        volatile long sum;
        volatile boolean outOfOrder;

        private void onMessages() {
            do {
                reader.read(this::take);
            } while (!reader.park());
            // A reader may be woken once more for what it has read already, and come here twice.
            if (reader.position() == PRODUCERS * MESSAGES_EACH) {
                atEnd.countDown();
            }
        }

        private boolean take(FreshMessage fresh) {
            outOfOrder |= fresh.position() <= last;
            last = fresh.position();
            sum += last;
            return last % 5 != 0;
        }
    }
}
