package io.monorelay.bench.load;

import java.net.URI;
import java.util.OptionalLong;

/**
 * What a run does.
 *
 * @param serverPid the process of the relay, if it runs on this machine and is to be watched
 * @param threads event loops of the nodes
 * @param seed of everything random, such as who leaves next
 */
public record LoadPlan(
        URI relay, OptionalLong serverPid, Crowd crowd, Pace pace, Phases phases, int threads, long seed) {
    public LoadPlan {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException(threads + " threads, expected 1 to 256");
        }
    }
}
