package io.monorelay.server.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.json.JsonMapper;

/** The texts of the messages that an event stream has brought so far. */
final class CollectedStream implements AutoCloseable {
    private static final String DATA = "data: ";

    private final Process connection;
    private final Duration patience;
    private final List<String> texts = new CopyOnWriteArrayList<>();

    /**
     * @param connection whose output is the answer to the request for the stream
     * @param patience how long a message may take
     */
    CollectedStream(Process connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
        Thread.ofPlatform().daemon().name("event-stream").start(this::collect);
    }

    private void collect() {
        try (BufferedReader lines = connection.inputReader(UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(DATA)) {
                    texts.add(text(line.substring(DATA.length())));
                }
            }
        } catch (IOException closed) {
            // Who waits for more sees that nothing comes.
        }
    }

    /** What a message says; an event that is none, such as a gap, shows as what it is. */
    static String text(String json) {
        return JsonMapper.shared().readTree(json).path("message").path("data").asString(json);
    }

    /** That each of these comes once, in whatever order, and nothing else has come until the last of them is there. */
    void assertGets(Collection<String> expected) {
        await().atMost(patience).untilAsserted(() -> assertThat(texts).containsAll(expected));
        assertThat(texts).containsExactlyInAnyOrderElementsOf(expected);
    }

    void assertGets(String... expected) {
        assertGets(List.of(expected));
    }

    @Override
    public void close() {
        connection.destroyForcibly();
    }
}
