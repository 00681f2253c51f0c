package io.monorelay.server.vectors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.server.node.ForeignNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A public node as the original program is one, scripted from what was captured of it: it listens for HTTP, closes after
 * every answer, asks back who shakes hands with it, and passes each new message on to every node that it knows, the one
 * that it came from included. It shares no code with the relay. Any thread.
 */
public final class V1PublicNode implements AutoCloseable {
    private static final byte[] TAKEN = Captures.bytes("original/http/broadcast-simple.response.bin");
    private static final byte[] REFUSED = Captures.bytes("original/http/broadcast-badsig.response.bin");
    private static final byte[] NOT_FOUND = Captures.bytes("original/http/not-found.response.bin");
    private static final int BACKLOG = 256;

    private final ForeignNode identity = ForeignNode.generate();
    private final ServerSocket listener;
    private final Set<URI> references = ConcurrentHashMap.newKeySet();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();

    private V1PublicNode() throws IOException {
        listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** A node on a free port of the loopback interface. */
    public static V1PublicNode start() {
        try {
            return new V1PublicNode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    public ForeignNode identity() {
        return identity;
    }

    /** What the messages said that it was sent, each message once, in the order in which they came. */
    public List<String> received() {
        return List.copyOf(received);
    }

    /** What it was sent that an original cannot do anything with, and what it was answered that it does not understand. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** The nodes that have proven their keys to it, and that it passes messages on to. */
    public Set<URI> references() {
        return Set.copyOf(references);
    }

    /**
     * Shakes hands with the node at that address, over HTTP whatever its scheme; remembers it when it proves its key.
     * Blocks.
     */
    public boolean shakeHands(URI node) {
        String request = identity.handshakeV1(uri().toString(), Instant.now());
        V1Call answer = call(node, "/handshake", request);
        boolean proven = answer.isOk() && isProof(request, JsonMapper.shared().readTree(answer.body()));
        if (proven) {
            references.add(httpOf(node));
        }
        return proven;
    }

    private static boolean isProof(String request, JsonNode answer) {
        String text = JsonMapper.shared().readTree(request).path("message").asString();
        return answer.path("message").asString("").equals(text)
                && ForeignNode.verifies(
                        ForeignNode.bytes(answer.path("responder_key")),
                        text.getBytes(UTF_8),
                        ForeignNode.bytes(answer.path("signature")));
    }

    /** Signs a text and sends it to every node that it knows; returns when all have answered. Blocks. */
    public void publish(String data) {
        String broadcast = identity.broadcast(data);
        seen.add(broadcast);
        passOn(broadcast);
    }

    private void passOn(String broadcast) {
        for (URI reference : references) {
            V1Call answer = call(reference, "/broadcast", broadcast);
            if (!answer.isOk()) {
                faults.add(reference + " answered " + answer);
            }
        }
    }

    private V1Call call(URI node, String path, String text) {
        try {
            return V1Call.post(httpOf(node), path, text);
        } catch (IOException unreachable) {
            return new V1Call(0, unreachable.toString());
        }
    }

    private static URI httpOf(URI node) {
        return URI.create("http://" + node.getAuthority());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String request = request(new BufferedInputStream(socket.getInputStream()));
            String body = request.substring(request.indexOf("\r\n\r\n") + 4);
            if (request.startsWith("POST /broadcast ")) {
                onBroadcast(socket, body);
            } else if (request.startsWith("POST /handshake ")) {
                onHandshake(socket, JsonMapper.shared().readTree(body));
            } else {
                faults.add(request);
                socket.getOutputStream().write(NOT_FOUND);
            }
            if (!request.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n")) {
                faults.add("expected a request for one connection, got " + request);
            }
        } catch (IOException broken) {
            faults.add(broken.toString());
        }
    }

    private void onBroadcast(Socket socket, String text) throws IOException {
        V1Message message = V1Message.of(text);
        socket.getOutputStream().write(message.isSigned() ? TAKEN : REFUSED);
        if (!message.isSigned()) {
            faults.add(text);
        } else if (seen.add(text)) {
            received.add(message.data());
            passOn(text);
        }
    }

    private void onHandshake(Socket socket, JsonNode request) throws IOException {
        String answer = identity.answerV1(request);
        byte[] body = (answer.substring(0, answer.length() - 1) + ",\"_type\":\"HandshakeResponse\"}").getBytes(UTF_8);
        socket.getOutputStream()
                .write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                                + "\r\nServer: VWeb\r\nConnection: close\r\n\r\n" + new String(body, ISO_8859_1))
                        .getBytes(ISO_8859_1));
        socket.shutdownOutput();
        String ref = request.path("initiator").path("ref").asString("");
        if (!ref.isEmpty() && !references.contains(httpOf(URI.create(ref)))) {
            shakeHands(URI.create(ref));
        }
    }

    private static String request(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("expected a request, got \"" + head + "\"");
            }
            head.append((char) next);
        }
        String marker = "Content-Length: ";
        int start = head.indexOf(marker);
        int length =
                start < 0 ? 0 : Integer.parseInt(head.substring(start + marker.length(), head.indexOf("\r\n", start)));
        return head + new String(in.readNBytes(length), UTF_8);
    }

    @Override
    public void close() {
        goAway();
    }

    /** Listens no longer, for good. */
    public void goAway() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
