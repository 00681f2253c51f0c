package io.monorelay.server.store;

import static io.monorelay.server.store.TestMessages.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.monorelay.server.network.Program;
import io.monorelay.store.Durability;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MessageStore.Retention;
import io.monorelay.store.Page;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SQLite on a file system of a few megabytes. */
@Timeout(60)
final class FullDiskTest {
    private static final int GROUP = 50;

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock();
    private long next = 1;

    private void mount(int megabytes) throws Exception {
        if (Program.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", directory.toString()) != 0) {
            abort("a file system of its own cannot be mounted here: that takes root");
        }
    }

    @AfterEach
    void unmount() throws Exception {
        Program.run("umount", directory.toString());
    }

    private JdbcStore open() throws StoreException {
        return JdbcStore.open(new SqliteDialect(directory.resolve(JdbcStore.FILE), Durability.COMMIT), 1, clock);
    }

    @Test
    void fullDiskIsNamedAndNothingThatWasStoredIsLost() throws Exception {
        mount(4);
        Path ballast = ballast(1 << 20);
        try (JdbcStore store = open()) {
            StoreException refusal = fill(store);
            assertThat(refusal).hasMessageEndingWith(": the disk is full");
            assertThat(allPositions(store)).hasSize((int) next - 1);

            Files.delete(ballast);
            appendGroup(store);
            assertThat(allPositions(store)).hasSize((int) next - 1).isSorted();
        }
        try (JdbcStore store = open()) {
            assertThat(allPositions(store)).hasSize((int) next - 1);
        }
    }

    @Test
    void positionsCannotBeReservedOnAFullDiskAndCanAgainAfterwards() throws Exception {
        mount(4);
        Path ballast = ballast(1 << 20);
        try (JdbcStore store = open()) {
            store.reserve(1_000);
            fill(store);
            StoreException refusal = catchThrowableOfType(StoreException.class, () -> {
                for (long through = 2_000; ; through += 1_000) {
                    store.reserve(through);
                }
            });
            assertThat(refusal).hasMessageEndingWith(": the disk is full");
            Files.delete(ballast);
            store.reserve(1_000_000);
            assertThat(store.reservedThrough()).isEqualTo(1_000_000);
        }
    }

    /** Retention leaves room in the database file, but what comes goes to the write-ahead log first. */
    @Test
    void storeGoesOnByItselfOnADiskThatItsLogHasFilled() throws Exception {
        mount(32);
        for (int i = 0; i < 15; i++) {
            // Closing it moves what is in the log.
            try (JdbcStore store = open()) {
                assertThat(appendAndTrim(store, 10, 3 << 20)).isZero();
            }
        }
        ballast(directory.toFile().getUsableSpace() - (3 << 20));
        try (JdbcStore store = open()) {
            assertThat(appendAndTrim(store, 200, 2 << 20)).isPositive();
            assertThat(allPositions(store)).isSorted().contains(next - 1).hasSizeBetween(GROUP, 4_000);
        }
    }

    /** Stores so many groups and keeps so many bytes, and returns how often storing failed at first. */
    private int appendAndTrim(JdbcStore store, int groups, long bytes) {
        int failures = 0;
        for (int i = 0; i < groups; i++) {
            failures += appendUntilStored(store);
            trimUntilDone(store, new Retention(Long.MAX_VALUE / 2, bytes));
        }
        return failures;
    }

    private Path ballast(long bytes) throws IOException {
        return Files.write(directory.resolve("ballast"), new byte[Math.toIntExact(bytes)]);
    }

    private int appendUntilStored(JdbcStore store) {
        AtomicInteger attempts = new AtomicInteger();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsInstanceOf(StoreException.class)
                .until(() -> {
                    attempts.incrementAndGet();
                    appendGroup(store);
                    return true;
                });
        return attempts.get() - 1;
    }

    private static void trimUntilDone(JdbcStore store, Retention retention) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsInstanceOf(StoreException.class)
                .until(() -> store.trim(retention, 200) == 0);
    }

    private StoreException fill(JdbcStore store) {
        return catchThrowableOfType(StoreException.class, () -> {
            while (true) {
                appendGroup(store);
            }
        });
    }

    private void appendGroup(JdbcStore store) throws StoreException {
        assertThat(store.restore(unsigned(next, GROUP, clock.millis()))).isEmpty();
        next += GROUP;
    }

    private static List<Long> allPositions(JdbcStore store) throws StoreException {
        List<Long> all = new ArrayList<>();
        Page page = new Page(List.of(), 0, false, 0);
        while (!page.isEnd()) {
            page = store.read(new HistoryQuery(page.next(), Long.MAX_VALUE, 1_000, 1 << 20, Selection.BROADCASTS));
            page.messages().stream().map(StoredMessage::position).forEach(all::add);
        }
        return all;
    }
}
