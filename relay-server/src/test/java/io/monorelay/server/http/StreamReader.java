package io.monorelay.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.RunningRelay;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reader of one event stream, who sees every line of it. */
final class StreamReader implements AutoCloseable {
    /**
     * One event.
     *
     * @param kind empty for a message
     */
    record Event(String kind, String id, String data) {
        JsonNode json() {
            return JsonMapper.shared().readTree(data);
        }

        /** What the message in it says. */
        String text() {
            assertThat(kind).as("kind of %s", data).isEmpty();
            assertThat(json().path("position").asLong()).isEqualTo(Long.parseLong(id));
            return json().path("message").path("data").asString();
        }
    }

    private final RawConnection connection;
    private final String head;
    private final String firstId;
    private final long retryMillis;
    private String lastId;

    private StreamReader(RawConnection connection) {
        this.connection = connection;
        head = connection.head();
        assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
        retryMillis = Long.parseLong(field("retry"));
        firstId = field("id");
        lastId = firstId;
        assertThat(connection.line()).isEmpty();
    }

    private String field(String name) {
        String line = connection.line();
        assertThat(line).startsWith(name + ": ");
        return line.substring(name.length() + 2);
    }

    /** Opens a stream of what comes. */
    static StreamReader open(RunningRelay relay) {
        return open(relay.dial(), "/stream");
    }

    /** Opens the stream that a browser would that comes back. */
    static StreamReader resume(RunningRelay relay, String lastId) {
        return open(relay.dial(), "/stream", "Last-Event-ID: " + lastId + "\r\n");
    }

    static StreamReader open(RawConnection connection, String target, String... headers) {
        return new StreamReader(connection.send(request(target, headers)));
    }

    static String request(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + String.join("", headers) + "\r\n";
    }

    /** What has come over a connection on which the request was made. */
    static StreamReader on(RawConnection connection) {
        return new StreamReader(connection);
    }

    String head() {
        return head;
    }

    long retryMillis() {
        return retryMillis;
    }

    /** Where a reader that comes back goes on. */
    String lastId() {
        return lastId;
    }

    /** The next event, before which nothing else may come. */
    Event next() {
        String line = connection.line();
        String kind = "";
        if (line.startsWith("event: ")) {
            kind = line.substring(7);
            line = connection.line();
        }
        assertThat(line).startsWith("id: ");
        lastId = line.substring(4);
        Event event = new Event(kind, lastId, field("data"));
        assertThat(connection.line()).isEmpty();
        return event;
    }

    /** That messages of these texts come next and nothing else, each at a position above the one before. */
    void assertNext(String... texts) {
        for (String text : texts) {
            long before = Long.parseLong(lastId);
            Event event = next();
            assertThat(event.text()).isEqualTo(text);
            assertThat(Long.parseLong(lastId)).isGreaterThan(before);
        }
    }

    /** The next line, which is a comment. */
    String comment() {
        String line = connection.line();
        assertThat(line).startsWith(":");
        assertThat(connection.line()).isEmpty();
        return line.substring(1).strip();
    }

    RawConnection connection() {
        return connection;
    }

    @Override
    public void close() {
        connection.close();
    }
}
