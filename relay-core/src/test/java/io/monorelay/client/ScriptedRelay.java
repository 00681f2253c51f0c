package io.monorelay.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.handshake.ProvenNode;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.websocket.FrameReader;
import io.monorelay.websocket.FrameSink;
import io.monorelay.websocket.FrameWriter;
import io.monorelay.websocket.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A relay that does what a test tells it, step by step, on the thread of the test. Nothing takes more than seconds. */
final class ScriptedRelay implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(10).toMillis();
    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: (\\S+)");

    /** What came from the client. */
    sealed interface Event {
        record Text(String text) implements Event {}

        record Ping() implements Event {}

        record Pong(String payload) implements Event {}

        record Close(int code, String reason) implements Event {}
    }

    private final ServerSocket server;
    private final String scheme;
    private final List<Socket> accepted = new ArrayList<>();

    private ScriptedRelay(String scheme, ServerSocket server) throws IOException {
        this.scheme = scheme;
        this.server = server;
        server.setSoTimeout(TIMEOUT_MILLIS);
    }

    static ScriptedRelay start() throws IOException {
        return new ScriptedRelay("ws", new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    /** A relay at the address of one that is closed. */
    static ScriptedRelay at(URI uri) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort()));
        return new ScriptedRelay("ws", server);
    }

    static ScriptedRelay overTls(ServerSocket server) throws IOException {
        return new ScriptedRelay("wss", server);
    }

    URI uri() {
        return uri("127.0.0.1");
    }

    URI uri(String host) {
        return URI.create(scheme + "://" + host + ":" + server.getLocalPort());
    }

    /** Whether somebody dials within that time; who does is let go at once. */
    boolean isDialledWithin(Duration time) throws IOException {
        server.setSoTimeout((int) time.toMillis());
        try {
            server.accept().close();
            return true;
        } catch (SocketTimeoutException nobody) {
            return false;
        } finally {
            server.setSoTimeout(TIMEOUT_MILLIS);
        }
    }

    /** The next connection. */
    Conversation accept() throws IOException {
        Socket socket = server.accept();
        accepted.add(socket);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return new Conversation(socket);
    }

    /** Ends all connections too. */
    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }

    /** One connection. */
    static final class Conversation implements AutoCloseable, FrameSink {
        private final Socket socket;
        private final InputStream in;
        private final FrameReader reader = new FrameReader(Role.SERVER, 1024 * 1024, this);
        private final Queue<Event> events = new ArrayDeque<>();
        private int pingSeconds = 25;
        private long resumesFromAtMost = Long.MAX_VALUE;
        private Inbound.HandshakeV2 proof;

        private Conversation(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
        }

        // HTTP

        String readHead() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("the client closed after: " + head.toString(US_ASCII));
                }
                head.write(octet);
            }
            return head.toString(US_ASCII);
        }

        /** The 101 that fits a request. */
        static String switching(String head) {
            Matcher key = KEY.matcher(head);
            if (!key.find()) {
                throw new AssertionError("no Sec-WebSocket-Key in " + head);
            }
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Protocol: monorelay.v2\r\n"
                    + "Sec-WebSocket-Accept: " + UpgradeHandler.acceptFor(key.group(1)) + "\r\n\r\n";
        }

        void write(String text) throws IOException {
            write(text.getBytes(UTF_8));
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        void upgrade() throws IOException {
            write(switching(readHead()));
        }

        // WebSocket

        static byte[] frame(Consumer<ByteBuf> writer) {
            ByteBuf frame = Unpooled.buffer();
            writer.accept(frame);
            return Arrays.copyOf(frame.array(), frame.writerIndex());
        }

        void send(byte[] text) throws IOException {
            write(frame(out -> FrameWriter.writeText(out, text)));
        }

        void send(String text) throws IOException {
            send(text.getBytes(UTF_8));
        }

        void sendPing(String payload) throws IOException {
            write(frame(out -> FrameWriter.writePing(out, payload.getBytes(UTF_8))));
        }

        void sendClose(int code, String reason) throws IOException {
            write(frame(out -> FrameWriter.writeClose(out, code, reason)));
        }

        Event next() throws IOException, ProtocolException {
            byte[] bytes = new byte[65_536];
            while (events.isEmpty()) {
                int count = in.read(bytes);
                if (count < 0) {
                    throw new IOException("the client closed the connection");
                }
                reader.read(Unpooled.wrappedBuffer(bytes, 0, count));
            }
            return events.remove();
        }

        String nextText() throws IOException, ProtocolException {
            Event event = next();
            if (event instanceof Event.Text text) {
                return text.text();
            }
            throw new AssertionError("expected a text, got " + event);
        }

        Inbound nextInbound() throws IOException, ProtocolException {
            return new InboundDecoder(Limits.defaults().withMaxFrameBytes(1024 * 1024))
                    .decode(nextText().getBytes(UTF_8));
        }

        /** Whether the client has closed the TCP connection, once everything before that is read. */
        boolean isAtEnd() throws IOException {
            return in.read() < 0;
        }

        // the handshake

        /** From then on says that it pings that often, which it does not. */
        Conversation withPingSeconds(int seconds) {
            pingSeconds = seconds;
            return this;
        }

        /** A relay whose log ends there. */
        Conversation resumingFromAtMost(long position) {
            resumesFromAtMost = position;
            return this;
        }

        /** The position after which the client wanted to go on. */
        Long askedToResumeAfter() {
            return proof.resumeAfter();
        }

        Inbound.Hello sendHello(HandshakeV2 handshakes, NodeIdentity identity) throws IOException {
            Inbound.Hello hello = handshakes.hello(
                    identity.key(),
                    handshakes.newChallenge(),
                    new HandshakeV2.Terms("monochain", null, Map.of("message_max_bytes", 65_536L), pingSeconds));
            send(HandshakeEncoder.hello(hello));
            return hello;
        }

        Inbound.Welcome welcome(HandshakeV2 handshakes, NodeIdentity identity, Inbound.Hello hello)
                throws IOException, ProtocolException {
            proof = (Inbound.HandshakeV2) nextInbound();
            ProvenNode node = handshakes.accept(proof, hello.challenge(), identity.key(), Set.of(), Instant.now());
            Long resumedFrom =
                    proof.resumeAfter() == null ? null : Long.valueOf(Math.min(proof.resumeAfter(), resumesFromAtMost));
            return handshakes.welcome(node, identity, 41, "127.0.0.1:5", resumedFrom);
        }

        void handshake(HandshakeV2 handshakes, NodeIdentity identity) throws IOException, ProtocolException {
            upgrade();
            Inbound.Hello hello = sendHello(handshakes, identity);
            send(HandshakeEncoder.welcome(welcome(handshakes, identity, hello)));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        // from the reader

        @Override
        public void onText(byte[] payload) {
            events.add(new Event.Text(new String(payload, UTF_8)));
        }

        @Override
        public void onPing(byte[] payload) {
            events.add(new Event.Ping());
        }

        @Override
        public void onPong(byte[] payload) {
            events.add(new Event.Pong(new String(payload, UTF_8)));
        }

        @Override
        public void onClose(int code, String reason) {
            events.add(new Event.Close(code, reason));
        }
    }
}
