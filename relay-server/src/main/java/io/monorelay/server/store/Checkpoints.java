package io.monorelay.server.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what SQLite has committed from its write-ahead log to its place in the database file, on a thread of its own,
 * so that no commit waits for that. The log begins anew only when all of it has been moved, and while messages come the
 * last bit never is: for that one the writer is held up, after what was before it has been moved and is on the disk.
 *
 * <p>The modes of a checkpoint are those of <a href="https://www.sqlite.org/pragma.html#pragma_wal_checkpoint">PRAGMA
 * wal_checkpoint</a>.
 */
final class Checkpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private static final int INTERVAL_MILLIS = 100;
    private static final int CLOSE_TIMEOUT_SECONDS = 10;

    /** A page of the log and its header. */
    private static final int FRAME_BYTES = 4_096 + 24;

    /** Below this the log is left alone: a page that is written often is then moved seldom. */
    private static final long WORTHWHILE_FRAMES = (16L << 20) / FRAME_BYTES;

    /** What may be left to move while the writer is held up. */
    private static final long LAST_BIT_FRAMES = (1L << 20) / FRAME_BYTES;

    /** When the messages come faster than they can be moved, the writer is held up all the same. */
    private static final int MAX_PASSES = 4;

    private final SqliteDialect dialect;
    private final WriterConnection writer;
    private final ScheduledExecutorService thread;

    // owned by the thread
    private @Nullable Connection connection;
    private @Nullable FileChannel file;
    private long commitsLookedAt;
    private long failuresLookedAt;
    private boolean isFailing;

    private Checkpoints(SqliteDialect dialect, WriterConnection writer) {
        this.dialect = dialect;
        this.writer = writer;
        thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("relay-checkpoint").daemon().factory());
    }

    static Checkpoints start(SqliteDialect dialect, WriterConnection writer) {
        Checkpoints started = new Checkpoints(dialect, writer);
        started.thread.scheduleWithFixedDelay(
                started::checkpointIfDue, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return started;
    }

    /** Ends the thread, and the last connection: what is in the log by then is moved with that. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> {
            disconnect();
            closeFile();
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a checkpoint of {} takes longer than {} s", dialect.location(), CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }

    // on the thread

    private void checkpointIfDue() {
        long commits = writer.commits();
        long failures = writer.failures();
        if (commits == commitsLookedAt && failures == failuresLookedAt) {
            return;
        }
        try {
            // On a full disk there is room in the log again once it has been moved.
            if (failures != failuresLookedAt || run("NOOP").frames() >= WORTHWHILE_FRAMES) {
                checkpoint();
            }
            commitsLookedAt = commits;
            failuresLookedAt = failures;
            isFailing = false;
        } catch (SQLException failure) {
            disconnect();
            onFailure(dialect.describe(failure));
        } catch (IOException failure) {
            onFailure(failure.toString());
        }
    }

    /** How far it is: frames in the log, and those of them that have been moved. */
    private record Progress(long frames, long moved) {
        long left() {
            return frames - moved;
        }
    }

    private void checkpoint() throws SQLException, IOException {
        int passes = 0;
        long left;
        do {
            left = run("PASSIVE").left();
            forceToDisk();
            passes++;
        } while (left > LAST_BIT_FRAMES && passes < MAX_PASSES);
        writer.betweenTransactions(() -> run("RESTART"));
    }

    /** SQLite does that only after the last bit, and then for all of them, while the writer waits. */
    private void forceToDisk() throws IOException {
        FileChannel channel = file;
        if (channel == null) {
            channel = FileChannel.open(dialect.file());
            file = channel;
        }
        channel.force(false);
    }

    /** After every connection: it would take the locks of the process on the file with it (POSIX, fcntl). */
    private void closeFile() {
        FileChannel channel = file;
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException broken) {
            LOG.debug("{} could not be closed: {}", dialect.file(), broken.toString());
        }
    }

    private Progress run(String mode) throws SQLException {
        try (Statement statement = connected().createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            row.next();
            return new Progress(row.getLong(2), row.getLong(3));
        }
    }

    private Connection connected() throws SQLException {
        Connection current = connection;
        if (current == null) {
            current = dialect.writing().getConnection();
            connection = current;
        }
        return current;
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        if (old == null) {
            return;
        }
        try {
            old.close();
        } catch (SQLException broken) {
            LOG.debug("a connection could not be closed: {}", broken.toString());
        }
    }

    private void onFailure(String why) {
        if (!isFailing) {
            isFailing = true;
            LOG.warn("cannot move what was committed to {}: {}", dialect.location(), why);
        }
    }
}
