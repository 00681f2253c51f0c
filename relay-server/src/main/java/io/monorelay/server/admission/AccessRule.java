package io.monorelay.server.admission;

import io.monorelay.server.config.Subject;
import java.time.Instant;
import java.util.Optional;

/**
 * One rule of who may connect and take part.
 *
 * @param until when it ends; empty if it holds until it is lifted
 * @param reason for people, may be empty
 * @param permanent whether the settings say it, so that it cannot be lifted
 */
public record AccessRule(Kind kind, Subject subject, Optional<Instant> until, String reason, boolean permanent) {
    /** What a rule says. A denial wins over a permission. */
    public enum Kind {
        DENY,
        /** Has an effect only where the mode is that of a list. */
        ALLOW
    }

    boolean holdsAt(Instant time) {
        return until.isEmpty() || time.isBefore(until.get());
    }
}
