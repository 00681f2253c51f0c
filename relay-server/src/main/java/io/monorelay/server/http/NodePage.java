package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.handshake.Handshakes;
import io.monorelay.server.link.LinkReport;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** What this node is, at {@code GET /}: for programs as JSON, for people as a page. Any thread. */
public final class NodePage {
    private static final String NAME = "Monorelay";
    private static final List<String> PROTOCOLS = List.of("monochain.v1", "monorelay.v2");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String version;
    private final RelayConfig config;
    private final Handshakes handshakes;
    private final RelayMetrics metrics;
    private final IntSupplier connections;
    private final Supplier<List<LinkReport>> links;
    private final String template;

    /**
     * @param connections how many connections are open now
     * @param links how it is now with those that this node keeps to relays
     */
    public NodePage(
            String version,
            RelayConfig config,
            Handshakes handshakes,
            RelayMetrics metrics,
            IntSupplier connections,
            Supplier<List<LinkReport>> links) {
        this.version = version;
        this.config = config;
        this.handshakes = handshakes;
        this.metrics = metrics;
        this.connections = connections;
        this.links = links;
        this.template = template();
    }

    private static String template() {
        try (InputStream page = NodePage.class.getResourceAsStream("index.html")) {
            if (page == null) {
                throw new IllegalStateException("index.html is missing from the jar");
            }
            return new String(page.readAllBytes(), UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException("index.html cannot be read from the jar", unreadable);
        }
    }

    byte[] json() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("name", NAME);
        node.put("node", config.node().name());
        node.put("version", version);
        node.put("key", handshakes.key().toString());
        node.put("network", config.node().network());
        node.put("protocols", PROTOCOLS);
        node.put("durability", config.store().durability().text());
        // Where it is, is nobody else's business.
        node.put("store", config.store().kind());
        node.put("limits", handshakes.statedLimits());
        node.put("connections", connections.getAsInt());
        node.put("public", config.node().isPublic());
        node.put("links", links.get().stream().map(ShownLink::json).toList());
        node.put("totals", totals());
        return JSON.writeValueAsBytes(node);
    }

    String html() {
        StringBuilder rows = new StringBuilder();
        totals().forEach((group, counts) -> counts.forEach((what, count) -> rows.append("<tr><td>")
                .append(group)
                .append("<td>")
                .append(what.replace('_', ' '))
                .append("<td class=n>")
                .append(count)
                .append('\n')));
        String name = config.node().name().isEmpty() ? NAME : config.node().name();
        return template.replace("{{name}}", escaped(name))
                .replace("{{version}}", escaped(version))
                .replace("{{network}}", escaped(config.node().network()))
                .replace("{{key}}", handshakes.key().toString())
                .replace("{{store}}", config.store().kind())
                .replace("{{durability}}", config.store().promise())
                .replace("{{connections}}", Integer.toString(connections.getAsInt()))
                .replace("{{links}}", links.get().stream().map(ShownLink::html).collect(Collectors.joining()))
                .replace("{{totals}}", rows);
    }

    private Map<String, Map<String, Long>> totals() {
        Map<String, Map<String, Long>> totals = new LinkedHashMap<>();
        totals.put("messages", named(metrics.outcomes()));
        totals.put("storage", named(metrics.storage()));
        totals.put("links", named(metrics.linking()));
        totals.put("traffic", named(metrics.traffic()));
        totals.put("drops", named(metrics.drops()));
        totals.put("offences", named(metrics.offences()));
        totals.put("faults", named(metrics.faults()));
        totals.put("refusals", named(metrics.refusals()));
        totals.put("closes", named(metrics.closes()));
        return totals;
    }

    private static <E extends Enum<E>> Map<String, Long> named(Counters<E> counters) {
        Map<String, Long> named = new LinkedHashMap<>();
        counters.nonZero()
                .forEach((constant, count) -> named.put(constant.name().toLowerCase(Locale.ROOT), count));
        return named;
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
