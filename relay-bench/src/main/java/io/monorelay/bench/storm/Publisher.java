package io.monorelay.bench.storm;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.bench.messages.SignedMessages;
import io.monorelay.bench.process.RunException;
import io.monorelay.protocol.Form;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;

/** Publishes numbered messages over HTTP, each when the one before has been acknowledged. Used by one thread; blocks. */
final class Publisher {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int DATA_BYTES = 128;
    private static final int OK = 200;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SignedMessages messages = new SignedMessages(SampleMessages.ed25519(), 1, Form.MONOCHAIN, DATA_BYTES);
    private final URI target;
    private int published;

    Publisher(int port) {
        target = URI.create("http://127.0.0.1:" + port + "/broadcast");
    }

    /** How many messages have been acknowledged. */
    int published() {
        return published;
    }

    void publish(int count) throws IOException, InterruptedException, RunException {
        for (int i = 0; i < count; i++) {
            publish();
        }
    }

    private void publish() throws IOException, InterruptedException, RunException {
        HttpRequest request = HttpRequest.newBuilder(target)
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofByteArray(messages.message(published, Instant.now())))
                .build();
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != OK) {
            throw new RunException("a message was answered with " + answer.statusCode() + " " + answer.body());
        }
        published++;
    }
}
