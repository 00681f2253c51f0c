package io.monorelay.bench.soak;

import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a relay says of itself at {@code GET /}. Used by one thread, which may block. */
final class RelayPage implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final HttpRequest request;

    /** @param relay as it is dialled by nodes */
    RelayPage(URI relay) {
        URI page = URI.create(relay.toString().replaceFirst("^ws", "http"));
        request = HttpRequest.newBuilder(page).timeout(PATIENCE).build();
    }

    JsonNode read() throws InterruptedException, RunException {
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return JsonMapper.shared().readTree(answer.body());
        } catch (IOException | JacksonException e) {
            throw new RunException("the relay does not answer GET / any more: " + e, e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
