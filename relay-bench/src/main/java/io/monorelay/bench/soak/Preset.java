package io.monorelay.bench.soak;

import io.monorelay.bench.load.Crowd;
import io.monorelay.bench.load.Pace;
import io.monorelay.bench.load.Phases;
import java.time.Duration;

/** How much and for how long. Each has all kinds of nodes, and everything that is unpleasant. */
enum Preset {
    QUICK("a minute, at a rate that a build server manages", 200, Duration.ofSeconds(60)),
    HOUR("an hour at 5,000 messages/s, which is a million deliveries a second", 5000, Duration.ofHours(1));

    private static final int NODES = 200;
    private static final int PUBLISHERS = 200;
    private static final int ORIGINALS = 20;
    private static final int SLOW = 10;
    private static final double LEAVES_PER_SECOND = 2;
    private static final int DATA_BYTES = 128;
    private static final Duration RAMP = Duration.ofSeconds(3);
    private static final Duration WARMUP = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String description;
    private final double rate;
    private final Duration length;

    Preset(String description, double rate, Duration length) {
        this.description = description;
        this.rate = rate;
        this.length = length;
    }

    String description() {
        return description;
    }

    double rate() {
        return rate;
    }

    Duration length() {
        return length;
    }

    static Crowd crowd() {
        return new Crowd(NODES, PUBLISHERS, ORIGINALS, SLOW, LEAVES_PER_SECOND);
    }

    static Pace pace(double rate) {
        return new Pace(rate, Pace.OPEN, DATA_BYTES);
    }

    /** @param length all of it, in which something is published */
    static Phases phases(Duration length) {
        return new Phases(RAMP, WARMUP, length.minus(RAMP).minus(WARMUP), PATIENCE);
    }
}
