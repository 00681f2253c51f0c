package io.monorelay.server.node;

import io.monorelay.server.net.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Publishes one message after the other over HTTP, each until it is acknowledged, wherever that is. */
final class PersistentPublisher {
    private static final Duration PATIENCE = Duration.ofMillis(RawConnection.PATIENCE_MILLIS);
    private static final int ACKNOWLEDGED = 200;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ForeignNode node = ForeignNode.generate();
    private final String name;
    private final List<URI> targets;
    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::publish);
    private volatile boolean stopping;

    /** @param targets where it can be done, of which the next is tried when one fails */
    PersistentPublisher(String name, List<URI> targets) {
        this.name = name;
        this.targets = targets;
        thread.start();
    }

    private void publish() {
        for (int number = 0; !stopping; number++) {
            String text = name + " " + number;
            String body = node.broadcast(text, Instant.now());
            for (int attempt = 0; !isAcknowledged(body, targets.get(attempt % targets.size())); attempt++) {
                Thread.onSpinWait();
            }
            acknowledged.add(text);
        }
    }

    private boolean isAcknowledged(String body, URI target) {
        HttpRequest request = HttpRequest.newBuilder(target.resolve("/broadcast"))
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == ACKNOWLEDGED;
        } catch (IOException again) {
            return false;
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** What was acknowledged so far: everything that it has published, but for the last. */
    List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Returns when the last message is acknowledged too. */
    List<String> finish() throws InterruptedException {
        stop();
        return acknowledged();
    }

    void stop() throws InterruptedException {
        stopping = true;
        if (!thread.join(PATIENCE.multipliedBy(3))) {
            throw new AssertionError(name + " waits for an acknowledgement");
        }
    }
}
