package io.monorelay.server.store;

import io.monorelay.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection that writes. It lasts until something goes wrong on it, and then the next transaction gets a fresh
 * one. Any thread may write; one at a time does.
 */
final class WriterConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WriterConnection.class);

    /** What is done in one transaction. */
    interface Work<T> {
        T in(Session session) throws SQLException;
    }

    /** What is done while nobody writes. */
    interface Pause {
        void use() throws SQLException;
    }

    private final Dialect dialect;
    private final ReentrantLock writing = new ReentrantLock();

    // guarded by writing
    private @Nullable Session session;
    private boolean isClosed;

    // any thread
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    WriterConnection(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Connects now, to find out whether that is possible. */
    void connect() throws StoreException {
        exclusively("open the store", this::connected);
    }

    /** Commits all of the work or, when it fails, nothing. */
    <T> T write(String what, Work<T> work) throws StoreException {
        return exclusively(what, () -> commit(connected(), work));
    }

    /** The same, and the loss of power undoes neither this nor any transaction before it. */
    <T> T writeDurably(String what, Work<T> work) throws StoreException {
        return exclusively(what, () -> {
            Session current = connected();
            dialect.surviveLossOfPower(current.connection(), true);
            T result = commit(current, work);
            dialect.surviveLossOfPower(current.connection(), false);
            return result;
        });
    }

    /** How many transactions were committed. */
    long commits() {
        return commits.get();
    }

    /** How many transactions failed. */
    long failures() {
        return failures.get();
    }

    /** Does something while no transaction is under way or begins. */
    void betweenTransactions(Pause pause) throws SQLException {
        writing.lock();
        try {
            pause.use();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            isClosed = true;
            disconnect();
        } finally {
            writing.unlock();
        }
    }

    private interface Step<T> {
        T take() throws SQLException;
    }

    private <T> T exclusively(String what, Step<T> step) throws StoreException {
        writing.lock();
        boolean done = false;
        try {
            T result = step.take();
            done = true;
            return result;
        } catch (SQLException failure) {
            throw failed(dialect, what, failure);
        } finally {
            if (!done) {
                failures.incrementAndGet();
                // Rolls back; and what state the connection is in need not be found out.
                disconnect();
            }
            writing.unlock();
        }
    }

    static StoreException failed(Dialect dialect, String what, SQLException failure) {
        return new StoreException(
                "cannot " + what + " (" + dialect.location() + "): " + dialect.describe(failure), failure);
    }

    private <T> T commit(Session current, Work<T> work) throws SQLException {
        T result = work.in(current);
        current.connection().commit();
        commits.incrementAndGet();
        return result;
    }

    private Session connected() throws SQLException {
        if (isClosed) {
            throw new SQLException("it was closed");
        }
        Session current = session;
        if (current == null) {
            current = new Session(dialect.writing().getConnection());
            session = current;
            dialect.prepareWriter(current.connection());
        }
        return current;
    }

    private void disconnect() {
        Session old = session;
        session = null;
        if (old == null) {
            return;
        }
        try {
            old.connection().close();
        } catch (SQLException broken) {
            LOG.debug("a connection could not be closed: {}", broken.toString());
        }
    }

    /** A connection with the statements that were prepared on it, for as long as it lasts. */
    static final class Session {
        private final Connection connection;
        private final Map<String, PreparedStatement> statements = new HashMap<>();

        Session(Connection connection) {
            this.connection = connection;
        }

        private Connection connection() {
            return connection;
        }

        /** The statement of that text; not to be closed. */
        PreparedStatement prepare(String sql) throws SQLException {
            PreparedStatement prepared = statements.get(sql);
            if (prepared == null) {
                prepared = connection.prepareStatement(sql);
                statements.put(sql, prepared);
            }
            return prepared;
        }
    }
}
