package io.monorelay.bench.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.bench.process.RunException;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.websocket.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A link to a relay that does no more with what it gets than to find where each text begins and ends, so that the relay
 * is what is measured. One thread reads; any may send. Blocks.
 */
final class BareLink implements AutoCloseable {
    /** Looks at the texts as they come. */
    interface Texts {
        /**
         * One text, which is in the buffer only until this returns.
         *
         * @return whether to read on
         */
        boolean onText(byte[] buffer, int offset, int length) throws RunException;
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUFFER_BYTES = 1 << 20;

    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final int CLOSE_CODE_BYTES = 2;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;

    private BareLink(Socket socket) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
    }

    /**
     * Opens a link with a new key, both sides proven.
     *
     * @param resumeAfter the position after which the relay is to send what it has, or null for nothing of it
     */
    static BareLink open(int port, @Nullable Long resumeAfter) throws IOException, RunException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BareLink link = new BareLink(socket);
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            link.upgrade();
            link.shakeHands(port, resumeAfter);
            return link;
        } catch (IOException | RunException failure) {
            link.close();
            throw failure;
        }
    }

    private void upgrade() throws IOException, RunException {
        String request = """
                GET / HTTP/1.1\r
                Host: localhost\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Protocol: monorelay.v2\r
                \r
                """;
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        String head;
        int end;
        do {
            fill();
            head = new String(buffer, from, to - from, ISO_8859_1);
            end = head.indexOf("\r\n\r\n");
        } while (end < 0);
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new RunException(
                    "no WebSocket, but " + head.lines().findFirst().orElse("nothing"));
        }
        from += end + 4;
    }

    private void shakeHands(int port, @Nullable Long resumeAfter) throws IOException, RunException {
        NodeIdentity self = NodeIdentity.generate(SampleMessages.ed25519());
        HandshakeV2 handshakes = new HandshakeV2(SampleMessages.ed25519(), Limits.defaults());
        HandshakeV2.Dialled dialled = new HandshakeV2.Dialled("ws://127.0.0.1:" + port, null, null, resumeAfter);
        try {
            if (!(next() instanceof Inbound.Hello hello)) {
                throw new RunException("the relay did not begin with its hello");
            }
            Inbound.HandshakeV2 answer = handshakes.answer(hello, self, dialled, Instant.now());
            send(HandshakeEncoder.handshake(answer));
            if (!(next() instanceof Inbound.Welcome welcome)) {
                throw new RunException("the relay did not welcome a node that has proven its key");
            }
            handshakes.check(hello, answer, welcome);
        } catch (ProtocolException fault) {
            throw new RunException("the handshake failed: " + fault.info(), fault);
        }
    }

    private Inbound next() throws IOException, RunException, ProtocolException {
        InboundDecoder decoder = new InboundDecoder(Limits.defaults());
        byte[][] text = new byte[1][];
        read((array, offset, length) -> {
            text[0] = Arrays.copyOfRange(array, offset, offset + length);
            return false;
        });
        return decoder.decode(text[0]);
    }

    /** Sends a text frame. */
    void send(byte[] text) throws IOException {
        ByteBuf frame = Unpooled.buffer(text.length + 16);
        FrameWriter.writeMaskedText(frame, text, ThreadLocalRandom.current().nextInt());
        send(frame);
    }

    private void send(ByteBuf frame) throws IOException {
        // One write is one send, so that what two threads send stays apart.
        socket.getOutputStream().write(frame.array(), frame.arrayOffset(), frame.readableBytes());
    }

    /** Reads until a text is enough, which has to come within half a minute of the one before. */
    void read(Texts texts) throws IOException, RunException {
        while (true) {
            int header = headerBytes();
            int length = payloadBytes();
            while (to - from < header + length) {
                fill();
            }
            int payload = from + header;
            int first = buffer[from] & 0xFF;
            from = payload + length;
            if (first == TEXT) {
                if (!texts.onText(buffer, payload, length)) {
                    return;
                }
            } else {
                onControl(first, payload, length);
            }
        }
    }

    private int headerBytes() throws IOException {
        while (to - from < 2) {
            fill();
        }
        int header = switch (buffer[from + 1]) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
        while (to - from < header) {
            fill();
        }
        return header;
    }

    private int payloadBytes() {
        return switch (buffer[from + 1]) {
            case 126 -> ((buffer[from + 2] & 0xFF) << 8) | (buffer[from + 3] & 0xFF);
            // No frame of a relay is longer than an int can say.
            case 127 -> number(from + 6);
            default -> buffer[from + 1];
        };
    }

    private int number(int offset) {
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = (value << 8) | (buffer[offset + i] & 0xFF);
        }
        return value;
    }

    private void onControl(int first, int payload, int length) throws IOException, RunException {
        if (first == PING) {
            ByteBuf pong = Unpooled.buffer();
            FrameWriter.writeMaskedPong(pong, Arrays.copyOfRange(buffer, payload, payload + length), 0);
            send(pong);
        } else if (first == CLOSE && length >= CLOSE_CODE_BYTES) {
            int code = ((buffer[payload] & 0xFF) << 8) | (buffer[payload + 1] & 0xFF);
            String reason = new String(buffer, payload + CLOSE_CODE_BYTES, length - CLOSE_CODE_BYTES, UTF_8);
            throw new RunException("the relay closed the link with " + code + " " + reason);
        } else if (first != PONG) {
            throw new RunException("the relay sent a frame that begins with " + Integer.toHexString(first));
        }
    }

    /** Reads what there is, at least a byte. */
    private void fill() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        int count = in.read(buffer, to, buffer.length - to);
        if (count < 0) {
            throw new IOException("the relay ended the connection");
        }
        to += count;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
