package io.monorelay.bench.siege;

import io.monorelay.bench.process.RunException;
import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that hostile peers do to a relay. Has no state: what comes of it is in the assault. */
interface Attack {
    /** As it is named on the command line. */
    String name();

    /** What is done, how often and from where, in a line. */
    String what();

    /** The shortest time in which what it is about can happen. */
    default Duration least() {
        return Duration.ZERO;
    }

    /** Why it cannot be done here; empty when it can. */
    default Optional<String> obstacle() {
        return Optional.empty();
    }

    /** Done before anybody measures. */
    default void prepare(Assault assault) throws IOException {}

    /** Returns when the assault is over; may block. */
    void run(Assault assault) throws IOException, InterruptedException, RunException;

    /** What must have come of it, beside what must come of every attack. */
    List<Finding> judge(Aftermath aftermath);
}
