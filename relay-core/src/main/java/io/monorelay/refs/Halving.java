package io.monorelay.refs;

import java.time.Duration;

/** How what has happened loses weight with time. */
final class Halving {
    private Halving() {}

    /** What is left of one after that time: a half after each half-life, and all of it when the clock has gone back. */
    static double of(Duration elapsed, Duration halfLife) {
        double halvings = (double) elapsed.toMillis() / halfLife.toMillis();
        return Math.pow(2, -Math.max(halvings, 0));
    }
}
