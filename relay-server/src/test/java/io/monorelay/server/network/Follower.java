package io.monorelay.server.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.LinkedNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * An application beside a node, which reads the node's event stream from its first message on, and goes on after the last
 * event that it had when the node comes back. One thread follows; any thread may ask what has come.
 */
public final class Follower {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String ID = "id: ";
    private static final String DATA = "data: ";

    private final List<String> texts = new CopyOnWriteArrayList<>();
    private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

    // owned by whoever reads
    private String lastId = "0";
    private String id = "";
    private String data = "";

    /** Follows the node at that address until it ends. */
    public void follow(URI node) throws IOException, InterruptedException {
        // All that came from the node that ended must be counted before it says where it goes on.
        LinkedNode.await(reading);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + node.getAuthority() + "/stream"))
                .header("Last-Event-ID", lastId)
                .build();
        HttpResponse<Stream<String>> answer = CLIENT.send(request, BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        reading = CompletableFuture.runAsync(
                () -> read(answer.body()), task -> Thread.ofVirtual().start(task));
    }

    private void read(Stream<String> lines) {
        id = "";
        data = "";
        try {
            lines.forEach(this::onLine);
        } catch (UncheckedIOException nodeEnded) {
            // Whoever waits for more sees that nothing comes.
        }
    }

    /** An event counts when the empty line at its end has come: what was cut off comes again. */
    private void onLine(String line) {
        if (line.startsWith(ID)) {
            id = line.substring(ID.length());
        } else if (line.startsWith(DATA)) {
            data = line.substring(DATA.length());
        } else if (line.isEmpty() && !data.isEmpty()) {
            texts.add(CollectedStream.text(data));
            lastId = id;
            data = "";
        }
    }

    /** What the messages said that have come, in order; twice when one came twice. */
    public List<String> texts() {
        return List.copyOf(texts);
    }
}
