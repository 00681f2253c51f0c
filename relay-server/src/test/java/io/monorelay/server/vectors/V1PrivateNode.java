package io.monorelay.server.vectors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A private node as the original program is one, scripted from what was captured of it: one WebSocket without a
 * subprotocol, whose answer it reads in one piece of at most 1,024 bytes; it understands what has its type as last member,
 * leaves that out itself, closes after a time without a byte, and never comes back. It shares no code with the relay.
 * Any thread.
 */
public final class V1PrivateNode implements AutoCloseable {
    /** After so long without a byte an original gives up. */
    public static final Duration SILENCE = Duration.ofSeconds(30);

    private static final int ANSWER_BYTES = 1024;
    private static final String TYPED_BROADCAST = ",\"_type\":\"Broadcast_Message\"}";
    private static final String TYPED_SUCCESS = ",\"_type\":\"WS_Success\"}";
    private static final String TYPED_ERROR = ",\"_type\":\"WS_Error\"}";
    private static final String VALID = "{\"info\":\"Broadcast message was valid\"}";
    private static final String INVALID = "{\"code\":1,\"info\":\"Broadcast message was invalid\"}";
    private static final int NORMAL_CLOSURE = 1000;

    private final ForeignNode identity = ForeignNode.generate();
    private final Socket socket;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger pings = new AtomicInteger();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final ReentrantLock writing = new ReentrantLock();

    private V1PrivateNode(Socket socket) {
        this.socket = socket;
    }

    /** Connects to a relay, whatever the scheme of its address. */
    public static V1PrivateNode connect(URI relay) {
        return connect(relay, SILENCE);
    }

    /** The same for one that gives up earlier. */
    public static V1PrivateNode connect(URI relay, Duration silence) {
        try {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(RawConnection.PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(relay.getHost(), relay.getPort()), RawConnection.PATIENCE_MILLIS);
            V1PrivateNode node = new V1PrivateNode(socket);
            node.upgrade(relay);
            socket.setSoTimeout(Math.toIntExact(silence.toMillis()));
            Thread.ofVirtual().start(node::listen);
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void upgrade(URI relay) throws IOException {
        write(("GET / HTTP/1.1\r\nHost: " + relay.getAuthority()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: N3F0OGRyT1puOGlMbzJoYw==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(ISO_8859_1));
        byte[] answer = new byte[ANSWER_BYTES];
        int length = 0;
        while (!new String(answer, 0, length, ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = length == ANSWER_BYTES ? -1 : socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("expected an answer of at most " + ANSWER_BYTES + " bytes, got "
                        + new String(answer, 0, length, ISO_8859_1));
            }
            answer[length++] = (byte) next;
        }
        if (!new String(answer, 0, length, ISO_8859_1).startsWith("HTTP/1.1 101 ")) {
            throw new IOException("expected an upgrade, got " + new String(answer, 0, length, ISO_8859_1));
        }
    }

    public ForeignNode identity() {
        return identity;
    }

    /** Signs a text and sends it; {@link #acknowledged} counts the answer. */
    public void publish(String data) {
        send(Frame.TEXT, identity.broadcast(data).getBytes(UTF_8));
    }

    /** What the messages said that came, in order; twice when one came twice. */
    public List<String> received() {
        return List.copyOf(received);
    }

    /** What came that an original does not understand or takes for wrong. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** How many of its messages the relay called valid. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /** How many of its messages the relay called invalid. */
    public int refused() {
        return refused.get();
    }

    public int pings() {
        return pings.get();
    }

    public boolean isConnected() {
        return !ended.isDone();
    }

    /** How it ended, when it has. */
    public CompletionStage<String> ended() {
        return ended;
    }

    private void listen() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (!ended.isDone()) {
                on(frame(in));
            }
        } catch (SocketTimeoutException silence) {
            ended.complete("nothing came");
            close();
        } catch (IOException broken) {
            ended.complete(broken.toString());
        }
    }

    private static Frame frame(DataInputStream in) throws IOException {
        int head = in.readUnsignedByte();
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        return new Frame(head, in.readNBytes(Math.toIntExact(length)));
    }

    private void on(Frame frame) throws IOException {
        switch (frame.head()) {
            case Frame.TEXT -> onText(frame.text());
            case Frame.PING -> {
                pings.incrementAndGet();
                send(Frame.PONG, frame.payload());
            }
            case Frame.CLOSE -> {
                send(Frame.CLOSE, frame.payload());
                ended.complete("closed with " + frame.closeCode());
                socket.close();
            }
            default -> faults.add(frame.toString());
        }
    }

    private void onText(String text) {
        if (text.endsWith(TYPED_SUCCESS)) {
            acknowledged.incrementAndGet();
        } else if (text.endsWith(TYPED_ERROR)) {
            refused.incrementAndGet();
        } else if (text.endsWith(TYPED_BROADCAST)) {
            onBroadcast(V1Message.of(text.substring(0, text.length() - TYPED_BROADCAST.length()) + "}"), text);
        } else {
            faults.add(text);
        }
    }

    private void onBroadcast(V1Message message, String text) {
        if (message.isSigned()) {
            received.add(message.data());
            send(Frame.TEXT, VALID.getBytes(UTF_8));
        } else {
            faults.add(text);
            send(Frame.TEXT, INVALID.getBytes(UTF_8));
        }
    }

    private void send(int head, byte[] payload) {
        try {
            write(RawConnection.masked(head, payload));
        } catch (IOException broken) {
            ended.complete(broken.toString());
        }
    }

    private void write(byte[] bytes) throws IOException {
        writing.lock();
        try {
            socket.getOutputStream().write(bytes);
        } finally {
            writing.unlock();
        }
    }

    /** Closes as an original does, without waiting for the answer. */
    @Override
    public void close() {
        try {
            write(RawConnection.masked(Frame.CLOSE, new byte[] {(byte) (NORMAL_CLOSURE >> 8), (byte) NORMAL_CLOSURE}));
            socket.close();
        } catch (IOException closedAlready) {
            // What counts is how it ended.
        }
        ended.complete("closed by itself");
    }
}
