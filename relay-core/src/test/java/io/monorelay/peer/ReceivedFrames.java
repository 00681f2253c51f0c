package io.monorelay.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.ProtocolException;
import io.monorelay.websocket.FrameReader;
import io.monorelay.websocket.FrameSink;
import io.monorelay.websocket.Role;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** What a node at the other end of a channel makes of the bytes it gets: texts, and one line for a close. */
public final class ReceivedFrames implements FrameSink {
    private final FrameReader reader = new FrameReader(Role.CLIENT, 1 << 20, true, this);
    private final List<String> texts = new ArrayList<>();
    private int closeCode;

    /** Reads on, and returns all texts since the beginning. */
    public List<String> read(ByteBuf in) {
        try {
            reader.read(in);
        } catch (ProtocolException fault) {
            throw new AssertionError(fault.info() + " after " + texts, fault);
        }
        in.discardReadBytes();
        return texts;
    }

    /** The code of the close frame that came, or 0. */
    public int closeCode() {
        return closeCode;
    }

    @Override
    public void onText(byte[] payload) {
        texts.add(new String(payload, UTF_8));
    }

    @Override
    public void onPing(byte[] payload) {
        throw new AssertionError("a ping that nobody sent");
    }

    @Override
    public void onPong(byte[] payload) {
        texts.add("pong " + new String(payload, UTF_8));
    }

    @Override
    public void onClose(int code, String reason) {
        closeCode = code;
    }
}
