package io.monorelay.server.store;

import com.zaxxer.hikari.HikariConfig;
import io.monorelay.store.Durability;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL. Every commit survives the loss of power there, whatever the level of durability. */
final class PostgresDialect implements Dialect {
    private static final int CONNECT_TIMEOUT_SECONDS = 5;

    /** A server that is silent for so long is taken for lost. */
    private static final int ANSWER_TIMEOUT_SECONDS = 30;

    /** A server holds on to the lock of a relay that has just ended until it notices, which is a matter of moments. */
    private static final int LOCK_TIMEOUT_SECONDS = 3;

    /** Any number, the same in every relay. */
    private static final int LOCK_SPACE = 0x6d6f6e6f;

    /** The state of a statement that has waited for as long as it may. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final String url;
    private final String user;
    private final String password;
    private final Durability durability;

    /** @param user may be empty, as may the password: then the URL or the driver's own files say it */
    PostgresDialect(String url, String user, String password, Durability durability) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.durability = durability;
    }

    @Override
    public String location() {
        int parameters = url.indexOf('?');
        String address = parameters < 0 ? url : url.substring(0, parameters);
        return "PostgreSQL, " + address;
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public DataSource writing() {
        return dataSource();
    }

    @Override
    public Map<String, String> placeholders() {
        return Map.of("position", "BIGINT", "bytes", "BYTEA", "clustered", "");
    }

    @Override
    public void prepareWriter(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit TO on");
            lock(statement);
        }
        connection.setAutoCommit(false);
    }

    /** Two relays that give out positions in one schema would lose messages. Ends with the connection. */
    private static void lock(Statement statement) throws SQLException {
        statement.execute("SET lock_timeout TO '" + LOCK_TIMEOUT_SECONDS + "s'");
        try {
            statement.execute("SELECT pg_advisory_lock(" + LOCK_SPACE + ", hashtext(current_schema()))");
        } catch (SQLException failure) {
            throw LOCK_NOT_AVAILABLE.equals(failure.getSQLState())
                    ? new SQLException("another relay is using it", failure)
                    : failure;
        }
        statement.execute("RESET lock_timeout");
    }

    /** Every commit does, so there is nothing to switch. */
    @Override
    public void surviveLossOfPower(Connection connection, boolean on) {}

    @Override
    public void prepareReaders(HikariConfig pool) {
        pool.setDataSource(dataSource());
        pool.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    }

    @Override
    public String describe(SQLException failure) {
        ServerErrorMessage said = failure instanceof PSQLException known ? known.getServerErrorMessage() : null;
        if (said != null && said.getMessage() != null) {
            return said.getMessage();
        }
        boolean unreachable = PSQLState.isConnectionError(failure.getSQLState());
        String text = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return unreachable ? "the database cannot be reached: " + text : text;
    }

    private DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
        source.setSocketTimeout(ANSWER_TIMEOUT_SECONDS);
        source.setTcpKeepAlive(true);
        source.setApplicationName("monorelay");
        // What the URL says goes before what is above.
        source.setUrl(url);
        if (!user.isEmpty()) {
            source.setUser(user);
        }
        if (!password.isEmpty()) {
            source.setPassword(password);
        }
        return source;
    }
}
