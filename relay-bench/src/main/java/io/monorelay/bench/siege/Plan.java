package io.monorelay.bench.siege;

import io.monorelay.bench.load.Crowd;
import io.monorelay.bench.load.LoadPlan;
import io.monorelay.bench.load.Pace;
import io.monorelay.bench.load.Phases;
import java.time.Duration;

/**
 * What honest nodes do during each attack, and how long everything takes.
 *
 * @param nodes honest ones, of whom all publish, and a fifth is as an original node is
 * @param rate messages a second of all of them together
 * @param warmUp before anything counts
 * @param calm before the attack, what it is compared with
 * @param attack unless one needs longer
 */
record Plan(int nodes, double rate, Duration warmUp, Duration calm, Duration attack, long seed) {
    private static final int FOR_EACH_ORIGINAL = 5;
    private static final int DATA_BYTES = 128;

    /** The load goes on so much longer, so that an attack that is over late is under load as well. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    LoadPlan load(Target target, Duration attacked) {
        Duration measured = calm.plus(attacked).plus(MARGIN);
        return new LoadPlan(
                target.relay(),
                target.pid(),
                new Crowd(nodes, nodes, nodes / FOR_EACH_ORIGINAL, 0, 0),
                new Pace(rate, Pace.OPEN, DATA_BYTES),
                new Phases(Duration.ZERO, warmUp, measured, PATIENCE),
                1,
                seed);
    }
}
