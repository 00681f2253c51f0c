package io.monorelay.bench.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a relay says of itself at {@code GET /}. Used by one thread, which may block. */
public final class RelayPage implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final HttpRequest request;

    /** @param relay as it is dialled by nodes */
    public RelayPage(URI relay) {
        URI page = URI.create(relay.toString().replaceFirst("^ws", "http"));
        request = HttpRequest.newBuilder(page).timeout(PATIENCE).build();
    }

    /** Empty when the relay does not answer, or not in time. */
    public Optional<JsonNode> read() throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return Optional.of(JsonMapper.shared().readTree(answer.body()));
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
