package io.monorelay.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.Conduct;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.refs.ReferenceStore;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OldReferenceFileTest {
    private static final String FILE = """
            {
              "version" : 1,
              "references" : [ {
                "uri" : "http://a.example:8000",
                "key" : "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
                "level" : "V1",
                "last_good" : "2026-01-01T00:00:00.123456Z",
                "successes" : 8,
                "failures" : 3,
                "failures_in_a_row" : 1
              }, {
                "uri" : "https://b.example/relay",
                "key" : "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI",
                "level" : "V2",
                "last_good" : "2026-01-02T00:00:00Z",
                "successes" : 0,
                "failures" : 0,
                "failures_in_a_row" : 0
              } ]
            }
            """;
    private static final Instant GOOD = Instant.parse("2026-01-01T00:00:00.123456Z");

    @TempDir
    private Path data;

    private JdbcStore store;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        file = data.resolve("references.json");
        RelayConfig config = ConfigLoader.load(null, Map.of(), Map.of("data", data.toString()))
                .config();
        store = JdbcStore.open(config.store(), data, InstantSource.system());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whatIsInTheFileIsTakenOverOnce() throws Exception {
        Files.writeString(file, FILE);
        new OldReferenceFile(data).moveInto(store.references());

        List<HttpReference> taken = store.references().load();
        assertThat(taken).extracting(HttpReference::level).containsExactlyInAnyOrder(Level.V1, Level.V2);
        assertThat(taken)
                .contains(new HttpReference(
                        URI.create("http://a.example:8000"), key(1), Level.V1, Conduct.ofTotals(GOOD, 8, 3, 1)));
        assertThat(file).doesNotExist();
        assertThat(data.resolve("references.json.imported")).hasContent(FILE);

        ReferenceStore references = store.references();
        references.load();
        references.save(List.of());
        new OldReferenceFile(data).moveInto(store.references());
        assertThat(store.references().load()).isEmpty();
    }

    @Test
    void whatTheStoreHasAlreadyStaysAsItIsThere() throws Exception {
        HttpReference newer = new HttpReference(
                URI.create("http://a.example:8000"), key(7), Level.V2, Conduct.ofTotals(GOOD, 9, 0, 0));
        ReferenceStore references = store.references();
        references.load();
        references.save(List.of(newer));
        Files.writeString(file, FILE);
        new OldReferenceFile(data).moveInto(store.references());

        assertThat(store.references().load()).hasSize(2).contains(newer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "{\"version\":2,\"references\":[]}",
                "{\"version\":1}",
                "{\"version\":1,\"references\":[7]}",
                "{\"version\":1,\"references\":[{\"uri\":\"http://a.example\"}]}"
            })
    void fileThatCannotBeUsedStaysAndNothingIsTakenOver(String text) throws Exception {
        Files.writeString(file, text);
        new OldReferenceFile(data).moveInto(store.references());

        assertThat(file).hasContent(text);
        assertThat(store.references().load()).isEmpty();
    }

    private static NodeKey key(int octet) {
        byte[] bytes = new byte[NodeKey.BYTES];
        Arrays.fill(bytes, (byte) octet);
        return NodeKey.of(bytes);
    }
}
