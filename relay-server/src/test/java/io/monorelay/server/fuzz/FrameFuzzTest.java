package io.monorelay.server.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.websocket.FrameDeflater;
import io.monorelay.websocket.FrameReader;
import io.monorelay.websocket.FrameSink;
import io.monorelay.websocket.FrameWriter;
import io.monorelay.websocket.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Any bytes on an open WebSocket. */
final class FrameFuzzTest {
    private static final int MAX_BYTES = 4096;
    private static final FrameDeflater DEFLATER = new FrameDeflater(1, 0);

    /** The first byte says who reads, with compression or without, and the second how long the pieces are. */
    @FuzzTest
    void inPiecesTheyAreReadAsTheyAreAtOnce(byte[] data) {
        if (data.length < 3) {
            return;
        }
        Role role = (data[0] & 1) == 0 ? Role.SERVER : Role.CLIENT;
        boolean deflate = (data[0] & 2) != 0;
        byte[] stream = Arrays.copyOfRange(data, 2, data.length);
        List<String> atOnce = read(stream, stream.length, role, deflate);
        assertThat(read(stream, 1 + (data[1] & 0xFF), role, deflate)).isEqualTo(atOnce);
        assertThat(read(stream, 1, role, deflate)).isEqualTo(atOnce);
    }

    @FuzzTest
    void whatIsCompressedIsReadAsItWas(byte[] data) throws ProtocolException {
        String text = new String(data, 0, Math.min(data.length, MAX_BYTES / 2), ISO_8859_1);
        ByteBuf frame = Unpooled.buffer();
        FrameWriter.writeText(frame, text.getBytes(UTF_8));
        DEFLATER.compress(frame, 0);
        Events events = new Events();
        new FrameReader(Role.CLIENT, MAX_BYTES, true, events).read(frame);
        assertThat(events.lines).containsExactly("text " + hex(text.getBytes(UTF_8)));
    }

    private static List<String> read(byte[] stream, int size, Role role, boolean deflate) {
        Events events = new Events();
        FrameReader reader = new FrameReader(role, MAX_BYTES, deflate, events);
        try {
            for (int from = 0; from < stream.length && !reader.isStopped(); from += size) {
                reader.read(Unpooled.wrappedBuffer(stream, from, Math.min(size, stream.length - from)));
            }
        } catch (ProtocolException fault) {
            events.lines.add(fault.fault().name());
            assertThat(reader.isStopped()).isTrue();
        }
        return events.lines;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Writes down what comes, and sees to what is promised of it. */
    private static final class Events implements FrameSink {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void onText(byte[] payload) {
            assertThat(payload.length).isLessThanOrEqualTo(MAX_BYTES);
            assertThat(new String(payload, UTF_8).getBytes(UTF_8)).isEqualTo(payload);
            lines.add("text " + hex(payload));
        }

        @Override
        public void onPing(byte[] payload) {
            assertThat(payload.length).isLessThanOrEqualTo(125);
            lines.add("ping " + hex(payload));
        }

        @Override
        public void onPong(byte[] payload) {
            assertThat(payload.length).isLessThanOrEqualTo(125);
            lines.add("pong " + hex(payload));
        }

        @Override
        public void onClose(int code, String reason) {
            assertThat(code).isBetween(1000, 4999).isNotIn(1004, 1006, 1015);
            lines.add("close " + code + " " + reason);
        }
    }
}
