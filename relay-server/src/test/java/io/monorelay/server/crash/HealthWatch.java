package io.monorelay.server.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks a relay for its health all the time, as a load balancer does that gives it a second for its answer. */
final class HealthWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int INTERVAL_MILLIS = 50;
    private static final int OK = 200;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService pace = Executors.newScheduledThreadPool(2);
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    HealthWatch(URI relay) {
        for (String target : new String[] {"/health/live", "/health/ready"}) {
            URI uri = URI.create("http://" + relay.getAuthority() + target);
            pace.scheduleAtFixedRate(() -> check(uri), 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void check(URI uri) {
        try {
            int status = client.send(
                            HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.discarding())
                    .statusCode();
            answered.incrementAndGet();
            if (status != OK) {
                failures.add(uri + ": " + status);
            }
        } catch (IOException failure) {
            failures.add(uri + ": " + failure);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    int answered() {
        return answered.get();
    }

    /** What was answered with something else than 200, or not in time. */
    Queue<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        pace.shutdownNow();
    }
}
