package io.monorelay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A sink that writes down what it gets, one line an event, and the buffers to feed a reader with. */
final class RecordedEvents implements FrameSink {
    private final List<String> events = new ArrayList<>();

    List<String> events() {
        return events;
    }

    @Override
    public void onText(byte[] payload) {
        events.add("text " + new String(payload, UTF_8));
    }

    @Override
    public void onPing(byte[] payload) {
        events.add("ping " + ByteBufUtil.hexDump(payload));
    }

    @Override
    public void onPong(byte[] payload) {
        events.add("pong " + ByteBufUtil.hexDump(payload));
    }

    @Override
    public void onClose(int code, String reason) {
        events.add("close " + code + " " + reason);
    }

    /** Reads bytes given in hex, with spaces between the parts of a frame, and returns how many were left unread. */
    static int feed(FrameReader reader, String hex) throws ProtocolException {
        return feed(reader, bytes(hex));
    }

    static int feed(FrameReader reader, byte[] bytes) throws ProtocolException {
        ByteBuf in = Unpooled.buffer(bytes.length).writeBytes(bytes);
        try {
            reader.read(in);
            return in.readableBytes();
        } finally {
            assertThat(in.refCnt()).as("references to the input").isEqualTo(1);
            in.release();
        }
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
