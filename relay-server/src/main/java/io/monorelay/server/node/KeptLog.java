package io.monorelay.server.node;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.log.Fates;
import io.monorelay.log.MessageLog;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.Durations;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.Limits;
import io.monorelay.refs.ReferenceStore;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.link.LinkBook;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.LinkedRelayStore;
import io.monorelay.store.CommitMark;
import io.monorelay.store.MessageStore;
import io.monorelay.store.PositionBook;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import io.monorelay.store.StoreWriter;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The log, and the store that keeps it beyond the ring: opened, read from and written to. The store's own threads are
 * the only ones that call it.
 */
final class KeptLog implements AutoCloseable {
    /** As many questions to the store as may wait for their turn; one more is told to come back later. */
    private static final int MAX_WAITING_QUESTIONS = 1024;

    private static final int MAX_BATCH_BYTES = 8 * 1024 * 1024;

    private final MessageStore store;
    private final StoreReaders readers;
    private final PositionBook positions = new PositionBook();
    private final SeenCache seen;
    private final MessageLog log;
    private final CommitMark mark;
    private final LinkBook links;
    private final StoreWriter writer;

    /**
     * Opens the store and starts to write to it.
     *
     * @throws StartException when the store cannot be used, with one line that says why
     */
    static KeptLog open(
            StoreOpener opener,
            RelayConfig config,
            Limits limits,
            InstantSource clock,
            RelayMetrics metrics,
            StoreWriter.Listener listener)
            throws StartException {
        try {
            MessageStore store = opener.open(config, clock);
            try {
                return new KeptLog(store, config, limits, clock, metrics, listener);
            } catch (StoreException unusable) {
                store.close();
                throw unusable;
            }
        } catch (StoreException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private KeptLog(
            MessageStore store,
            RelayConfig config,
            Limits limits,
            InstantSource clock,
            RelayMetrics metrics,
            StoreWriter.Listener listener)
            throws StoreException {
        this.store = store;
        int slots = config.log().slots();
        long first = StoreWriter.firstPosition(store, slots);
        int accounts = config.admin().listen().isPresent() ? config.admin().fateMessages() : 0;
        log = new MessageLog(slots, config.log().maxBytes(), first, new Fates(accounts, clock));
        mark = new CommitMark(store.durability(), first - 1);
        seen = seenBefore(store, config, limits, clock);
        links = LinkBook.open(linkedRelays(store));
        writer = StoreWriter.start(
                new StoreWriter.Parts(store, log, seen, mark, positions, metrics.storage()),
                new StoreWriter.Limits(config.store().maxBatchMessages(), MAX_BATCH_BYTES, retention(config)),
                listener);
        readers = new StoreReaders(store, config.store().readers(), MAX_WAITING_QUESTIONS);
    }

    private static MessageStore.Retention retention(RelayConfig config) {
        return new MessageStore.Retention(
                config.store().retentionAge().toMillis(), config.store().retentionBytes());
    }

    /**
     * An id has to be known for as long as its message could pass the time window, from one edge to the other. Those
     * that the store has are known from the start, so that no duplicate is relayed before the store has its say.
     */
    private static SeenCache seenBefore(MessageStore store, RelayConfig config, Limits limits, InstantSource clock)
            throws StoreException {
        Duration life = limits.timeWindow().multipliedBy(2).plusMinutes(1);
        SeenCache seen = new SeenCache(config.seen().maxIds(), life, Ticker.systemTicker());
        long oldest = clock.instant().minus(limits.timeWindow()).getEpochSecond();
        store.recentIds(oldest, config.seen().maxIds(), seen::remember);
        return seen;
    }

    private static LinkedRelayStore linkedRelays(MessageStore store) {
        return store instanceof JdbcStore database ? database.linkedRelays() : LinkedRelayStore.none();
    }

    MessageStore store() {
        return store;
    }

    /** Where references to other nodes are kept: with the messages, or not at all. */
    ReferenceStore references() {
        return store instanceof JdbcStore database ? database.references() : ReferenceStore.none();
    }

    /** How far it is with the relays that this one links to; kept with the messages, or not at all. */
    LinkBook links() {
        return links;
    }

    StoreReaders readers() {
        return readers;
    }

    PositionBook positions() {
        return positions;
    }

    SeenCache seen() {
        return seen;
    }

    MessageLog log() {
        return log;
    }

    CommitMark mark() {
        return mark;
    }

    /** How many messages of the log are to be stored yet. Any thread. */
    long storeLag() {
        return writer.lag();
    }

    /** How long each commit took. */
    Durations commitTimes() {
        return writer.commitTimes();
    }

    /** Stores what the log still has, and closes the store. To be called when nobody publishes any more. Blocks. */
    @Override
    public void close() {
        writer.close();
        links.close();
        readers.close();
        store.close();
    }
}
