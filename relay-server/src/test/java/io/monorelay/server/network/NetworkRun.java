package io.monorelay.server.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.server.net.CuttableProxy;
import io.monorelay.server.vectors.V1PrivateNode;
import io.monorelay.server.vectors.V1PublicNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One run: three relays, six private nodes and two originals publish all the time, while a relay is killed and comes back,
 * a link is cut and healed, and another swallows everything for a while. Which ones, and in what order, is up to the seed.
 */
final class NetworkRun implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /** Below those that systems take for connections, so that a relay that is away finds its own free. */
    private static final int MIN_PORT = 20_000;

    private static final int MAX_PORT = 30_000;

    private static final String[] SETTINGS = {
        "--ping.v2-interval=2s", "--network.event-loops=1", "--references.allow-private=true"
    };

    private static final String ORIGINAL_PRIVATE = "original private node";
    private static final String ORIGINAL_PUBLIC = "original public node";
    private static final String PROBE = "probe";

    private final SplittableRandom random;
    private final Path directory;
    private final Published published = new Published();
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, NetworkNode> nodes = new LinkedHashMap<>();
    private final Set<String> down = new HashSet<>();
    private final String victim;
    private final Map<Link, CuttableProxy> wires = new LinkedHashMap<>();
    private final V1PublicNode originalPublic = V1PublicNode.start();
    private V1PrivateNode originalPrivate;

    NetworkRun(long seed, Path directory) throws IOException {
        random = new SplittableRandom(seed);
        this.directory = directory;
        for (String name : names()) {
            ports.put(name, freePort());
        }
        victim = Link.RELAYS.get(random.nextInt(Link.RELAYS.size()));
        // Who is killed cannot be asked what it knows of its links.
        List<Link> links = new ArrayList<>(Link.all());
        links.removeIf(link -> link.from().equals(victim));
        Collections.shuffle(links, Random.from(random));
        for (Link link : links.subList(0, 2)) {
            wires.put(link, CuttableProxy.to(ports.get(link.to())));
        }
    }

    private static List<String> names() {
        return Stream.concat(Link.RELAYS.stream(), Link.PRIVATE_NODES.stream()).toList();
    }

    private int freePort() {
        while (true) {
            try (ServerSocket free =
                    new ServerSocket(random.nextInt(MIN_PORT, MAX_PORT), 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // The next one may be free.
            }
        }
    }

    void run() throws Exception {
        startNodes();
        awaitLinks();
        startOriginals();
        publishEverywhere();
        liveThroughTroubles();
        awaitLinks();
        publishEverywhere();
        awaitEverything();
        // What comes twice may come late.
        publishEverywhere();
        awaitEverything();
        assertNothingElse();
    }

    private void startNodes() throws IOException, InterruptedException {
        for (String name : Link.RELAYS) {
            Path data = directory.resolve("relay-" + name);
            nodes.put(name, NetworkNode.relay(name, ports.get(name), data, addresses(name), SETTINGS));
        }
        for (String name : Link.PRIVATE_NODES) {
            Path data = directory.resolve("private-" + name);
            nodes.put(name, NetworkNode.joining(name, ports.get(name), data, addresses(name), SETTINGS));
        }
        for (NetworkNode node : nodes.values()) {
            node.awaitListening();
        }
    }

    private List<URI> addresses(String dialling) {
        return Link.from(dialling).stream().map(this::address).toList();
    }

    private URI address(Link link) {
        CuttableProxy wire = wires.get(link);
        return URI.create("ws://127.0.0.1:" + (wire == null ? ports.get(link.to()) : wire.port()));
    }

    private void awaitLinks() {
        for (NetworkNode node : nodes.values()) {
            await("links of " + node.name())
                    .atMost(PATIENCE)
                    .pollInterval(BETWEEN_LOOKS)
                    .until(node::isLinked);
        }
    }

    /** Both keep to relays that live, since an original does not come back by itself. */
    private void startOriginals() {
        List<String> safe =
                Link.RELAYS.stream().filter(name -> !name.equals(victim)).toList();
        originalPrivate = V1PrivateNode.connect(nodes.get(safe.getFirst()).address());
        NetworkNode referring = nodes.get(safe.getLast());
        assertThat(originalPublic.shakeHands(referring.address())).isTrue();
        // It becomes a reference when it has been asked back.
        await().atMost(PATIENCE).pollInterval(BETWEEN_LOOKS).until(() -> {
            referring.publish(published.next(PROBE));
            return !originalPublic.received().isEmpty();
        });
    }

    private void publishEverywhere() throws IOException, InterruptedException {
        for (NetworkNode node : nodes.values()) {
            if (!down.contains(node.name())) {
                node.publish(published.next(node.name()));
                publishToOne(node);
            }
        }
        originalPrivate.publish(published.next(ORIGINAL_PRIVATE));
        originalPublic.publish(published.next(ORIGINAL_PUBLIC));
    }

    private void publishToOne(NetworkNode node) throws IOException, InterruptedException {
        String receiver = Link.PRIVATE_NODES.get(random.nextInt(Link.PRIVATE_NODES.size()));
        if (!receiver.equals(node.name())) {
            node.publishTo(nodes.get(receiver), published.next(node.name(), receiver));
        }
    }

    /** They begin and end in random order, so that several may be there at a time. */
    private void liveThroughTroubles() throws Exception {
        List<Link> links = List.copyOf(wires.keySet());
        List<Trouble> troubles = List.of(killedRelay(), cut(links.getFirst()), blackHole(links.getLast()));
        List<Trouble> steps = new ArrayList<>(troubles);
        steps.addAll(troubles);
        Collections.shuffle(steps, Random.from(random));
        Set<Trouble> begun = new HashSet<>();
        for (Trouble step : steps) {
            if (begun.add(step)) {
                step.begin();
            } else {
                step.end();
            }
            publishEverywhere();
        }
    }

    private Trouble killedRelay() {
        NetworkNode relay = nodes.get(victim);
        return new Trouble() {
            @Override
            public void begin() throws InterruptedException {
                relay.kill();
                down.add(victim);
            }

            @Override
            public void end() throws IOException, InterruptedException {
                relay.startAgain();
                relay.awaitListening();
                down.remove(victim);
            }
        };
    }

    private Trouble cut(Link link) {
        return brokenWire(link, wires.get(link)::cut);
    }

    private Trouble blackHole(Link link) {
        return brokenWire(link, wires.get(link)::blackHole);
    }

    private Trouble brokenWire(Link link, Runnable breaking) {
        NetworkNode dialling = nodes.get(link.from());
        return new Trouble() {
            @Override
            public void begin() {
                breaking.run();
            }

            @Override
            public void end() {
                // Whoever has not noticed has lived through nothing.
                await(link + " is noticed to be broken")
                        .atMost(PATIENCE)
                        .pollInterval(BETWEEN_LOOKS)
                        .until(() -> !dialling.isLinkedTo(address(link)));
                wires.get(link).heal();
            }
        };
    }

    private void awaitEverything() {
        await().atMost(PATIENCE).pollInterval(BETWEEN_LOOKS).untilAsserted(() -> {
            for (NetworkNode node : nodes.values()) {
                assertThat(node.received()).as(node.name()).containsAll(published.readableAt(node.name()));
            }
            assertThat(originalPrivate.received()).as(ORIGINAL_PRIVATE).containsAll(expectedAtOriginalPrivate());
            assertThat(originalPublic.received()).as(ORIGINAL_PUBLIC).containsAll(expectedAtOriginalPublic());
        });
    }

    private void assertNothingElse() {
        for (NetworkNode node : nodes.values()) {
            assertThat(node.received())
                    .as(node.name())
                    .containsExactlyInAnyOrderElementsOf(published.readableAt(node.name()));
            assertThat(node.log()).as(node.name()).doesNotContain(" ERROR ");
        }
        assertThat(originalPrivate.received())
                .as(ORIGINAL_PRIVATE)
                .containsExactlyInAnyOrderElementsOf(expectedAtOriginalPrivate());
        // It is given what is for nodes that are elsewhere too, since it may know them.
        assertThat(originalPublic.received().stream()
                        .filter(text -> Published.isForEverybody(text) && !text.contains(PROBE)))
                .as(ORIGINAL_PUBLIC)
                .containsExactlyInAnyOrderElementsOf(expectedAtOriginalPublic());
        assertThat(originalPrivate.faults()).isEmpty();
        assertThat(originalPublic.faults()).isEmpty();
        assertThat(originalPrivate.refused()).isZero();
    }

    private Collection<String> expectedAtOriginalPrivate() {
        return published.forEverybodyNotBy(ORIGINAL_PRIVATE);
    }

    private Collection<String> expectedAtOriginalPublic() {
        return published.forEverybodyNotBy(ORIGINAL_PUBLIC, PROBE);
    }

    @Override
    public void close() {
        nodes.values().forEach(NetworkNode::close);
        wires.values().forEach(CuttableProxy::close);
        originalPublic.close();
        if (originalPrivate != null) {
            originalPrivate.close();
        }
    }
}
