package io.monorelay.server.http;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether a load balancer should send connections here: while nothing speaks against it. Any thread. */
public final class Readiness {
    /** What speaks against it; several may at a time. */
    public enum Reason {
        /** It is not listening yet. */
        STARTING,
        /** It lets its peers go, and will not be there for long. */
        DRAINING,
        /** It will not be there for long. */
        STOPPING,
        /** The store takes no messages: its disk is full, or its database is away. */
        CANNOT_STORE;

        private String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private final Set<Reason> reasons = ConcurrentHashMap.newKeySet();

    /** Not ready, because it is starting. */
    public Readiness() {
        notReady(Reason.STARTING);
    }

    /** From now on that speaks against it. */
    public void notReady(Reason reason) {
        reasons.add(reason);
    }

    /** That speaks against it no longer. */
    public void ready(Reason reason) {
        reasons.remove(reason);
    }

    /** All that speaks against it, for people; empty when it is ready. */
    public String reasons() {
        return Stream.of(Reason.values())
                .filter(reasons::contains)
                .map(Reason::text)
                .collect(Collectors.joining(", "));
    }
}
