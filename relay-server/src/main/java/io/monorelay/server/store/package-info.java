/** The durable store: SQLite in the data directory, or PostgreSQL, through JDBC. */
@NullMarked
package io.monorelay.server.store;

import org.jspecify.annotations.NullMarked;
