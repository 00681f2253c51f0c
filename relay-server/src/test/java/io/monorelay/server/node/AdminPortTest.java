package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.ws.JdkSocket;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The port for whoever operates a node. */
@Timeout(60)
final class AdminPortTest {
    private static final String ON = "admin.listen=127.0.0.1:0";
    private static final Path DASHBOARD = Path.of("..", "docs", "deploy", "grafana.json");
    private static final Pattern METRIC = Pattern.compile("\\b(?:monorelay|jvm|process|system)_[a-z0-9_]+");

    @TempDir
    private Path directory;

    private static String metrics(AdminCalls admin) {
        HttpAnswer answer = admin.get("/metrics");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "text/plain; version=0.0.4; charset=utf-8");
        return answer.text();
    }

    @Test
    void everyCounterOfTheRelayIsAmongTheMetrics() throws Exception {
        try (RunningRelay relay = RunningRelay.start(ON)) {
            String metrics = metrics(AdminCalls.to(relay));
            for (RecordComponent component : RelayMetrics.class.getRecordComponents()) {
                Counters<?> counters = (Counters<?>)
                        component.getAccessor().invoke(relay.node().metrics());
                for (Enum<?> constant : counters.constants()) {
                    assertThat(metrics).contains('"' + constant.name().toLowerCase(Locale.ROOT) + '"');
                }
            }
        }
    }

    @Test
    void whatHappensIsMeasured() {
        try (RunningRelay relay = RunningRelay.start(ON);
                JdkSocket peer = JdkSocket.v1(relay)) {
            AdminCalls admin = AdminCalls.to(relay);
            relay.sendToAll("measured");
            assertThat(peer.nextData()).isEqualTo("measured");
            await().untilAsserted(() -> assertThat(metrics(admin).lines())
                    .contains(
                            "monorelay_messages_total{outcome=\"accepted\"} 1.0",
                            "monorelay_storage_total{event=\"stored\"} 1.0",
                            "monorelay_connections{protocol=\"websocket\"} 1.0",
                            "monorelay_log_messages 0.0",
                            "monorelay_reader_lag{reader=\"store\"} 0.0",
                            "monorelay_commit_seconds_count 1",
                            "monorelay_ready 1.0")
                    .anyMatch(line -> line.matches("monorelay_event_loop_delay_seconds_count\\{loop=\"0\"} [1-9].*"))
                    .anyMatch(line -> line.matches("monorelay_resident_bytes [1-9].*"))
                    .anyMatch(line -> line.matches("process_files_open_files [1-9].*"))
                    .anyMatch(line -> line.matches("jvm_gc_pause_seconds_count.*|jvm_gc_overhead .*")));
        }
    }

    @Test
    void dashboardShowsNothingThatIsNotMeasured() throws Exception {
        try (RunningRelay relay = RunningRelay.start(ON)) {
            Set<String> measured = metrics(AdminCalls.to(relay))
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.replaceAll("[{ ].*", ""))
                    .collect(Collectors.toSet());
            List<String> shown =
                    JsonMapper.shared().readTree(Files.readString(DASHBOARD)).findValuesAsString("expr");
            assertThat(shown).hasSizeGreaterThan(10);
            assertThat(shown.stream()
                            .flatMap(query -> METRIC.matcher(query).results().map(found -> found.group())))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(measured).contains(name));
        }
    }

    @Test
    void tokenIsAskedFor() throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "correct horse battery\n");
        try (RunningRelay relay = RunningRelay.start("admin.listen=0.0.0.0:0", "admin.token-file=" + file)) {
            AdminCalls admin = AdminCalls.to(relay);
            HttpAnswer refused = admin.get("/metrics");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.headers()).containsEntry("www-authenticate", "Bearer");
            assertThat(admin.get("/metrics", "Authorization", "Bearer correct horse batterx")
                            .status())
                    .isEqualTo(401);
            assertThat(admin.get("/metrics", "Authorization", "Bearer correct horse battery")
                            .status())
                    .isEqualTo(200);
            assertThat(relay.total("faults", "unauthorized")).isEqualTo(2);
        }
    }

    @Test
    void portThatOthersReachIsNotOpenedWithoutAToken() throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "short");
        assertThatThrownBy(() -> RunningRelay.start("admin.listen=0.0.0.0:0")).hasMessageContaining("admin.token-file");
        assertThatThrownBy(() -> RunningRelay.start(ON, "admin.token-file=" + file))
                .hasMessageContaining("at least 16 characters");
        assertThatThrownBy(() -> RunningRelay.start(ON, "admin.token-file=" + directory.resolve("missing")))
                .hasMessageContaining("admin.token-file");
    }

    @Test
    void pagesOfWebSitesAreRefused() {
        try (RunningRelay relay = RunningRelay.start(ON)) {
            AdminCalls admin = AdminCalls.to(relay);
            assertThat(admin.post("/drain", "", "Origin", "https://example.org").status())
                    .isEqualTo(403);
            assertThat(admin.get("/metrics", "Sec-Fetch-Site", "cross-site").status())
                    .isEqualTo(403);
            relay.assertServing();
        }
    }

    @Test
    void drainEndsTheNode() throws Exception {
        try (RunningRelay relay = RunningRelay.start(ON, "drain.period=100ms");
                JdkSocket peer = JdkSocket.v1(relay)) {
            AdminCalls admin = AdminCalls.to(relay);
            assertThat(admin.get("/drain").status()).isEqualTo(405);
            HttpAnswer answer = admin.post("/drain", "");
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().path("draining").asBoolean()).isTrue();
            assertThat(peer.closeCode()).isEqualTo(1012);
            JdkSocket.await(CompletableFuture.runAsync(() -> {
                try {
                    relay.node().awaitEnd();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
    }

    @Test
    void howMuchIsLoggedChanges() {
        try (RunningRelay relay = RunningRelay.start(ON)) {
            AdminCalls admin = AdminCalls.to(relay);
            String before = admin.get("/log-level").json().path("level").asString();
            try {
                assertThat(admin.put("/log-level", "{\"level\":\"error\"}").status())
                        .isEqualTo(200);
                assertThat(admin.get("/log-level").json().path("level").asString())
                        .isEqualTo("error");
                HttpAnswer refused = admin.put("/log-level", "loud");
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.json().path("info").asString()).contains("error, warn, info, debug, trace");
            } finally {
                assertThat(admin.put("/log-level", before).json().path("level").asString())
                        .isEqualTo(before);
            }
        }
    }

    @Test
    void whatThereIsNotIsSaid() {
        try (RunningRelay relay = RunningRelay.start(ON)) {
            AdminCalls admin = AdminCalls.to(relay);
            assertThat(admin.get("/broadcast").status()).isEqualTo(404);
            assertThat(admin.get("/messages/12/fate").status()).isEqualTo(400);
            assertThat(admin.get("/messages/" + "0".repeat(64) + "/fate").status())
                    .isEqualTo(404);
            assertThat(relay.get("/metrics").status()).isEqualTo(404);
        }
    }

    @Test
    void fateOfAMessageIsTold() {
        try (RunningRelay relay = RunningRelay.start(ON);
                JdkSocket publisher = JdkSocket.v1(relay);
                JdkSocket one = JdkSocket.v1(relay);
                JdkSocket other = JdkSocket.v2(relay, ForeignNode.generate())) {
            AdminCalls admin = AdminCalls.to(relay);
            ForeignNode author = ForeignNode.generate();
            String message = author.broadcast("what becomes of it", relay.now());
            publisher.send(message);
            assertThat(one.nextData()).isEqualTo("what becomes of it");
            assertThat(other.nextData()).isEqualTo("what becomes of it");
            String id = relay.get("/messages")
                    .json()
                    .path("messages")
                    .get(0)
                    .path("id")
                    .asString();
            await().untilAsserted(() -> {
                JsonNode fate = admin.get("/messages/" + id + "/fate").json();
                assertThat(fate.path("verdict").asString()).isEqualTo("accepted");
                assertThat(fate.path("sender").asString()).isEqualTo(author.keyText());
                assertThat(fate.path("from_peer").asLong()).isPositive();
                assertThat(fate.path("position").asLong()).isPositive();
                assertThat(fate.path("sent").asInt()).isEqualTo(2);
                assertThat(fate.path("late").asInt()).isZero();
                assertThat(fate.path("stored").asBoolean()).isTrue();
                assertThat(fate.path("came_again").asInt()).isZero();
            });
            assertThat(relay.post("/broadcast", message).status()).isEqualTo(200);
            assertThat(admin.get("/messages/" + id + "/fate")
                            .json()
                            .path("came_again")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void fateOfARefusedMessageSaysWhy() {
        try (RunningRelay relay = RunningRelay.start(ON)) {
            String message = ForeignNode.generate().broadcast("meant", relay.now());
            HttpAnswer refused = relay.post("/broadcast", message.replace("meant", "other"));
            assertThat(refused.status()).isEqualTo(403);
            String id = refused.json().path("id").asString();
            JsonNode fate =
                    AdminCalls.to(relay).get("/messages/" + id + "/fate").json();
            assertThat(fate.path("verdict").asString()).isEqualTo("refused");
            assertThat(fate.path("fault").asString()).isEqualTo("bad_signature");
            assertThat(fate.has("stored")).isFalse();
        }
    }

    @Test
    void ofAnOlderMessageItIsToldThatItIsStored() {
        RunningRelay before = RunningRelay.start();
        before.sendToAll("older");
        before.stop();
        try (RunningRelay relay = before.startAgain(ON)) {
            JsonNode message = relay.get("/messages").json().path("messages").get(0);
            JsonNode fate = AdminCalls.to(relay)
                    .get("/messages/" + message.path("id").asString() + "/fate")
                    .json();
            assertThat(fate.path("stored").asBoolean()).isTrue();
            assertThat(fate.path("position")).isEqualTo(message.path("position"));
            assertThat(fate.has("sent")).isFalse();
        }
    }
}
