package io.monorelay.server.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.ProofV2;
import io.monorelay.server.node.RunningRelay;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A WebSocket client: the platform's own. Every wait is bounded. */
public final class JdkSocket implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final AtomicInteger pings = new AtomicInteger();
    private final WebSocket socket;

    private JdkSocket(URI relay, String... protocol) {
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        if (protocol.length != 0) {
            builder.subprotocols(protocol[0]);
        }
        socket = await(builder.buildAsync(relay, new Ears()));
    }

    /** Connects as an original node does. */
    public static JdkSocket v1(RunningRelay relay) {
        return v1(relay.socketAddress());
    }

    /** The same, at that address. */
    public static JdkSocket v1(URI relay) {
        JdkSocket socket = new JdkSocket(relay);
        assertThat(socket.socket.getSubprotocol()).isEmpty();
        return socket;
    }

    /** Connects at session level 2, and goes no further. */
    public static JdkSocket v2(RunningRelay relay) {
        JdkSocket socket = new JdkSocket(relay.socketAddress(), "monorelay.v2");
        assertThat(socket.socket.getSubprotocol()).isEqualTo("monorelay.v2");
        return socket;
    }

    /** Connects at session level 2 and proves that node's key. */
    public static JdkSocket v2(RunningRelay relay, ForeignNode node) {
        JdkSocket socket = v2(relay);
        ProofV2 proof = node.answerV2(socket.nextJson(), relay.socketAddress().toString(), Instant.now());
        socket.send(proof.text());
        JsonNode welcome = socket.nextJson();
        assertThat(proof.isAnsweredBy(welcome)).as("%s", welcome).isTrue();
        return socket;
    }

    public void send(String text) {
        await(socket.sendText(text, true));
    }

    /** The next text that comes. */
    public String next() {
        try {
            String text = texts.poll(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (text == null) {
                throw new AssertionError("nothing came; closed: " + closed);
            }
            return text;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public JsonNode nextJson() {
        return JSON.readTree(next());
    }

    /** The data of the next text, which must be a message. */
    public String nextData() {
        JsonNode message = nextJson();
        assertThat(message.path("message").path("data").isString())
                .as("%s", message)
                .isTrue();
        return message.path("message").path("data").asString();
    }

    /** The code with which the relay closes. */
    public int closeCode() {
        return await(closed);
    }

    /** How many pings have come. */
    public int pings() {
        return pings.get();
    }

    /** Whether no text is waiting to be read. */
    public boolean isQuiet() {
        return texts.isEmpty();
    }

    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    /** Called by the client one at a time. */
    private final class Ears implements WebSocket.Listener {
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                texts.add(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
            pings.incrementAndGet();
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
