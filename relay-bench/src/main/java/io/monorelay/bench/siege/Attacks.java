package io.monorelay.bench.siege;

import java.util.List;
import java.util.Optional;

/** All that a siege knows. */
final class Attacks {
    private static final List<Attack> ALL = List.of(
            new SlowLoris(),
            new SlowHttpTest(),
            new ConnectionFlood(),
            new HandshakeFlood(),
            new InvalidSignatures(),
            new Duplicates(),
            new Replays(),
            new CompressedBomb(),
            new Fragments(),
            new Pings(),
            new EndlessFrames(),
            new DeafReaders(),
            new Smuggling(),
            new HugeRequests(),
            new PrivateReferences(),
            new Middleman(),
            new OriginalAttacks());

    private Attacks() {}

    static List<Attack> all() {
        return ALL;
    }

    static Optional<Attack> named(String name) {
        return ALL.stream().filter(attack -> attack.name().equals(name)).findFirst();
    }
}
