package io.monorelay.server.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.LinkStatus;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.NodeKey;
import io.monorelay.relay.Receipt;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.EffectiveConfig;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.store.MessageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A relay on a free port of this machine, as its clients see it. */
public final class RunningRelay implements AutoCloseable {
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofMillis(RawConnection.PATIENCE_MILLIS);

    /**
     * What a relay is started with, and once more when it comes back.
     *
     * @param directory goes with the relay; its data, unless the flags say otherwise
     */
    private record Plan(
            Path directory, NodeIdentity identity, Map<String, String> flags, InstantSource clock, StoreOpener opener) {
        RunningRelay start() {
            try {
                RelayConfig config = ConfigLoader.load(null, Map.of(), flags).config();
                return new RunningRelay(RelayNode.start(config, identity, ED25519, clock, opener), this);
            } catch (ConfigException | StartException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final RelayNode node;
    private final Plan plan;

    private RunningRelay(RelayNode node, Plan plan) {
        this.node = node;
        this.plan = plan;
    }

    /** Starts a relay with settings such as {@code "timeouts.request=1s"}, otherwise the defaults. */
    public static RunningRelay start(String... settings) {
        return start(InstantSource.system(), settings);
    }

    /** The same, for which it is always that time of that moment. */
    public static RunningRelay startAt(String instant, String... settings) {
        return start(InstantSource.fixed(Instant.parse(instant)), settings);
    }

    /** The same as {@link #start}, with that store behind it. */
    static RunningRelay startOn(MessageStore store, String... settings) {
        return start(InstantSource.system(), (config, clock) -> store, settings);
    }

    /** The same, with that clock. */
    public static RunningRelay start(InstantSource clock, String... settings) {
        return start(clock, StoreOpener.CONFIGURED, settings);
    }

    private static RunningRelay start(InstantSource clock, StoreOpener opener, String... settings) {
        Path data = newDirectory();
        Map<String, String> flags = new HashMap<>(Map.of("listen", "127.0.0.1:0", "data", data.toString()));
        set(flags, settings);
        Plan plan = new Plan(data, NodeIdentity.generate(ED25519), flags, clock, opener);
        try {
            return plan.start();
        } catch (IllegalStateException e) {
            delete(data);
            throw e;
        }
    }

    /** The same relay goes on with these settings in addition, as when its configuration is read again. */
    public void reload(String... settings) {
        Map<String, String> flags = new HashMap<>(plan.flags());
        set(flags, settings);
        try {
            EffectiveConfig started = ConfigLoader.load(null, Map.of(), plan.flags());
            node.use(
                    started.withLiveOf(ConfigLoader.load(null, Map.of(), flags)).config());
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void set(Map<String, String> flags, String... settings) {
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            flags.put(parts[0], parts[1]);
        }
    }

    /** Ends the relay. Its data stays, for {@link #startAgain}. */
    public void stop() {
        node.close();
    }

    /** The relay once more, on the same port, with the same key and data; these settings come in addition. */
    public RunningRelay startAgain(String... settings) {
        Map<String, String> flags = new HashMap<>(plan.flags());
        flags.put("listen", "127.0.0.1:" + port());
        set(flags, settings);
        return new Plan(plan.directory(), plan.identity(), flags, plan.clock(), plan.opener()).start();
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("relay");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RelayNode node() {
        return node;
    }

    /** What time it is for the relay. */
    public Instant now() {
        return plan.clock().instant();
    }

    /** Sends a message of the relay's own to every node; returns when it is acknowledged. */
    public Receipt sendToAll(String data) {
        return node.router()
                .sendToAll(data)
                .toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    public NodeKey key() {
        return plan.identity().key();
    }

    /** Waits until it has that many open links to relays. */
    public void awaitLinks(int count) {
        await().atMost(PATIENCE.multipliedBy(3))
                .untilAsserted(() -> assertThat(node.links().reports())
                        .filteredOn(report -> report.status().state() == LinkStatus.State.OPEN)
                        .hasSize(count));
    }

    public int port() {
        return node.address().getPort();
    }

    /** The address that WebSocket clients dial. */
    public URI socketAddress() {
        return URI.create("ws://127.0.0.1:" + port());
    }

    public HttpAnswer get(String path) {
        return exchange(request(path).GET());
    }

    public HttpAnswer post(String path, String body) {
        return post(path, body.getBytes(UTF_8));
    }

    public HttpAnswer post(String path, byte[] body) {
        return exchange(request(path).POST(BodyPublishers.ofByteArray(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(PATIENCE);
    }

    static HttpAnswer exchange(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
            Map<String, String> headers = new HashMap<>();
            response.headers().map().forEach((name, values) -> headers.put(name, String.join(",", values)));
            return new HttpAnswer(response.statusCode(), headers, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public RawConnection dial() {
        return RawConnection.to(port());
    }

    /** What {@code GET /} says. */
    public JsonNode page() {
        return get("/").json();
    }

    /** One of the totals in {@code GET /}. */
    public long total(String group, String name) {
        return page().path("totals").path(group).path(name).asLong(0);
    }

    /** That it goes on serving: a new message from a new node, on a new connection, is taken. */
    public void assertServing() {
        String message = ForeignNode.generate().broadcast("still there", now());
        try (RawConnection connection = dial()) {
            connection.send("POST /broadcast HTTP/1.1\r\nHost: relay\r\nConnection: close\r\nContent-Length: "
                    + message.length() + "\r\n\r\n" + message);
            HttpAnswer answer = connection.answer();
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        }
    }

    @Override
    public void close() {
        node.close();
        delete(plan.directory());
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (NoSuchFileException closedBefore) {
            assertThat(directory).doesNotExist();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
