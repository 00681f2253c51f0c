package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.util.List;

/** Connections from one network, as many as it can open, which say nothing. */
final class ConnectionFlood implements Attack {
    private static final int ATTACKERS = 8;
    private static final double PER_SECOND_EACH = 50;
    private static final int HOSTS = 64;
    private static final String TRIED = "connected";

    /** By the defaults of {@code access.accept-rate-per-network}, and the seconds' worth of it that may come at once. */
    private static final long ACCEPTED_PER_SECOND = 100;

    private static final long BURST_SECONDS = 2;

    @Override
    public String name() {
        return "connection-flood";
    }

    @Override
    public String what() {
        return "400 connections/s from 64 addresses of one /24, kept open without a word";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        assault.sideBySide(ATTACKERS, number -> flood(assault, number));
    }

    @SuppressWarnings("resource") // they are kept open on purpose, until the assault ends
    private static void flood(Assault assault, int number) {
        Beat beat = assault.beat(PER_SECOND_EACH);
        for (int i = 0; beat.next(); i++) {
            try {
                assault.dial((i * ATTACKERS + number) % HOSTS);
                assault.outcomes().count(TRIED);
            } catch (IOException refused) {
                assault.outcomes().count(Hostile.ENDED);
            }
        }
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long tried = aftermath.outcomes().of(TRIED);
        long most = ACCEPTED_PER_SECOND * (BURST_SECONDS + aftermath.length().toSeconds() + 1);
        long refused = aftermath.counted().of("refusals");
        return List.of(
                new Finding(
                        "no more are accepted than one network may have",
                        refused >= tried - most && refused > 0,
                        refused + " of " + tried + " refused, at most " + most + " may be accepted"),
                aftermath.counted("refusals", "network_too_fast", 1));
    }
}
