package io.monorelay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.monorelay.metrics.RelayMetrics;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Any bytes as the first of a connection. */
final class SnifferFuzzTest {
    private static final int MAX_PIECES = 64;

    /** Who gets the bytes, whole, or that nobody does, does not depend on the pieces that they come in. */
    @FuzzTest
    void inPiecesTheyGoWhereTheyGoAtOnce(byte[] data) {
        int size = Math.max(1, (data.length + MAX_PIECES - 1) / MAX_PIECES);
        Verdict atOnce = verdict(data, Math.max(1, data.length));
        assertThat(verdict(data, size)).isEqualTo(atOnce);
        if (atOnce.taken()) {
            assertThat(atOnce.handedOver()).isEqualTo(ByteBufUtil.hexDump(data));
        } else {
            assertThat(atOnce.handedOver()).isEmpty();
        }
    }

    private record Verdict(boolean taken, boolean refused, String handedOver) {}

    private static Verdict verdict(byte[] data, int size) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Sniffer sniffer = new Sniffer(
                List.of(new HttpWire(pipeline -> pipeline.addLast(new ReceivedBytes(received)))), new RelayMetrics());
        EmbeddedChannel channel = new EmbeddedChannel(sniffer);
        for (int from = 0; from < data.length && channel.isOpen(); from += size) {
            int count = Math.min(size, data.length - from);
            channel.writeInbound(allocator.heapBuffer(count).writeBytes(data, from, count));
        }
        boolean taken = channel.isOpen() && channel.pipeline().get(Sniffer.class) == null;
        boolean refused = !channel.outboundMessages().isEmpty();
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory())
                .as("bytes that nobody released")
                .isZero();
        return new Verdict(taken, refused, ByteBufUtil.hexDump(received.toByteArray()));
    }
}
