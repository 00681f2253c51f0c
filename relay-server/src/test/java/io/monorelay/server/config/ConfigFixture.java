package io.monorelay.server.config;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The three sources, empty until a test fills them. */
abstract class ConfigFixture {
    final Map<String, String> environment = new HashMap<>();
    final Map<String, String> flags = new HashMap<>();

    @Nullable
    Path file;

    @TempDir
    Path directory;

    EffectiveConfig load() throws ConfigException {
        return ConfigLoader.load(file, environment, flags);
    }

    void file(String yaml) throws IOException {
        file = Files.writeString(directory.resolve("relay.yaml"), yaml);
    }

    void assertRefused(String line) {
        assertRefused(this::load, line);
    }

    static void assertRefused(ThrowingCallable loading, String line) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(loading)
                .matches(refused -> refused.line().lines().count() == 1, "is one line")
                .withMessage(line);
    }
}
