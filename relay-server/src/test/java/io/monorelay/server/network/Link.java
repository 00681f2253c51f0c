package io.monorelay.server.network;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Who dials whom in the network of the test: three relays dial each other, and six private nodes, which are named after
 * their relays, dial one or two of them.
 */
record Link(String from, String to) {
    static final List<String> RELAYS = List.of("A", "B", "C");
    static final List<String> PRIVATE_NODES = List.of("a", "b", "c", "ab", "bc", "ca");

    static List<Link> all() {
        return Stream.concat(RELAYS.stream(), PRIVATE_NODES.stream())
                .flatMap(from -> from(from).stream())
                .toList();
    }

    /** The links that this node dials. */
    static List<Link> from(String node) {
        return RELAYS.stream()
                .filter(relay -> RELAYS.contains(node)
                        ? !relay.equals(node)
                        : node.toUpperCase(Locale.ROOT).contains(relay))
                .map(relay -> new Link(node, relay))
                .toList();
    }
}
