package io.monorelay.server.store;

import io.monorelay.store.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the tables up to what this version of the relay expects. */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    /** The version of the last migration there is. */
    private static final String NEWEST_VERSION = "4";

    private static final String LAST_APPLIED =
            "SELECT version, success FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1";

    private Schema() {}

    /**
     * Runs the migrations that the database has not seen yet. Usually there are none, and then the start does not wait
     * for Flyway to find that out.
     *
     * @throws StoreException when that is not possible, or when a newer version has changed the tables already
     */
    static void migrate(Dialect dialect) throws StoreException {
        if (isCurrent(dialect)) {
            return;
        }
        try {
            flyway(dialect).load().migrate();
        } catch (FlywayException failure) {
            throw new StoreException(
                    "cannot prepare the store (" + dialect.location() + "): " + why(dialect, failure), failure);
        }
    }

    /** Whether a relay of this or another version has made its tables there. */
    static boolean isThere(Dialect dialect) throws StoreException {
        try (Connection connection = dialect.writing().getConnection();
                ResultSet history = connection
                        .getMetaData()
                        .getTables(null, connection.getSchema(), "flyway_schema_history", null)) {
            return history.next();
        } catch (SQLException failure) {
            throw WriterConnection.failed(dialect, "open the store", failure);
        }
    }

    static FluentConfiguration flyway(Dialect dialect) {
        return Flyway.configure()
                .dataSource(dialect.writing())
                .locations("classpath:db/migration")
                .placeholders(dialect.placeholders())
                // By default, what a newer version has done would pass unnoticed.
                .ignoreMigrationPatterns(new String[0])
                .loggers("slf4j");
    }

    /** Whether the last migration there is was the last to be applied; false as well where that cannot be told. */
    static boolean isCurrent(Dialect dialect) {
        try (Connection connection = dialect.writing().getConnection();
                Statement statement = connection.createStatement();
                ResultSet last = statement.executeQuery(LAST_APPLIED)) {
            return last.next() && last.getBoolean("success") && NEWEST_VERSION.equals(last.getString("version"));
        } catch (SQLException notThere) {
            LOG.debug("{} has no tables yet: {}", dialect.location(), notThere.toString());
            return false;
        }
    }

    private static String why(Dialect dialect, FlywayException failure) {
        SQLException database = databaseFailure(failure);
        return database != null ? dialect.describe(database) : oneLine(failure);
    }

    private static @Nullable SQLException databaseFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException found) {
                return found;
            }
        }
        return null;
    }

    private static String oneLine(FlywayException failure) {
        return String.join(" ", String.valueOf(failure.getMessage()).strip().split("\\s*\\R\\s*"));
    }
}
