package io.monorelay.refs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference.Level;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("try") // the file follows the book without being asked
class ReferenceFileTest {
    private static final URI A = URI.create("http://a.example:8000");
    private static final URI B = URI.create("https://b.example/relay");
    private static final NodeKey KEY = NodeKey.parse("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00.123456Z"));

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("references.json");
    }

    @Test
    void referencesAreKeptAcrossARestart() throws ReferenceFileException {
        ReferenceBook before = book();
        try (ReferenceFile stored = ReferenceFile.open(file, before)) {
            before.verified(A, KEY, Level.V1);
            before.verified(B, KEY, Level.V2);
            before.succeeded(A);
            before.failed(B);
        }

        ReferenceBook after = book();
        try (ReferenceFile stored = ReferenceFile.open(file, after)) {
            assertThat(after.http()).containsExactlyInAnyOrderElementsOf(before.http());
        }
    }

    @Test
    void changeIsWrittenWithoutClosing() throws ReferenceFileException {
        ReferenceBook book = book();
        try (ReferenceFile stored = ReferenceFile.open(file, book)) {
            book.verified(A, KEY, Level.V1);
            await().untilAsserted(() -> assertThat(file).content().contains(A.toString()));
            book.remove(A);
            await().untilAsserted(() -> assertThat(file).content().doesNotContain(A.toString()));
        }
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void connectionsAreNotStored() throws ReferenceFileException {
        ReferenceBook book = book();
        try (ReferenceFile stored = ReferenceFile.open(file, book)) {
            book.connected(new SocketReference(KEY, 7));
        }

        assertThat(file).content().doesNotContain(KEY.toString());
    }

    @Test
    void moreThanFitGiveWayToTheBetterOnes() throws ReferenceFileException {
        ReferenceBook before = book();
        try (ReferenceFile stored = ReferenceFile.open(file, before)) {
            before.verified(A, KEY, Level.V1);
            before.failed(A);
            before.verified(B, KEY, Level.V2);
        }

        ReferenceBook small = new ReferenceBook(1, CLOCK);
        try (ReferenceFile stored = ReferenceFile.open(file, small)) {
            assertThat(small.http()).extracting(HttpReference::uri).containsExactly(B);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"version\":1,          | line 1, column",
                "not JSON                 | line 1, column",
                "``                       | version: expected 1, got nothing",
                "{}                       | version: expected 1, got nothing",
                "{\"version\":2}          | version: expected 1, got 2",
                "{\"version\":1}          | references: expected an array, got nothing",
                "{\"version\":1} x        | line 1, column",
                "{\"version\":1,\"version\":1} | line 1, column",
                "{\"version\":1,\"references\":[7]} | references[0].uri: expected a string, got nothing",
            })
    void damagedFileIsRefusedAndStaysAsItIs(String text, String place) throws IOException {
        Files.writeString(file, text);

        assertThatThrownBy(() -> ReferenceFile.open(file, book()))
                .isInstanceOf(ReferenceFileException.class)
                .hasMessageContainingAll(file.toString(), place);
        assertThat(file).hasContent(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.example:8000 | ftp://a | references[0].uri: the reference \"http://ftp://a\"",
                "AQEBAQ | @ | references[0].key: the key",
                "V1 | V9 | references[0].level: expected V1 or V2, got \"V9\"",
                "2026-01-01T | yesterday | references[0].last_good: expected a time",
                "\"successes\" : 0 | \"successes\" : -1 | references[0]: successes -1",
                "\"successes\" : 0 | \"successes\" : \"0\" | references[0].successes: expected a whole number, got"
                        + " \"0\"",
                "\"failures_in_a_row\" : 0 | \"failures_in_a_row\" : 1 | references[0]: successes 0, failures 0",
            })
    void damagedPlaceIsNamed(String written, String damage, String expected) throws Exception {
        ReferenceBook book = book();
        try (ReferenceFile stored = ReferenceFile.open(file, book)) {
            book.verified(A, KEY, Level.V1);
        }
        String text = Files.readString(file);
        assertThat(text).contains(written);
        Files.writeString(file, text.replaceFirst(Pattern.quote(written), damage));

        assertThatThrownBy(() -> ReferenceFile.open(file, book())).hasMessageContaining(expected);
    }

    @Test
    void fileThatCannotBeReadIsAnError() throws IOException {
        Files.createDirectory(file);

        assertThatThrownBy(() -> ReferenceFile.open(file, book()))
                .isInstanceOf(ReferenceFileException.class)
                .hasMessageContaining("cannot read " + file);
    }

    @Test
    void failureToWriteDoesNotStopTheNextAttempt() throws Exception {
        ReferenceBook book = book();
        Path obstacle = directory.resolve("references.json.new");
        try (ReferenceFile stored = ReferenceFile.open(file, book)) {
            Files.createDirectory(obstacle);
            book.verified(A, KEY, Level.V1);
            await().during(Duration.ofMillis(100)).until(() -> !Files.exists(file));
            Files.delete(obstacle);
            book.verified(B, KEY, Level.V1);
            await().untilAsserted(() -> assertThat(file).content().contains(A.toString(), B.toString()));
        }
    }

    private static ReferenceBook book() {
        return new ReferenceBook(10, CLOCK);
    }
}
