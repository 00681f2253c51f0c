package io.monorelay.server.store;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageId;
import io.monorelay.store.Durability;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MessageStore.Duplicate;
import io.monorelay.store.Page;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to commit a group of messages to SQLite, in a file that grows as a relay's would, and to read pages of
 * that many messages from it. Times are those of a group or a page, not of a message.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class JdbcStoreBenchmark {
    /** With this, the text of a message has about 540 bytes. */
    private static final int DATA_BYTES = 128;

    /** How fast they seem to have been sent. */
    private static final int MESSAGES_A_SECOND = 10_000;

    private static final int STORED_BEFORE = 100_000;

    @Param({"1", "10", "100", "1000"})
    int group;

    private final VerifiedMessage sample =
            SampleMessages.verified(SampleMessages.broadcast(Form.MONOCHAIN, DATA_BYTES));
    private final Random random = new Random(1);
    private byte[] members;
    private Path directory;
    private JdbcStore store;
    private long position;
    private long readUpTo;

    @Setup
    public void open() throws IOException, StoreException {
        int from = sample.membersOffset();
        members = Arrays.copyOfRange(sample.array(), from, from + sample.membersLength());
        directory = Files.createTempDirectory("relay-bench-store");
        store = JdbcStore.open(
                new SqliteDialect(directory.resolve(JdbcStore.FILE), Durability.COMMIT), 1, InstantSource.system());
        while (position < STORED_BEFORE) {
            store.restore(next(1_000));
        }
    }

    @TearDown
    public void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The database sees what it would of freshly signed messages; their text is always the same. */
    private List<StoredMessage> next(int count) {
        List<StoredMessage> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            MessageId id = new MessageId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            messages.add(new StoredMessage(
                    ++position,
                    id,
                    sample.sender(),
                    sample.receiver(),
                    sample.form(),
                    position,
                    position / MESSAGES_A_SECOND,
                    members));
        }
        return messages;
    }

    @Benchmark
    public List<Duplicate> commitGroup() throws StoreException {
        return store.restore(next(group));
    }

    @Benchmark
    public Page readPage() throws StoreException {
        Page page =
                store.read(new HistoryQuery(readUpTo, STORED_BEFORE, group, Integer.MAX_VALUE, Selection.BROADCASTS));
        readUpTo = page.isEnd() ? 0 : page.next();
        return page;
    }
}
