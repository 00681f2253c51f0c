package io.monorelay.fanout;

import io.monorelay.log.FreshMessage;
import io.monorelay.peer.FrameFormat;
import io.monorelay.websocket.FrameDeflater;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Writes the messages of one event loop in one format, compressed where that is part of it. Owned by the loop. */
final class MessageFrames {
    // fixed after construction
    private final FrameFormat format;
    private final Compression compression;

    // owned by the event loop
    private @Nullable FrameDeflater deflater;

    MessageFrames(FrameFormat format, Compression compression) {
        this.format = format;
        this.compression = compression;
    }

    FrameFormat format() {
        return format;
    }

    /** How many bytes {@link #write} appends at most. */
    int maxLength(FreshMessage message) {
        return format.maxFrameLength(message.message().membersLength());
    }

    void write(FreshMessage message, ByteBuf out) {
        int start = out.writerIndex();
        format.write(message, out);
        if (format.isCompressed()) {
            deflater().compress(out, start);
        }
    }

    private FrameDeflater deflater() {
        FrameDeflater current = deflater;
        if (current == null) {
            current = new FrameDeflater(compression.level(), compression.minBytes());
            deflater = current;
        }
        return current;
    }

    void release() {
        FrameDeflater current = deflater;
        if (current != null) {
            current.close();
        }
    }
}
