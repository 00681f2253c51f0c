package io.monorelay.server.store;

import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.ReferenceStore;
import io.monorelay.server.config.RelayConfig.StoreSettings;
import io.monorelay.store.Durability;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MessageStore;
import io.monorelay.store.Page;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps messages in SQLite or PostgreSQL. When the database fails, the call fails, and the next one begins with a fresh
 * connection. A failed {@link #append} may be repeated with the same positions even where nobody knows whether it was
 * committed: what is there already stays there once.
 */
public final class JdbcStore implements MessageStore {
    /** The database in the data directory, where no other is configured. */
    static final String FILE = "relay.db";

    private final Dialect dialect;
    private final InstantSource clock;
    private final WriterConnection writer;
    private final History history;
    private final @Nullable Checkpoints checkpoints;

    /**
     * Opens the store that is configured, and makes it what this version of the relay expects.
     *
     * @param data the directory for a database file
     * @param clock for when a message was stored
     * @throws StoreException when that is not possible, with one line that says why
     */
    public static JdbcStore open(StoreSettings settings, Path data, InstantSource clock) throws StoreException {
        if (settings.url().isEmpty()) {
            makeOwnFile(data.resolve(FILE));
        }
        return open(dialect(settings, data), settings.readers(), clock);
    }

    private static Dialect dialect(StoreSettings settings, Path data) {
        Durability durability = settings.durability();
        if (durability == Durability.MEMORY) {
            throw new IllegalArgumentException("a store in memory, expected one of the other levels of durability");
        }
        return settings.url().isEmpty()
                ? new SqliteDialect(data.resolve(FILE), durability)
                : new PostgresDialect(settings.url(), settings.user(), settings.password(), durability);
    }

    /** A new file is its owner's alone, for it has messages that are not for everybody; SQLite's others follow it. */
    private static void makeOwnFile(Path file) throws StoreException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix && Files.notExists(file)) {
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (IOException e) {
                throw new StoreException("cannot open the store (SQLite, " + file + "): " + e, e);
            }
        }
    }

    /**
     * The same for a store that is there already, to look at it: the relay whose store it is may be at work. It makes
     * neither a database file nor tables.
     */
    public static JdbcStore openExisting(StoreSettings settings, Path data, InstantSource clock) throws StoreException {
        if (settings.url().isEmpty() && !Files.exists(data.resolve(FILE))) {
            throw new StoreException("there is no store " + data.resolve(FILE));
        }
        return openExisting(dialect(settings, data), settings.readers(), clock);
    }

    static JdbcStore openExisting(Dialect dialect, int readers, InstantSource clock) throws StoreException {
        if (!Schema.isThere(dialect)) {
            throw new StoreException("there is no store in the database (" + dialect.location() + ")");
        }
        if (!Schema.isCurrent(dialect)) {
            return open(dialect, readers, clock);
        }
        // The connection that writes is made with the first thing to write: where a relay has it, there can be no
        // other.
        return new JdbcStore(dialect, readers, clock, new WriterConnection(dialect));
    }

    static JdbcStore open(Dialect dialect, int readers, InstantSource clock) throws StoreException {
        WriterConnection writer = new WriterConnection(dialect);
        try {
            writer.connect();
            Schema.migrate(dialect);
        } catch (StoreException unusable) {
            writer.close();
            throw unusable;
        }
        return new JdbcStore(dialect, readers, clock, writer);
    }

    private JdbcStore(Dialect dialect, int readers, InstantSource clock, WriterConnection writer) {
        this.dialect = dialect;
        this.clock = clock;
        this.writer = writer;
        history = new History(dialect, readers);
        checkpoints = dialect instanceof SqliteDialect sqlite ? Checkpoints.start(sqlite, writer) : null;
    }

    /** The database for people: which, and where; without secrets. */
    public String location() {
        return dialect.location();
    }

    /** The references to other nodes, which are kept beside the messages. */
    public ReferenceStore references() {
        return new JdbcReferenceStore(writer, history);
    }

    /** What is remembered of the relays that this node links to, which is kept beside the messages. */
    public LinkedRelayStore linkedRelays() {
        return new JdbcLinkedRelayStore(writer, history);
    }

    @Override
    public Durability durability() {
        return dialect.durability();
    }

    @Override
    public long reservedThrough() throws StoreException {
        return history.state(RelayState.RESERVED_THROUGH);
    }

    @Override
    public void reserve(long through) throws StoreException {
        writer.writeDurably("reserve positions", session -> {
            RelayState.RESERVED_THROUGH.raise(session, through);
            return through;
        });
    }

    @Override
    public List<Duplicate> append(List<FreshMessage> messages) throws StoreException {
        long now = clock.millis();
        return restore(
                messages.stream().map(fresh -> MessageRows.stored(fresh, now)).toList());
    }

    /** The same for messages that some relay has stored before; they keep the time at which that was. */
    public List<Duplicate> restore(List<StoredMessage> messages) throws StoreException {
        if (messages.isEmpty()) {
            return List.of();
        }
        return writer.write("store messages", session -> MessageTable.insert(session, messages));
    }

    @Override
    public int trim(Retention retention, int maxMessages) throws StoreException {
        long now = clock.millis();
        return writer.write("remove old messages", session -> {
            RememberedPositions.forget(session, now - retention.maxAgeMillis(), maxMessages);
            return MessageTable.trim(session, retention, now, maxMessages);
        });
    }

    @Override
    public void rememberPositions(Map<NodeKey, Long> positions) throws StoreException {
        if (positions.isEmpty()) {
            return;
        }
        long now = clock.millis();
        writer.write("remember positions", session -> {
            RememberedPositions.remember(session, positions, now);
            return positions.size();
        });
    }

    @Override
    public long newestPosition() throws StoreException {
        return history.newestPosition();
    }

    @Override
    public Page read(HistoryQuery query) throws StoreException {
        return history.read(query);
    }

    @Override
    public @Nullable StoredMessage find(MessageId id) throws StoreException {
        return history.find(id).orElse(null);
    }

    @Override
    public OptionalLong positionOf(MessageId id, long sentAtEpochSecond) throws StoreException {
        return history.positionOf(id, sentAtEpochSecond);
    }

    @Override
    public OptionalLong rememberedPosition(NodeKey key) throws StoreException {
        return history.rememberedPosition(key);
    }

    @Override
    public void recentIds(long sinceEpochSecond, int max, IdSink sink) throws StoreException {
        history.recentIds(sinceEpochSecond, max, sink);
    }

    // looking after it, beside the relay or in place of it

    /** What it has now. Counts every message, which takes a while. */
    public StoreSummary summary() throws StoreException {
        return history.ask("summarise the store", connection -> Inspection.summary(connection, location()));
    }

    /** The messages after that position, to whomever they are addressed, in order of position. */
    public List<StoredRow> rows(long after, int max) throws StoreException {
        return history.ask("read messages", connection -> Inspection.rows(connection, after, max));
    }

    /** All remembered positions, by node. */
    public Map<NodeKey, Long> rememberedPositions() throws StoreException {
        return history.ask("read the remembered positions", Inspection::rememberedPositions);
    }

    /**
     * Takes the place of another store: positions up to the first of these may have been given out there, and messages
     * up to the second one removed. Neither moves back.
     */
    public void continueFrom(long reservedThrough, long removedThrough) throws StoreException {
        writer.writeDurably("take over positions", session -> {
            RelayState.RESERVED_THROUGH.raise(session, reservedThrough);
            RelayState.REMOVED_THROUGH.raise(session, removedThrough);
            return reservedThrough;
        });
    }

    @Override
    public void close() {
        history.close();
        writer.close();
        if (checkpoints != null) {
            checkpoints.close();
        }
    }
}
