package io.monorelay.bench.siege;

import java.util.List;
import java.util.Optional;

/** All that a siege knows. */
final class Attacks {
    private static final List<Attack> ALL = List.of(
            new ConnectionFlood(),
            new InvalidSignatures(),
            new Duplicates(),
            new CompressedBomb(),
            new Fragments(),
            new Smuggling(),
            new HugeRequests());

    private Attacks() {}

    static List<Attack> all() {
        return ALL;
    }

    static Optional<Attack> named(String name) {
        return ALL.stream().filter(attack -> attack.name().equals(name)).findFirst();
    }
}
