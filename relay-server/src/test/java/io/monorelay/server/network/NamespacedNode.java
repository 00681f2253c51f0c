package io.monorelay.server.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.server.crash.RelayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node that lives in a network namespace, and an application beside it, which talks to it over HTTP. One thread. */
final class NamespacedNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Namespace home;
    private final String host;
    private final int port;
    private final RelayProcess process;

    private NamespacedNode(Namespace home, String host, int port, RelayProcess process) {
        this.home = home;
        this.host = host;
        this.port = port;
        this.process = process;
    }

    /** Starts a relay at that port of the namespace's address; it does not listen yet. */
    static NamespacedNode relay(Namespace home, int port, Path data, String... settings) throws IOException {
        Files.createDirectories(data);
        String[] command = {"serve", "--listen=" + home.address() + ":" + port, "--publish.open=true"};
        return new NamespacedNode(home, home.address(), port, start(home, data, command, settings));
    }

    /** Starts a node that dials out; it could be reached from elsewhere, were it not for what is between. */
    static NamespacedNode joining(NamespacedNode relay, Namespace home, int port, Path data, String... settings)
            throws IOException {
        Files.createDirectories(data);
        String[] command = {"join", "ws://" + relay.host + ":" + relay.port, "--listen=0.0.0.0:" + port};
        return new NamespacedNode(home, "127.0.0.1", port, start(home, data, command, settings));
    }

    private static RelayProcess start(Namespace home, Path data, String[] command, String... settings) {
        String[] arguments = Stream.of(command, settings).flatMap(Stream::of).toArray(String[]::new);
        return RelayProcess.start(home.launcher(), data, arguments);
    }

    /** Returns when it listens. */
    void awaitListening() {
        process.awaitListening();
    }

    /** Returns when it has opened a link so many times since it started. */
    void awaitLinksOpened(int times) {
        awaitLinks("opened", times);
    }

    /** Returns when a link of it has ended so many times since it started. */
    void awaitLinksEnded(int times) {
        awaitLinks("ended", times);
    }

    private void awaitLinks(String event, int times) {
        await().atMost(PATIENCE).pollInterval(BETWEEN_LOOKS).until(() -> links(event) >= times);
    }

    private long links(String event) throws Exception {
        return total("links", event);
    }

    /** One of the totals that it shows. */
    long total(String group, String name) throws Exception {
        return page().path("totals").path(group).path(name).asLong(0);
    }

    /** How many connections it has, with the one that asks for this. */
    int connections() throws Exception {
        return page().path("connections").asInt();
    }

    String key() throws Exception {
        return page().path("key").asString();
    }

    /** What it says about itself. */
    private JsonNode page() throws Exception {
        String answer = ask("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        return JsonMapper.shared().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    }

    /** Publishes these in its name, in this order; each has been acknowledged when this returns. */
    void publish(String... texts) throws Exception {
        post("/publish", texts);
    }

    /** The same for one node alone. */
    void publishTo(String key, String... texts) throws Exception {
        post("/publish?receiver=" + key, texts);
    }

    private void post(String target, String... texts) throws Exception {
        String requests = Stream.of(texts).map(text -> request(target, text)).collect(Collectors.joining());
        String answers = ask(requests + "GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertThat(answers.split("HTTP/1.1 200 ", -1)).as(answers).hasSize(texts.length + 2);
    }

    private String request(String target, String text) {
        return "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: text/plain\r\nContent-Length: "
                + text.getBytes(UTF_8).length + "\r\n\r\n" + text;
    }

    private String ask(String requests) throws Exception {
        Process dialling = home.dial(host, port, requests);
        CompletableFuture<Process> end = dialling.onExit().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        end.exceptionally(tooLate -> dialling.destroyForcibly());
        String answers = new String(dialling.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(end.get().exitValue()).as(process.log()).isZero();
        return answers;
    }

    /** The start of a connection to this node from another place, as a stranger would make it. */
    Process dialFrom(Namespace elsewhere) throws IOException {
        String request = "GET /health/live HTTP/1.1\r\nHost: " + home.address() + "\r\nConnection: close\r\n\r\n";
        return elsewhere.dial(home.address(), port, request);
    }

    /** Everything that it has for its applications, from its very first message on. */
    CollectedStream stream() throws IOException {
        return streamFrom(home);
    }

    /** The same for a reader in another place. */
    CollectedStream streamFrom(Namespace elsewhere) throws IOException {
        String request = "GET /stream?after=0 HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        return new CollectedStream(elsewhere.dial(host, port, request), PATIENCE);
    }

    @Override
    public void close() {
        process.close();
    }
}
