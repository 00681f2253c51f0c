package io.monorelay.server.network;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A network of relays and private nodes, each in a process of its own, with originals beside them, brings every message
 * to whom it is for, once, whatever breaks. {@code -Dmonorelay.network.seeds} says how many runs there are,
 * {@code -Dmonorelay.network.seed} with which seed they begin. What the nodes logged stays where a run fails.
 */
@Timeout(180)
final class NetworkTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory;

    static LongStream seeds() {
        long first = Long.getLong("monorelay.network.seed", 1);
        return LongStream.range(first, first + Integer.getInteger("monorelay.network.seeds", 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyMessageArrivesOnceAtAllWhomItIsFor(long seed) throws IOException {
        try (NetworkRun run = new NetworkRun(seed, directory)) {
            assertThatCode(run::run).as("seed %d", seed).doesNotThrowAnyException();
        }
    }
}
