package io.monorelay.server.store;

import com.zaxxer.hikari.HikariConfig;
import io.monorelay.store.Durability;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * SQLite, in a file of its own with a write-ahead log (WAL): a commit appends to that, readers are not in its way, and
 * {@link Checkpoints} moves what is in it to its place.
 */
final class SqliteDialect implements Dialect {
    /** What the WAL file is cut to when it begins anew. */
    private static final long KEPT_WAL_BYTES = 64L << 20;

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;
    private static final int WRITER_CACHE_KIBIBYTES = 32 << 10;
    private static final int READER_CACHE_KIBIBYTES = 4 << 10;

    private final Path file;
    private final Durability durability;

    SqliteDialect(Path file, Durability durability) {
        this.file = file;
        this.durability = durability;
    }

    Path file() {
        return file;
    }

    @Override
    public String location() {
        return "SQLite, " + file;
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public DataSource writing() {
        SQLiteConfig config = config(WRITER_CACHE_KIBIBYTES);
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(durability == Durability.FSYNC ? SynchronousMode.FULL : SynchronousMode.NORMAL);
        config.setJournalSizeLimit(Math.toIntExact(KEPT_WAL_BYTES));
        return dataSource(config);
    }

    @Override
    public Map<String, String> placeholders() {
        // By this very name the position is the key of the table itself, not of an index beside it.
        return Map.of("position", "INTEGER", "bytes", "BLOB", "clustered", " WITHOUT ROWID");
    }

    @Override
    public void prepareWriter(Connection connection) throws SQLException {
        execute(connection, "PRAGMA wal_autocheckpoint = 0");
        connection.setAutoCommit(false);
    }

    @Override
    public void surviveLossOfPower(Connection connection, boolean on) throws SQLException {
        if (durability == Durability.FSYNC) {
            return;
        }
        // Not within a transaction, and without auto-commit the driver is always in one.
        connection.setAutoCommit(true);
        execute(connection, on ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        connection.setAutoCommit(false);
    }

    @Override
    public void prepareReaders(HikariConfig pool) {
        SQLiteConfig config = config(READER_CACHE_KIBIBYTES);
        config.setReadOnly(true);
        pool.setDataSource(dataSource(config));
    }

    @Override
    public String describe(SQLException failure) {
        if (failure instanceof SQLiteException known && known.getResultCode() == SQLiteErrorCode.SQLITE_FULL) {
            return "the disk is full";
        }
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static SQLiteConfig config(int cacheKibibytes) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        // Negative: in KiB instead of pages.
        config.setCacheSize(-cacheKibibytes);
        return config;
    }

    private DataSource dataSource(SQLiteConfig config) {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
