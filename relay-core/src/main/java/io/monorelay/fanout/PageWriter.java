package io.monorelay.fanout;

import io.monorelay.log.Fates;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.Inbound;
import io.monorelay.store.Page;
import io.monorelay.store.StoredMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Makes the frames for one peer of a page of history: a gap, if there is one, and the messages. Any thread. */
final class PageWriter {
    private final ByteBufAllocator allocator;
    private final RelayMetrics metrics;
    private final Fates fates;

    PageWriter(ByteBufAllocator allocator, RelayMetrics metrics, Fates fates) {
        this.allocator = allocator;
        this.fates = fates;
        this.metrics = metrics;
    }

    /** Returns the frames, or null when nothing of the page is for the peer. */
    @Nullable
    ByteBuf write(Page page, Replay replay) {
        FrameFormat format = replay.peer().format();
        long lastMissing = replay.lastMissing(page);
        boolean isGap = lastMissing >= replay.first();
        if (page.messages().isEmpty() && !isGap) {
            return null;
        }
        ByteBuf out = allocator.directBuffer((isGap ? FrameFormat.MAX_GAP_BYTES : 0) + maxLength(page, format));
        try {
            if (isGap) {
                format.writeGap(new Inbound.Gap(replay.first(), lastMissing, "retention"), out);
            }
            writeMessages(page, replay, out);
            return out.isReadable() ? out.retain() : null;
        } finally {
            out.release();
        }
    }

    private static int maxLength(Page page, FrameFormat format) {
        int bytes = 0;
        for (StoredMessage message : page.messages()) {
            bytes += format.maxFrameLength(message.members().length);
        }
        return bytes;
    }

    private void writeMessages(Page page, Replay replay, ByteBuf out) {
        FrameFormat format = replay.peer().format();
        int written = 0;
        for (StoredMessage message : page.messages()) {
            if (!replay.includes(message)) {
                continue;
            }
            if (format.carries(message.form())) {
                format.write(message, out);
                fates.sent(message.position(), 1);
                written++;
            } else {
                metrics.drops().increment(Drop.COMPACT_FORM_FOR_V1);
            }
        }
        metrics.traffic().add(Traffic.DELIVERIES, written);
        metrics.traffic().add(Traffic.REPLAYED, written);
    }
}
