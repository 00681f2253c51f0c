package io.monorelay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.Conduct;
import io.monorelay.refs.Grudge;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.refs.ReferenceStore;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.store.JdbcStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
final class RefsTest {
    private static final String TERMINAL = "monorelay.terminal";
    private static final NodeKey KEY = NodeKey.of(new byte[NodeKey.BYTES]);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final HttpReference good = reference(
            "http://good.example:8000", new Conduct(now.minusSeconds(200), 1_000, 2, 0, 0.99, 12_340, Grudge.NONE));
    private final HttpReference failing = reference(
            "https://failing.example", new Conduct(now.minus(Duration.ofDays(3)), 5, 9, 4, 0.3, 0, Grudge.NONE));
    private final HttpReference avoided = reference(
            "http://avoided.example", new Conduct(now.minusSeconds(5), 7, 0, 0, 0.8, 900, new Grudge(4, 4, now)));

    @TempDir
    private Path data;

    /** Open, as that of a relay that runs. */
    private JdbcStore store;

    @BeforeEach
    void fill() throws Exception {
        RelayConfig config = ConfigLoader.load(null, Map.of(), Map.of("data", data.toString()))
                .config();
        store = JdbcStore.open(config.store(), data, InstantSource.system());
        ReferenceStore references = store.references();
        references.load();
        references.save(List.of(failing, avoided, good));
    }

    @AfterEach
    void close() {
        System.clearProperty(TERMINAL);
        store.close();
    }

    @Test
    void peopleGetATableWithTheMostTrustedFirst() {
        System.setProperty(TERMINAL, "true");
        Cli cli = refs();
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(cli.lines()).hasSize(4);
        assertThat(cli.lines().get(0)).startsWith("TRUST").endsWith("ADDRESS");
        assertThat(cli.lines().get(1))
                .matches("99 % +v2 +1000 +2 +0 +12\\.3 ms +3 min ago +good +http://good\\.example:8000");
        assertThat(cli.lines().get(2))
                .matches("5 % +v2 +7 +0 +4 +0\\.9 ms +.* ago +avoided for (8|7) min +http://avoided\\.example");
        assertThat(cli.lines().get(3)).matches("1 % +v2 +5 +9 +0 +- +3 d ago +failed 4 times +https://failing.*");
    }

    @Test
    void programsGetAnObjectALine() {
        Cli cli = refs();
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        List<JsonNode> lines =
                cli.lines().stream().map(JsonMapper.shared()::readTree).toList();
        assertThat(lines)
                .extracting(line -> line.get("uri").asString())
                .containsExactly("http://good.example:8000", "http://avoided.example", "https://failing.example");
        JsonNode second = lines.get(1);
        assertThat(second.get("key").asString()).isEqualTo(KEY.toString());
        assertThat(second.get("offences").asInt()).isEqualTo(4);
        assertThat(second.get("latency_us").asInt()).isEqualTo(900);
        assertThat(second.get("avoided").asBoolean()).isTrue();
        assertThat(Instant.parse(second.get("avoided_until").asString())).isEqualTo(now.plusSeconds(480));
        assertThat(lines.get(2).get("failures_in_a_row").asInt()).isEqualTo(4);
        assertThat(lines.get(2).has("avoided_until")).isFalse();
    }

    @Test
    void aStoppedRelayIsReadToo() {
        store.close();
        assertThat(refs().lines()).hasSize(3);
    }

    @Test
    void aStoreThatIsNotThereIsNotMade() {
        Path nowhere = data.resolve("nowhere");
        Cli cli = Cli.run("refs", "--data=" + nowhere);
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).startsWith("relay: there is no store " + nowhere.resolve("relay.db"));
        assertThat(nowhere).doesNotExist();
    }

    private Cli refs() {
        return Cli.run("refs", "--data=" + data);
    }

    private static HttpReference reference(String uri, Conduct conduct) {
        return new HttpReference(URI.create(uri), KEY, Level.V2, conduct);
    }
}
