package io.monorelay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.Storage;
import io.monorelay.store.MessageStore.Retention;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StoreWriterTest {
    private static final int SLOTS = 64;

    @Test
    void whatIsPublishedIsStoredAndThenTheMarkMovesAndTheSlotsAreFree() throws StoreException {
        try (StoreWorld world = new StoreWorld(SLOTS)) {
            for (int i = 0; i < 3 * SLOTS; i++) {
                FreshMessage message = world.publish("message " + i);
                assertThat(message.position()).isEqualTo(i + 1);
                if (message.position() % SLOTS == 0) {
                    await().until(() -> world.log.heldBytes() == 0);
                }
            }
            assertThat(world.mark.position()).isEqualTo(3 * SLOTS);
            assertThat(world.memory.newestPosition()).isEqualTo(3 * SLOTS);
            assertThat(world.count(Storage.STORED)).isEqualTo(3 * SLOTS);
        }
    }

    @Test
    void whatComesDuringACommitGoesIntoTheNextOneTogether() throws StoreException {
        try (StoreWorld world = new StoreWorld(SLOTS)) {
            world.store.hold();
            world.publish("first");
            await().until(() -> world.log.heldBytes() > 0);
            for (int i = 0; i < 20; i++) {
                world.publish("later " + i);
            }
            world.store.letGo();
            await().until(() -> world.mark.position() == 21);

            assertThat(world.store.appends()).hasSizeLessThanOrEqualTo(2);
            assertThat(world.count(Storage.COMMITS))
                    .isEqualTo(world.store.appends().size());
        }
    }

    @Test
    void nothingIsDurableBeforeItIsStored() throws StoreException {
        try (StoreWorld world = new StoreWorld(SLOTS)) {
            world.store.hold();
            FreshMessage message = world.publish("a");

            assertThat(world.mark.position()).isZero();
            world.store.letGo();
            await().until(() -> world.mark.position() == message.position());
            assertThat(world.memory.find(message.message().id())).isNotNull();
        }
    }

    @Test
    void aLogOfEmptyPositionsMovesTheMarkToo() throws StoreException {
        try (StoreWorld world = new StoreWorld(SLOTS)) {
            world.log.abandon(world.log.tryClaim(1));
            await().until(() -> world.mark.position() == 1);
            assertThat(world.store.appends()).isEmpty();
        }
    }

    @Test
    void aStoreThatFailsIsTriedAgainWithTheSameMessagesUntilItWorks() throws StoreException {
        try (StoreWorld world = new StoreWorld(SLOTS)) {
            world.store.fail("the disk is full");
            List<FreshMessage> published = new ArrayList<>();
            for (int i = 0; i < SLOTS; i++) {
                published.add(world.publish("message " + i));
            }
            assertThat(world.log.tryClaim(1)).as("the ring is full").isEqualTo(MessageLog.FULL);
            await().until(() -> world.store.failures() >= 2);
            assertThat(world.mark.position()).isZero();
            assertThat(world.said).as("once, however often it fails").containsExactly("the disk is full");

            world.store.work();
            await().until(() -> world.mark.position() == SLOTS);

            assertThat(published)
                    .allSatisfy(message -> assertThat(
                                    world.memory.find(message.message().id()))
                            .isNotNull());
            assertThat(world.count(Storage.STORED)).isEqualTo(SLOTS);
            assertThat(world.count(Storage.FAILURES)).isGreaterThanOrEqualTo(2);
            await().until(() -> world.said.equals(List.of("the disk is full", "able")));
            await().until(() -> world.log.heldBytes() == 0);
            assertThat(world.publish("the ring has room again").position()).isEqualTo(SLOTS + 1);
        }
    }

    @Test
    void aFaultOfTheProgramIsSurvivedLikeOneOfTheStore() throws StoreException {
        try (StoreWorld world = new StoreWorld(SLOTS)) {
            world.store.breakDown();
            world.publish("a");
            await().until(() -> world.said.size() == 1);
            assertThat(world.said.get(0)).contains("fault of the relay").contains("broken");

            world.store.work();
            await().until(() -> world.mark.position() == 1);
        }
    }

    @Test
    void aStoreThatIsAwayIsNoticedWithoutAMessageAndSoIsItsReturn() throws StoreException {
        try (StoreWorld world = new StoreWorld(SLOTS)) {
            world.store.fail("the database is away");
            await().until(() -> world.said.equals(List.of("the database is away")));

            world.store.work();
            await().until(() -> world.said.equals(List.of("the database is away", "able")));
        }
    }

    @Test
    void aMessageThatTheStoreHadBeforeIsKnownByItsEarlierPosition() throws StoreException {
        MemoryStore memory = new MemoryStore(1 << 20, InstantSource.system());
        long first;
        try (StoreWorld before = new StoreWorld(SLOTS, memory, StoreWorld.FOREVER)) {
            first = before.publish("a").position();
            await().until(() -> before.mark.position() == first);
        }
        try (StoreWorld after = new StoreWorld(SLOTS, memory, StoreWorld.FOREVER)) {
            FreshMessage other = after.publish("b");
            FreshMessage again = after.publish("a");
            await().until(() -> after.mark.position() >= again.position());

            assertThat(again.position()).isGreaterThan(first);
            assertThat(again.storedAt()).isEqualTo(first);
            assertThat(after.seen.positionOf(again.message().id())).isEqualTo(first);
            assertThat(other.storedAt()).isEqualTo(other.position());
            assertThat(after.count(Storage.DUPLICATES_FOUND)).isEqualTo(1);
        }
    }

    @Test
    void positionsAreReservedBeforeTheyCanBeGivenOut() throws StoreException {
        MemoryStore memory = new MemoryStore(1 << 20, InstantSource.system());
        long last;
        try (StoreWorld before = new StoreWorld(SLOTS, memory, StoreWorld.FOREVER)) {
            assertThat(memory.reservedThrough()).isGreaterThanOrEqualTo(SLOTS);
            last = before.publish("a").position();
        }
        try (StoreWorld after = new StoreWorld(SLOTS, memory, StoreWorld.FOREVER)) {
            assertThat(after.publish("b").position()).isGreaterThan(last + SLOTS);
        }
    }

    @Test
    void aReservationIsExtendedLongBeforeItIsUsedUpAndNotEachTime() throws StoreException {
        MemoryStore memory = new MemoryStore(1 << 20, InstantSource.system());
        Reservation reservation = new Reservation(memory, SLOTS);
        reservation.extendFor(0);
        long block = memory.reservedThrough();
        assertThat(block).isGreaterThanOrEqualTo(Reservation.BLOCK);

        reservation.extendFor(100_000);
        assertThat(memory.reservedThrough()).isEqualTo(block);

        for (long passed = 0; passed < 5 * Reservation.BLOCK; passed += 9_999) {
            reservation.extendFor(passed);
            assertThat(memory.reservedThrough()).isGreaterThan(passed + SLOTS + Reservation.BLOCK / 2 - 1);
        }
    }

    @Test
    void withoutAReservationNothingIsPassed() throws StoreException {
        try (StoreWorld world = new StoreWorld(SLOTS)) {
            world.store.fail("read-only");
            world.publish("a");
            await().until(() -> world.store.failures() > 0);
            assertThat(world.mark.position()).isZero();
        }
    }

    @Test
    void retentionKeepsPaceWithWhatIsStored() throws StoreException {
        int kept = 200;
        long size = MemoryStore.BYTES_BESIDE_TEXT
                + (long) SignedMessages.verified("message 0000").membersLength();
        MemoryStore memory = new MemoryStore(1 << 26, InstantSource.system());
        Retention retention = new Retention(Duration.ofDays(1).toMillis(), kept * size);
        try (StoreWorld world = new StoreWorld(1024, memory, retention)) {
            for (int i = 0; i < 1000; i++) {
                world.publish(String.format("message %04d", i));
            }
            await().until(() -> world.mark.position() == 1000);
            await().until(() -> world.count(Storage.REMOVED) >= 1000 - kept);

            Page page = memory.read(new HistoryQuery(0, 1000, 1000, 1 << 26, Selection.BROADCASTS));
            assertThat(page.messages().size()).isBetween(kept - 10, kept);
            assertThat(page.removedThrough()).isEqualTo(1000 - page.messages().size());
        }
    }

    @Test
    void positionsOfNodesReachTheStoreWithinSecondsAndAtTheEnd() throws StoreException {
        StoreWorld world = new StoreWorld(SLOTS);
        world.positions.processed(SignedMessages.key(1), 7);
        await().until(() ->
                world.memory.rememberedPosition(SignedMessages.key(1)).isPresent());

        world.positions.processed(SignedMessages.key(2), 8);
        world.close();
        assertThat(world.memory.rememberedPosition(SignedMessages.key(2))).hasValue(8);
    }

    @Test
    void theEndComesWhenEverythingIsStored() throws StoreException {
        StoreWorld world = new StoreWorld(1024);
        for (int i = 0; i < 500; i++) {
            world.publish("message " + i);
        }
        world.close();

        assertThat(world.memory.newestPosition()).isEqualTo(500);
        assertThat(world.mark.position()).isEqualTo(500);
    }

    @Test
    void theEndComesAlsoWhenTheStoreDoesNotWork() throws StoreException {
        StoreWorld world = new StoreWorld(SLOTS);
        world.store.fail("gone");
        world.publish("a");

        world.writer.close();

        assertThat(world.mark.position())
                .as("nobody was told that it was stored")
                .isZero();
    }
}
