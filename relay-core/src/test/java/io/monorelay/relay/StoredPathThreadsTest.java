package io.monorelay.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import io.monorelay.relay.Receipt.Acknowledged;
import io.monorelay.relay.Receipt.Refused;
import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.FaultyStore;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.MessageStore.Retention;
import io.monorelay.store.Page;
import io.monorelay.store.PositionBook;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreWriter;
import io.monorelay.store.StoredMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Publishers on several loops, each with a queue of its own, over one small log with a real writer and a store that
 * fails now and then: who is told what, when, and in which order.
 */
@Timeout(120)
final class StoredPathThreadsTest {
    private static final int LOOPS = 3;
    private static final int SLOTS = 32;
    private static final int TEXTS = 150;
    private static final int MESSAGES_EACH = 400;
    private static final int RETRY_MILLIS = 5;
    private static final DecodedMessage[] MESSAGES = new DecodedMessage[TEXTS];

    static {
        Arrays.setAll(MESSAGES, i -> SignedMessages.decoded("message " + i));
    }

    private final long seed = new Random().nextLong();
    private final MemoryStore memory = new MemoryStore(1 << 26, InstantSource.system());
    private final FaultyStore store = new FaultyStore(memory);
    private final MessageLog log = new MessageLog(SLOTS, 1 << 20);
    private final SeenCache seen = new SeenCache(1000, Duration.ofHours(1), Ticker.disabledTicker());
    private final CommitMark mark = new CommitMark(memory.durability(), 0);
    private final RelayMetrics metrics = new RelayMetrics();
    private final MessagePath path = new MessagePath(
            new TimeWindow(Duration.ofMinutes(10), InstantSource.fixed(SignedMessages.TIME)),
            SignedMessages.VERIFIER,
            seen,
            log,
            new KeyDirectory(),
            metrics);
    private final List<Loop> loops = new ArrayList<>();
    private StoreWriter writer;

    @BeforeEach
    void start() throws StoreException {
        store.reserve(SLOTS);
        writer = StoreWriter.start(
                new StoreWriter.Parts(store, log, seen, mark, new PositionBook(), metrics.storage()),
                new StoreWriter.Limits(
                        10, 1 << 16, new Retention(Duration.ofDays(1).toMillis(), 1 << 26)),
                (able, why) -> {});
        for (int i = 0; i < LOOPS; i++) {
            loops.add(new Loop(new Random(seed + i)));
        }
    }

    @AfterEach
    void end() {
        store.work();
        loops.forEach(loop -> loop.thread.shutdownNow());
        writer.close();
    }

    @Test
    void whoeverIsToldThatAMessageIsStoredFindsItThereAtThatPosition() {
        Random faults = new Random(~seed);
        loops.forEach(Loop::go);
        while (loops.stream().anyMatch(loop -> loop.published < MESSAGES_EACH)) {
            if (faults.nextInt(4) == 0) {
                store.fail("as the seed will have it");
            } else {
                store.work();
            }
            pause(faults.nextInt(20));
        }
        store.work();
        await().atMost(Duration.ofSeconds(60)).until(() -> loops.stream().allMatch(Loop::isAnswered));

        assertThat(loops).as("seed %d", seed).allSatisfy(loop -> {
            assertThat(loop.wrong).isEmpty();
            assertThat(loop.acknowledged).isSortedAccordingTo(Long::compare);
        });
        assertEachIsStoredOnce();
    }

    /** What passes between two decisions of the test's, which are about the store and not about what is expected. */
    private static void pause(int millis) {
        CountDownLatch never = new CountDownLatch(1);
        try {
            never.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private void assertEachIsStoredOnce() {
        Page page = memory.read(new HistoryQuery(0, mark.position(), 10_000, 1 << 26, Selection.BROADCASTS));
        Set<MessageId> acknowledged = new HashSet<>();
        loops.forEach(loop -> acknowledged.addAll(loop.ids));

        assertThat(page.messages())
                .as("seed %d", seed)
                .extracting(StoredMessage::id)
                .containsExactlyInAnyOrderElementsOf(acknowledged);
    }

    /** An event loop that publishes one of a few messages at random, as soon as it has published the last. */
    private final class Loop {
        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        private final CommitQueue commits = mark.newQueue(thread);
        private final Random random;

        // any thread reads these when the loop has come to its end
        private final List<String> wrong = new ArrayList<>();
        private final List<Long> acknowledged = new ArrayList<>();
        private final Set<MessageId> ids = new HashSet<>();
        private volatile int published;
        private volatile int answered;

        Loop(Random random) {
            this.random = random;
        }

        void go() {
            thread.execute(this::publishNext);
        }

        boolean isAnswered() {
            return published == MESSAGES_EACH && answered == MESSAGES_EACH;
        }

        private void publishNext() {
            OneMessage message = new OneMessage(this);
            path.publish(MESSAGES[random.nextInt(TEXTS)], message);
            if (message.refused) {
                thread.schedule(this::publishNext, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            } else if (++published < MESSAGES_EACH) {
                go();
            }
        }

        private void onAcknowledged(Acknowledged answer, long appended) {
            answered++;
            ids.add(answer.id());
            StoredMessage stored = memory.find(answer.id());
            if (stored == null || stored.position() != answer.position()) {
                wrong.add(answer + ", but the store has " + stored);
            }
            if (answer.position() > mark.position() || answer.duplicate() != (appended == 0)) {
                wrong.add(answer + " at mark " + mark.position() + ", appended " + appended);
            }
            if (appended != 0) {
                acknowledged.add(answer.position());
            }
        }
    }

    private static final class OneMessage implements Publisher {
        private final Loop loop;
        private long appended;
        private boolean refused;

        OneMessage(Loop loop) {
            this.loop = loop;
        }

        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public CommitQueue commits() {
            return loop.commits;
        }

        @Override
        public void onAppended(FreshMessage message) {
            appended = message.position();
        }

        @Override
        public void onReceipt(Receipt receipt) {
            switch (receipt) {
                case Acknowledged answer -> loop.onAcknowledged(answer, appended);
                case Refused answer -> {
                    refused = true;
                    if (answer.fault() != Fault.LOG_FULL || appended != 0) {
                        loop.wrong.add(answer + ", appended " + appended);
                    }
                }
            }
        }
    }
}
