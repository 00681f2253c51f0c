package io.monorelay.server.store;

import static io.monorelay.server.store.TestMessages.again;
import static io.monorelay.server.store.TestMessages.broadcast;
import static io.monorelay.server.store.TestMessages.broadcasts;
import static io.monorelay.server.store.TestMessages.key;
import static io.monorelay.server.store.TestMessages.message;
import static io.monorelay.server.store.TestMessages.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.Conduct;
import io.monorelay.refs.Grudge;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceStore;
import io.monorelay.server.store.LinkedRelayStore.LinkedRelay;
import io.monorelay.server.store.LinkedRelayStore.Remembered;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MessageStore;
import io.monorelay.store.MessageStore.Retention;
import io.monorelay.store.Page;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What every store in a database does. */
abstract class JdbcStoreContract extends MessageStoreContract {
    static final int READERS = 2;

    @Override
    final MessageStore openNew() throws Exception {
        return reopen();
    }

    /** The store of this test, with what is in it. */
    abstract JdbcStore reopen() throws Exception;

    final JdbcStore jdbc() {
        return (JdbcStore) store;
    }

    final void restart() throws Exception {
        store.close();
        store = reopen();
    }

    @Test
    void tablesAreCurrentOnceTheyWereMade() {
        assertThat(Schema.isCurrent(dialect())).isTrue();
    }

    /** The database of this test. */
    abstract Dialect dialect();

    @Test
    void everythingIsThereAfterARestart() throws Exception {
        FreshMessage first = broadcast(1, "first");
        store.reserve(1_000);
        store.append(List.of(first, message(2, 2, key(9), "second", Form.COMPACT), broadcast(3, "third")));
        store.trim(new Retention(Long.MAX_VALUE / 2, 0), 1);
        store.rememberPositions(Map.of(key(9), 2L));
        Page before = page(0, 10, Selection.missedBy(key(9)));

        restart();

        assertThat(page(0, 10, Selection.missedBy(key(9))))
                .usingRecursiveComparison()
                .isEqualTo(before);
        assertThat(before.removedThrough()).isEqualTo(1);
        assertThat(positions(before)).containsExactly(2L, 3L);
        assertThat(store.reservedThrough()).isEqualTo(1_000);
        assertThat(store.newestPosition()).isEqualTo(3);
        assertThat(store.rememberedPosition(key(9))).isEqualTo(OptionalLong.of(2));
        assertThat(store.append(List.of(again(4, first)))).isEmpty();
    }

    @Test
    void duplicateIsFoundAcrossARestart() throws Exception {
        FreshMessage first = broadcast(1, "first");
        store.append(List.of(first));
        restart();
        assertThat(store.append(List.of(again(2, first)))).containsExactly(new MessageStore.Duplicate(2, 1));
    }

    @Test
    void positionThatAnotherMessageHasIsRefusedAndNothingOfTheGroupIsStored() throws Exception {
        store.append(List.of(broadcast(2, "there")));
        List<FreshMessage> group = List.of(broadcast(1, "new"), broadcast(2, "not there"));

        assertThatThrownBy(() -> store.append(group))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("cannot store messages (" + jdbc().location() + "): ");

        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(2L);
        assertThat(store.append(List.of(broadcast(3, "new")))).isEmpty();
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(2L, 3L);
    }

    @Test
    void retentionBySizeKeepsWhatFits() throws Exception {
        List<StoredMessage> messages = unsigned(1, 10, clock.millis());
        jdbc().restore(messages);
        long each = MessageRows.occupied(messages.get(0).members().length);

        assertThat(store.trim(new Retention(Long.MAX_VALUE / 2, 4 * each), 100)).isEqualTo(6);
        assertThat(store.trim(new Retention(Long.MAX_VALUE / 2, 4 * each), 100)).isZero();
        restart();
        assertThat(store.trim(new Retention(Long.MAX_VALUE / 2, 4 * each - 1), 100))
                .isEqualTo(1);
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(8L, 9L, 10L);
    }

