package io.monorelay.server.http;

import java.util.concurrent.atomic.AtomicReference;

/** Whether a load balancer should send connections here. Any thread. */
public final class Readiness {
    private static final String READY = "";

    private final AtomicReference<String> reason = new AtomicReference<>("starting");

    public void ready() {
        reason.set(READY);
    }

    public void notReady(String why) {
        reason.set(why);
    }

    boolean isReady() {
        return reason.get().equals(READY);
    }

    /** Why it is not ready. */
    String reason() {
        return reason.get();
    }
}
