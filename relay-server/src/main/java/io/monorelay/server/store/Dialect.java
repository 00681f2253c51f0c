package io.monorelay.server.store;

import com.zaxxer.hikari.HikariConfig;
import io.monorelay.store.Durability;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** What one database does otherwise than the other. Everything else is SQL that both understand. */
sealed interface Dialect permits SqliteDialect, PostgresDialect {
    /** The database for people: which, and where. */
    String location();

    Durability durability();

    /** Where connections that write come from. */
    DataSource writing();

    /** What the migrations call by another name. */
    Map<String, String> placeholders();

    /** Makes a new connection the one that writes, with its first transaction not yet begun. */
    void prepareWriter(Connection connection) throws SQLException;

    /**
     * Makes the next commits survive the loss of power, or, when it is over, what the level of durability says. Called
     * between transactions.
     */
    void surviveLossOfPower(Connection connection, boolean on) throws SQLException;

    /** Adds where connections that only read come from; each of their transactions sees one state of the database. */
    void prepareReaders(HikariConfig pool);

    /** What went wrong, in one line. */
    String describe(SQLException failure);
}
