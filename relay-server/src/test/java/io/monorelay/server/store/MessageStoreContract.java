package io.monorelay.server.store;

import static io.monorelay.server.store.TestMessages.again;
import static io.monorelay.server.store.TestMessages.broadcast;
import static io.monorelay.server.store.TestMessages.broadcasts;
import static io.monorelay.server.store.TestMessages.key;
import static io.monorelay.server.store.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MessageStore;
import io.monorelay.store.MessageStore.Duplicate;
import io.monorelay.store.MessageStore.Retention;
import io.monorelay.store.Page;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store does. */
@Timeout(60)
abstract class MessageStoreContract {
    private static final Retention EVERYTHING = new Retention(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);
    private static final Retention NOTHING = new Retention(Long.MAX_VALUE / 2, 0);

    final SettableClock clock = new SettableClock();

    @SuppressWarnings("NullAway.Init")
    MessageStore store;

    /** A new store with nothing in it. */
    abstract MessageStore openNew() throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = openNew();
    }

    @AfterEach
    final void close() {
        store.close();
    }

    @Test
    void newStoreIsEmpty() throws StoreException {
        assertThat(store.newestPosition()).isZero();
        assertThat(store.reservedThrough()).isZero();
        assertThat(store.find(broadcast(1, "a").message().id())).isNull();
        assertThat(store.rememberedPosition(key(1))).isEmpty();
        assertThat(page(0, 1_000, Selection.BROADCASTS)).isEqualTo(new Page(List.of(), 1_000, true, 0));
    }

    @Test
    void whatWasAppendedIsReadInOrderAndByteForByte() throws StoreException {
        FreshMessage plain = broadcast(3, "plain ✓");
        FreshMessage compact = message(7, 2, null, "compact", Form.COMPACT);
        FreshMessage addressed = message(8, 2, key(9), "addressed", Form.MONOCHAIN);
        assertThat(store.append(List.of(plain, compact))).isEmpty();
        clock.pass(Duration.ofSeconds(1));
        assertThat(store.append(List.of(addressed))).isEmpty();

        List<StoredMessage> all = page(0, 8, Selection.missedBy(key(9))).messages();
        assertThat(all).extracting(StoredMessage::position).containsExactly(3L, 7L, 8L);
        assertIsStored(all.get(0), plain, clock.millis() - 1_000);
        assertIsStored(all.get(1), compact, clock.millis() - 1_000);
        assertIsStored(all.get(2), addressed, clock.millis());
        assertThat(store.newestPosition()).isEqualTo(8);
    }

    @Test
    void messageIsFoundByItsId() throws StoreException {
        FreshMessage addressed = message(5, 1, key(9), "for one", Form.MONOCHAIN);
        store.append(List.of(broadcast(4, "for all"), addressed));

        assertThat(store.positionOf(
                        addressed.message().id(), addressed.message().timeEpochSecond()))
                .hasValue(addressed.position());
        StoredMessage found = store.find(addressed.message().id());
        assertThat(found).isNotNull();
        assertIsStored(found, addressed, clock.millis());
        assertThat(store.find(broadcast(6, "never stored").message().id())).isNull();
        assertThat(store.positionOf(
                        broadcast(6, "never stored").message().id(),
                        addressed.message().timeEpochSecond()))
                .isEmpty();
    }

    @Test
    void duplicateIsNamedWithTheEarlierPositionAndNotStored() throws StoreException {
        FreshMessage first = broadcast(1, "first");
        store.append(List.of(first));

        List<Duplicate> duplicates =
                store.append(List.of(broadcast(2, "second"), again(3, first), broadcast(4, "fourth")));

        assertThat(duplicates).containsExactly(new Duplicate(3, 1));
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(1L, 2L, 4L);
        assertThat(find(first).position()).isEqualTo(1);
    }

    @Test
    void duplicateWithinOneGroupIsNamedToo() throws StoreException {
        FreshMessage first = broadcast(1, "first");

        assertThat(store.append(List.of(first, again(2, first)))).containsExactly(new Duplicate(2, 1));
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(1L);
    }

    @Test
    void groupThatWasStoredAlreadyMayBeRepeated() throws StoreException {
        List<FreshMessage> group = broadcasts(1, 5);
        store.append(group.subList(0, 3));

        assertThat(store.append(group)).isEmpty();
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void emptyGroupChangesNothing() throws StoreException {
        assertThat(store.append(List.of())).isEmpty();
        assertThat(store.newestPosition()).isZero();
    }

    @Test
    void reservationNeverGoesBack() throws StoreException {
        store.reserve(1_000_000);
        store.reserve(10);
        assertThat(store.reservedThrough()).isEqualTo(1_000_000);
        store.reserve(1_000_001);
        assertThat(store.reservedThrough()).isEqualTo(1_000_001);
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrRepeat() throws StoreException {
        store.append(broadcasts(1, 25));
        List<Long> read = new ArrayList<>();
        Page page = new Page(List.of(), 0, false, 0);
        while (!page.isEnd()) {
            page = store.read(new HistoryQuery(page.next(), 22, 4, 1 << 20, Selection.BROADCASTS));
            assertThat(page.messages()).hasSizeLessThanOrEqualTo(4);
            read.addAll(positions(page));
        }
        assertThat(read).hasSize(22).isSorted().startsWith(1L).endsWith(22L);
        assertThat(page.next()).isEqualTo(22);
    }

    @Test
    void pageEndsWithTheMessageThatReachesItsSize() throws StoreException {
        List<FreshMessage> messages = broadcasts(1, 10);
        store.append(messages);
        int twoAndABit = messages.get(0).message().membersLength() * 2 + 1;

        Page page = store.read(new HistoryQuery(0, 10, 100, twoAndABit, Selection.BROADCASTS));

        assertThat(positions(page)).containsExactly(1L, 2L, 3L);
        assertThat(page.next()).isEqualTo(3);
        assertThat(page.isEnd()).isFalse();
    }

    @Test
    void pageOfNothingNewIsAtItsEnd() throws StoreException {
        store.append(broadcasts(1, 3));
        assertThat(page(3, 3, Selection.BROADCASTS)).isEqualTo(new Page(List.of(), 3, true, 0));
        assertThat(page(7, 3, Selection.BROADCASTS)).isEqualTo(new Page(List.of(), 7, true, 0));
    }

    @Test
    void addressedMessageIsHandedToItsReceiverAlone() throws StoreException {
        store.append(List.of(
                broadcast(1, "for all"),
                message(2, 1, key(8), "for eight", Form.MONOCHAIN),
                message(3, 1, key(9), "for nine", Form.MONOCHAIN)));

        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(1L);
        assertThat(positions(page(0, 10, Selection.missedBy(key(9))))).containsExactly(1L, 3L);
        assertThat(positions(page(0, 10, Selection.addressedTo(key(8))))).containsExactly(2L);
        assertThat(positions(page(0, 10, Selection.missedBy(key(1))))).isEmpty();
        assertThat(positions(page(0, 10, new Selection(false, null, null, null))))
                .isEmpty();
    }

    @Test
    void whoIsTrustedWithWhatIsAddressedGetsItWhoeverItIsFor() throws StoreException {
        store.append(List.of(
                broadcast(1, "for all"),
                message(2, 1, key(8), "for eight", Form.MONOCHAIN),
                message(3, 2, key(9), "for nine", Form.MONOCHAIN)));

        assertThat(positions(page(0, 10, Selection.EVERYTHING))).containsExactly(1L, 2L, 3L);
        assertThat(positions(page(0, 10, Selection.signedBy(key(1))))).containsExactly(1L, 2L);
        assertThat(positions(page(0, 10, Selection.signedBy(key(2))))).containsExactly(3L);
    }

    @Test
    void everySelectionIsWhatItSaysOfItself() throws StoreException {
        List<FreshMessage> messages = new ArrayList<>();
        @Nullable NodeKey[] nobodyOrSome = {null, key(1), key(2)};
        for (int sender = 1; sender <= 3; sender++) {
            for (NodeKey receiver : nobodyOrSome) {
                int position = messages.size() + 1;
                messages.add(message(position, sender, receiver, "message " + position, Form.MONOCHAIN));
            }
        }
        store.append(messages);
        for (int which = 0; which < 4; which++) {
            for (NodeKey receiver : nobodyOrSome) {
                for (NodeKey from : nobodyOrSome) {
                    for (NodeKey notFrom : nobodyOrSome) {
                        assertSelects(messages, new Selection(which % 2 == 1, which >= 2, receiver, from, notFrom));
                    }
                }
            }
        }
    }

    private void assertSelects(List<FreshMessage> messages, Selection selection) throws StoreException {
        List<Long> expected = messages.stream()
                .filter(fresh -> selection.includes(MessageRows.stored(fresh, 0)))
                .map(FreshMessage::position)
                .toList();
        Page page = page(0, messages.size(), selection);
        assertThat(positions(page)).as(selection.toString()).isEqualTo(expected);
        assertThat(page.isEnd()).isTrue();
    }

    @Test
    void oldMessagesAreRemovedInStepsOldestFirst() throws StoreException {
        store.append(broadcasts(1, 5));
        clock.pass(Duration.ofHours(2));
        store.append(broadcasts(6, 5));
        Retention oneHour = new Retention(Duration.ofHours(1).toMillis(), Long.MAX_VALUE / 2);

        assertThat(store.trim(oneHour, 3)).isEqualTo(3);
        Page afterOneStep = page(0, 10, Selection.BROADCASTS);
        assertThat(positions(afterOneStep)).containsExactly(4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(afterOneStep.removedThrough()).isEqualTo(3);

        assertThat(store.trim(oneHour, 3)).isEqualTo(2);
        assertThat(store.trim(oneHour, 3)).isZero();
        assertThat(page(0, 10, Selection.BROADCASTS).removedThrough()).isEqualTo(5);
        assertThat(store.newestPosition()).isEqualTo(10);
    }

    @Test
    void messagesThatDoNotFitAreRemovedOldestFirst() throws StoreException {
        List<FreshMessage> messages = broadcasts(1, 10);
        store.append(messages);

        assertThat(store.trim(EVERYTHING, 100)).isZero();
        assertThat(store.trim(NOTHING, 4)).isEqualTo(4);
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(store.find(messages.get(0).message().id())).isNull();
        assertThat(store.trim(NOTHING, 100)).isEqualTo(6);
        assertThat(page(0, 10, Selection.BROADCASTS)).isEqualTo(new Page(List.of(), 10, true, 10));
        assertThat(store.newestPosition()).isZero();
    }

    @Test
    void whatWasRemovedByAgeNoLongerCounts() throws StoreException {
        store.append(broadcasts(1, 10));
        long sizeOfTen = 10L * (broadcast(1, "message 10").message().membersLength() + 400);
        for (int i = 1; i < 10; i++) {
            store.trim(NOTHING, 10);
            store.append(broadcasts(10L * i + 1, 10));
            assertThat(store.trim(new Retention(Long.MAX_VALUE / 2, sizeOfTen), 100))
                    .isZero();
        }
    }

    @Test
    void removedMessageMayComeAgain() throws StoreException {
        FreshMessage message = broadcast(1, "a");
        store.append(List.of(message));
        store.trim(NOTHING, 10);

        assertThat(store.append(List.of(again(2, message)))).isEmpty();
        assertThat(find(message).position()).isEqualTo(2);
    }

    @Test
    void rememberedPositionNeverMovesBack() throws StoreException {
        store.rememberPositions(Map.of(key(1), 10L, key(2), 20L));
        store.rememberPositions(Map.of(key(1), 9L, key(2), 21L));
        store.rememberPositions(Map.of());

        assertThat(store.rememberedPosition(key(1))).isEqualTo(OptionalLong.of(10));
        assertThat(store.rememberedPosition(key(2))).isEqualTo(OptionalLong.of(21));
        assertThat(store.rememberedPosition(key(3))).isEmpty();
    }

    @Test
    void idsOfWhatWasSentLastComeFirstWithinTheirBounds() throws StoreException {
        List<FreshMessage> older = broadcasts(1, 3);
        store.append(older);
        long time = older.getFirst().message().timeEpochSecond();

        assertThat(recentIds(time, 100))
                .containsExactlyInAnyOrderElementsOf(older.stream()
                        .map(message -> message.message().id() + " " + message.position())
                        .toList());
        assertThat(recentIds(time, 2)).hasSize(2);
        assertThat(recentIds(0, 100)).hasSize(3);
        assertThat(recentIds(time + 1, 100)).isEmpty();
    }

    private List<String> recentIds(long sinceEpochSecond, int max) throws StoreException {
        List<String> ids = new ArrayList<>();
        store.recentIds(sinceEpochSecond, max, (id, position) -> ids.add(id + " " + position));
        return ids;
    }

    final Page page(long after, long through, Selection selection) throws StoreException {
        return store.read(new HistoryQuery(after, through, 1_000, 1 << 20, selection));
    }

    final StoredMessage find(FreshMessage message) throws StoreException {
        StoredMessage found = store.find(message.message().id());
        assertThat(found).isNotNull();
        return found;
    }

    static List<Long> positions(Page page) {
        return page.messages().stream().map(StoredMessage::position).toList();
    }

    static void assertIsStored(StoredMessage stored, FreshMessage fresh, long acceptedAtMillis) {
        assertThat(stored).usingRecursiveComparison().isEqualTo(MessageRows.stored(fresh, acceptedAtMillis));
    }
}