    @Test
    void duplicateDoesNotCountTwiceForRetention() throws Exception {
        List<StoredMessage> messages = unsigned(1, 2, clock.millis());
        jdbc().restore(messages);
        jdbc().restore(messages);
        long both = 2 * MessageRows.occupied(messages.get(0).members().length);
        assertThat(store.trim(new Retention(Long.MAX_VALUE / 2, both), 100)).isZero();
    }

    @Test
    void rememberedPositionIsForgottenWhenAllUpToItIsTooOldToBeThere() throws Exception {
        Retention oneHour = new Retention(Duration.ofHours(1).toMillis(), Long.MAX_VALUE / 2);
        store.rememberPositions(Map.of(key(1), 10L));
        clock.pass(Duration.ofMinutes(50));
        store.rememberPositions(Map.of(key(2), 10L));
        store.trim(oneHour, 10);
        assertThat(store.rememberedPosition(key(1))).isPresent();
        clock.pass(Duration.ofMinutes(11));
        store.trim(oneHour, 10);
        assertThat(store.rememberedPosition(key(1))).isEmpty();
        assertThat(store.rememberedPosition(key(2))).isPresent();
    }

    @Test
    void linkedRelaysAreRememberedAsTheyWereSavedLast() throws Exception {
        LinkedRelayStore relays = jdbc().linkedRelays();
        URI address = URI.create("wss://relay.example.org");
        assertThat(relays.load()).isEqualTo(new Remembered(Map.of(), List.of()));

        relays.save(
                Map.of(address, key(1)), List.of(new LinkedRelay(key(1), 7L, null), new LinkedRelay(key(2), 1L, 2L)));
        relays.save(Map.of(address, key(3)), List.of(new LinkedRelay(key(1), 5L, 9L)));
        relays.save(Map.of(), List.of());

        assertThat(relays.load().keys()).isEqualTo(Map.of(address, key(3)));
        assertThat(relays.load().relays())
                .containsExactlyInAnyOrder(new LinkedRelay(key(1), 5L, 9L), new LinkedRelay(key(2), 1L, 2L));
    }

    @Test
    void pageOfARareSelectionEndsAfterManyMessagesWereLookedAt() throws Exception {
        jdbc().restore(unsigned(1, 20_000, clock.millis()));
        store.append(List.of(broadcast(20_001, "rare")));
        Selection rare = new Selection(true, null, key(1), null);

        Page first = page(0, 20_001, rare);
        Page second = page(first.next(), 20_001, rare);

        assertThat(first.messages()).isEmpty();
        assertThat(first.isEnd()).isFalse();
        assertThat(first.next()).isBetween(1_000L, 20_000L);
        assertThat(positions(second)).containsExactly(20_001L);
        assertThat(second.isEnd()).isTrue();
    }

    @Test
    void addressedMessagesAreReadByTheirIndex() throws Exception {
        jdbc().restore(unsigned(1, 2_000, clock.millis()));
        store.append(List.of(message(2_001, 1, key(9), "addressed", Form.MONOCHAIN)));
        HistoryQuery query = new HistoryQuery(0, 3_000, 10, 1 << 20, Selection.addressedTo(key(9)));

        assertThat(plan(query)).contains("message_by_receiver");
        assertThat(positions(store.read(query))).containsExactly(2_001L);
    }

    /** How the database goes about that query. */
    abstract String plan(HistoryQuery query) throws Exception;

