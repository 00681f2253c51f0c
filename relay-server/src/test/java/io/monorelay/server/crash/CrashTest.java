package io.monorelay.server.crash;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a relay has acknowledged is there after {@code kill -9}, once and in its place, and whoever goes on where it was
 * has all of it. {@code -Dmonorelay.crash.seeds} says how many runs there are, {@code -Dmonorelay.crash.seed} with which
 * seed they begin.
 */
@Timeout(120)
final class CrashTest {
    @TempDir
    private Path data;

    private CrashRun run;

    @AfterEach
    void stop() {
        run.close();
    }

    static LongStream seeds() {
        long first = Long.getLong("monorelay.crash.seed", 1);
        return LongStream.range(first, first + Integer.getInteger("monorelay.crash.seeds", 2));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingAcknowledgedIsLostAndNothingComesTwice(long seed) {
        run = new CrashRun(seed, data);
        assertThatCode(run::run).as("seed %d", seed).doesNotThrowAnyException();
    }
}
