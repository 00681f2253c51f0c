package io.monorelay.server.ws;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.handshake.ProvenNode;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.net.Frame;
import io.monorelay.websocket.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A relay that does the handshake as it should, and from then on sends and sees bytes. */
final class RawRelay implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: (\\S+)");
    private static final String AGREED = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n";

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final HandshakeV2 handshakes;
    private final NodeIdentity identity;

    RawRelay(Ed25519 ed25519) throws IOException {
        server.setSoTimeout(PATIENCE_MILLIS);
        handshakes = new HandshakeV2(ed25519, Limits.defaults());
        identity = NodeIdentity.generate(ed25519);
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + server.getLocalPort());
    }

    /** The next client, once it has proven its key and was welcomed. */
    Dialled accept(boolean deflate) throws IOException, ProtocolException {
        Dialled client = new Dialled(server.accept());
        String head = client.head();
        assertThat(head.toLowerCase(Locale.ROOT).contains("sec-websocket-extensions: permessage-deflate"))
                .as(head)
                .isEqualTo(deflate);
        client.write(switching(head, deflate ? AGREED : "").getBytes(US_ASCII));
        Inbound.Hello hello = handshakes.hello(
                identity.key(),
                handshakes.newChallenge(),
                new HandshakeV2.Terms("monochain", null, Map.of("message_max_bytes", 65_536L), 0));
        client.writeText(HandshakeEncoder.hello(hello));
        Inbound proof =
                new InboundDecoder(Limits.defaults()).decode(client.frame().payload());
        ProvenNode node = handshakes.accept(
                (Inbound.HandshakeV2) proof, hello.challenge(), identity.key(), Set.of(), Instant.now());
        client.writeText(HandshakeEncoder.welcome(handshakes.welcome(node, identity, 41, "127.0.0.1:5", null)));
        return client;
    }

    private static String switching(String head, String headers) {
        Matcher key = KEY.matcher(head);
        assertThat(key.find()).as(head).isTrue();
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Protocol: monorelay.v2\r\n" + headers
                + "Sec-WebSocket-Accept: " + acceptFor(key.group(1)) + "\r\n\r\n";
    }

    private static String acceptFor(String key) {
        try {
            String text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** A client, as bytes. */
    static final class Dialled implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;

        private Dialled(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        }

        void write(byte[] bytes) throws IOException {
            try {
                socket.getOutputStream().write(bytes);
            } catch (SocketException closedByTheClient) {
                assertThat(socket.isConnected()).isTrue();
            }
        }

        private void writeText(byte[] text) throws IOException {
            ByteBuf frame = Unpooled.buffer();
            FrameWriter.writeText(frame, text);
            write(ByteBufUtil.getBytes(frame));
        }

        private String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            return head.toString();
        }

        /** The next frame, which has to be masked. */
        private Frame frame() throws IOException {
            int head = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            assertThat(second).as("second byte of a masked frame").isGreaterThanOrEqualTo(0x80);
            int length = second == 0xFE ? in.readUnsignedShort() : second & 0x7F;
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i & 3];
            }
            return new Frame(head, payload);
        }

        /** So many frames, as a case writes them. */
        List<String> frames(int count) throws IOException {
            List<String> shown = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Frame frame = frame();
                shown.add(
                        switch (frame.head()) {
                            case Frame.PONG -> "pong:" + new String(frame.payload(), US_ASCII);
                            case Frame.CLOSE -> "close:" + (frame.payload().length == 0 ? "" : frame.closeCode());
                            default -> throw new AssertionError("a frame that no case expects: " + frame);
                        });
            }
            return shown;
        }

        /** Ends this side of the connection, as it is the server's to do first. */
        void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        /** Expects that the client ends the connection, with nothing before. */
        void assertEnd() throws IOException {
            assertThat(in.read()).as("next byte").isEqualTo(-1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