    @Test
    void whoReadsWhileMessagesAreRemovedMissesNoneWithoutBeingTold() throws Exception {
        int count = 4_000;
        jdbc().restore(unsigned(1, count, clock.millis()));
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService remover = Executors.newSingleThreadExecutor()) {
            Future<?> removing = remover.submit(() -> {
                while (!done.get() && store.trim(new Retention(Long.MAX_VALUE / 2, 0), 7) > 0) {
                    Thread.onSpinWait();
                }
                return null;
            });
            long expected = 1;
            Page page = page(0, count, Selection.BROADCASTS);
            while (!page.isEnd()) {
                page = store.read(new HistoryQuery(expected - 1, count, 13, 1 << 20, Selection.BROADCASTS));
                expected = Math.max(expected, page.removedThrough() + 1);
                for (long position : positions(page)) {
                    assertThat(position).isEqualTo(expected++);
                }
            }
            done.set(true);
            removing.get();
            assertThat(expected).isEqualTo(count + 1);
        }
    }

    @Test
    void idsOfWhatWasSentBeforeAreLeftOutOrComeLast() throws Exception {
        jdbc().restore(unsigned(1, 2, 120_000));
        jdbc().restore(unsigned(3, 2, 60_000));
        List<Long> since = new ArrayList<>();
        store.recentIds(61, 10, (id, position) -> since.add(position));
        List<Long> three = new ArrayList<>();
        store.recentIds(0, 3, (id, position) -> three.add(position));

        assertThat(since).containsExactlyInAnyOrder(1L, 2L);
        assertThat(three.subList(0, 2)).containsExactlyInAnyOrder(1L, 2L);
        assertThat(three).hasSize(3);
    }

    @Test
    void messageIsFoundByItsIdWhereverItIs() throws Exception {
        List<StoredMessage> messages = new ArrayList<>(unsigned(1, 3 * IdLookup.SEGMENT_POSITIONS, clock.millis()));
        // As after the end of a process, of whose positions many were left.
        messages.addAll(unsigned(1_000_000, 2 * IdLookup.SEGMENT_POSITIONS + 7, clock.millis()));
        for (int from = 0; from < messages.size(); from += 1_000) {
            jdbc().restore(messages.subList(from, Math.min(from + 1_000, messages.size())));
        }
        for (int i = 0; i < messages.size(); i += 97) {
            assertFound(messages.get(i));
        }
        assertFound(messages.getLast());

        int removed = IdLookup.SEGMENT_POSITIONS + 5;
        store.trim(new Retention(Long.MAX_VALUE / 2, 0), removed);

        assertThat(store.find(messages.get(removed - 1).id())).isNull();
        assertFound(messages.get(removed));
        assertThat(store.find(unsigned(5_000_000, 1, 0).getFirst().id())).isNull();
    }

    private void assertFound(StoredMessage message) throws StoreException {
        StoredMessage found = store.find(message.id());
        assertThat(found).isNotNull();
        assertThat(found).usingRecursiveComparison().isEqualTo(message);
    }

    @Test
    void idIsLookedUpByItsIndex() throws Exception {
        store.close();
        try (Connection connection = dialect().writing().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM message_lookup")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isZero();
        }
        store = reopen();
        jdbc().restore(unsigned(1, 2 * IdLookup.SEGMENT_POSITIONS, clock.millis()));
        try (Connection connection = dialect().writing().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(DISTINCT segment), count(*) FROM message_lookup")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isEqualTo(2);
            assertThat(row.getLong(2)).isEqualTo(2L * IdLookup.SEGMENT_POSITIONS);
        }
    }

    @Test
    void referencesAreKept() throws Exception {
        HttpReference a = reference("http://a.example:8000", 1, HttpReference.Level.V1);
        HttpReference b = reference("https://b.example/relay", 2, HttpReference.Level.V2);
        HttpReference c = reference("http://c.example", 3, HttpReference.Level.V2);
        ReferenceStore references = jdbc().references();
        assertThat(references.load()).isEmpty();
        references.save(List.of(a, b));
        HttpReference newB = new HttpReference(b.uri(), key(7), b.level(), conduct(5));
        references.save(List.of(newB, c));
        references.save(List.of(newB, c));

        restart();

        ReferenceStore after = jdbc().references();
        assertThat(after.load()).containsExactlyInAnyOrder(newB, c);
        after.save(List.of());
        assertThat(jdbc().references().load()).isEmpty();
    }

    private static HttpReference reference(String uri, int node, HttpReference.Level level) {
        NodeKey key = key(node);
        return new HttpReference(URI.create(uri), key, level, conduct(3));
    }

    private static Conduct conduct(int successes) {
        Instant lastGood = Instant.parse("2026-01-01T00:00:00.123456789Z");
        return new Conduct(lastGood, successes, 2, 1, 0.1, 12_345, new Grudge(3, 1.7, lastGood.minusNanos(1)));
    }

    @Test
    void closedStoreSaysSo() {
        store.close();
        assertThatThrownBy(() -> store.append(broadcasts(1, 1)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> store.newestPosition()).isInstanceOf(StoreException.class);
    }
}
