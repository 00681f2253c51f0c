package io.monorelay.server.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.crash.RelayProcess;
import io.monorelay.server.net.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A node in a process of its own, a relay or a private one, and an application beside it, which publishes and reads the
 * node's event stream. One thread.
 */
final class NetworkNode implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String OPEN = "open";

    private final String name;
    private final int port;
    private final Path data;
    private final String[] arguments;
    private final Follower follower = new Follower();
    private String key = "";
    private RelayProcess process;

    private NetworkNode(String name, int port, Path data, List<String> arguments) throws IOException {
        this.name = name;
        this.port = port;
        this.data = Files.createDirectories(data);
        this.arguments = arguments.toArray(String[]::new);
        process = RelayProcess.start(List.of(), data, this.arguments);
    }

    /** Starts a relay, which does not listen yet. */
    static NetworkNode relay(String name, int port, Path data, List<URI> links, String... settings) throws IOException {
        List<String> arguments = arguments("serve", port, settings);
        arguments.add("--publish.open=true");
        arguments.add("--links=" + String.join(",", texts(links)));
        return new NetworkNode(name, port, data, arguments);
    }

    /** Starts a private node, which does not listen yet. */
    static NetworkNode joining(String name, int port, Path data, List<URI> relays, String... settings)
            throws IOException {
        List<String> arguments = arguments("join", port, settings);
        arguments.addAll(texts(relays));
        return new NetworkNode(name, port, data, arguments);
    }

    private static List<String> arguments(String command, int port, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(command, "--listen=127.0.0.1:" + port));
        arguments.addAll(List.of(settings));
        return arguments;
    }

    private static List<String> texts(List<URI> addresses) {
        return addresses.stream().map(URI::toString).toList();
    }

    String name() {
        return name;
    }

    URI address() {
        return URI.create("ws://127.0.0.1:" + port);
    }

    /** Lets the application begin, or go on, as soon as the node listens. */
    void awaitListening() throws IOException, InterruptedException {
        process.awaitListening();
        key = RelayProcess.get(address(), "/").path("key").asString();
        follower.follow(address());
    }

    /** Ends the node as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.kill();
    }

    /** Starts it again on the same port over the same data. */
    void startAgain() {
        process = RelayProcess.start(List.of(), data, arguments);
    }

    /** Has the node sign a text for everybody; the node has stored it when this returns. */
    void publish(String text) throws IOException, InterruptedException {
        post("/publish", text);
    }

    /** The same for one node alone. */
    void publishTo(NetworkNode receiver, String text) throws IOException, InterruptedException {
        post("/publish?receiver=" + receiver.key, text);
    }

    private void post(String target, String text) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + address().getAuthority() + target))
                .timeout(Duration.ofMillis(RawConnection.PATIENCE_MILLIS))
                .POST(BodyPublishers.ofString(text))
                .build();
        HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", name, answer.body()).isEqualTo(200);
    }

    /** Whether each of its links is open. */
    boolean isLinked() throws IOException, InterruptedException {
        return links().values().stream().allMatch(OPEN::equals);
    }

    /** Whether its link to that address is open, as far as it knows. */
    boolean isLinkedTo(URI relay) throws IOException, InterruptedException {
        return OPEN.equals(links().get(relay.toString()));
    }

    /** The state of each link, by the address that it dials. */
    private Map<String, String> links() throws IOException, InterruptedException {
        Map<String, String> states = new HashMap<>();
        for (JsonNode link : RelayProcess.get(address(), "/").path("links")) {
            states.put(link.path("relay").asString(), link.path("state").asString());
        }
        return states;
    }

    /** What has come in the event stream so far; twice when it came twice. */
    List<String> received() {
        return follower.texts();
    }

    String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
