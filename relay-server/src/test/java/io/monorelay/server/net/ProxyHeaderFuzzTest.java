package io.monorelay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Refusal;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.Doorkeeper;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.config.Access;
import io.monorelay.server.config.Proxies;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.List;

/** Any bytes in the place of the header that a trusted proxy sends before those of its client. */
final class ProxyHeaderFuzzTest {
    private static final int MAX_PIECES = 64;
    private static final Doorkeeper OPEN = open();

    /** Which client is named, and what is left for it, does not depend on the pieces; and nothing is a failure of ours. */
    @FuzzTest
    void inPiecesItNamesWhomItNamesAtOnce(byte[] data) {
        int size = Math.max(1, (data.length + MAX_PIECES - 1) / MAX_PIECES);
        Verdict atOnce = verdict(data, Math.max(1, data.length));
        assertThat(verdict(data, size)).isEqualTo(atOnce);
        if (atOnce.read()) {
            assertThat(ByteBufUtil.hexDump(data)).endsWith(atOnce.rest());
        } else {
            assertThat(atOnce.client() + atOnce.rest()).isEqualTo("0.0.0.0");
        }
    }

    private record Verdict(boolean read, boolean refused, String client, String rest) {}

    private static Verdict verdict(byte[] data, int size) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        RelayMetrics metrics = new RelayMetrics();
        EmbeddedChannel channel = new EmbeddedChannel(
                new HAProxyMessageDecoder(ProxyHeader.MAX_EXTENSION_BYTES, true),
                new ProxyHeader(OPEN, metrics),
                new ReceivedBytes(rest));
        for (int from = 0; from < data.length && channel.isOpen(); from += size) {
            int count = Math.min(size, data.length - from);
            channel.writeInbound(allocator.heapBuffer(count).writeBytes(data, from, count));
        }
        boolean refused = !channel.isOpen();
        boolean read = !refused && channel.pipeline().get(ProxyHeader.class) == null;
        String client = ClientAddress.text(channel);
        channel.finishAndReleaseAll();
        assertThat(metrics.faults().count(Fault.INTERNAL)).isZero();
        assertThat(allocator.metric().usedHeapMemory())
                .as("bytes that nobody released")
                .isZero();
        return new Verdict(read, refused, client, ByteBufUtil.hexDump(rest.toByteArray()));
    }

    /** One that lets everybody in. */
    private static Doorkeeper open() {
        Access access = new Access(Access.Mode.OPEN, List.of(), List.of(), List.of(), new Access.Caps(0, 0, 0, 0));
        AccessRules rules = AccessRules.ofSettings(access, NodeKey.of(new byte[NodeKey.BYTES]), InstantSource.system());
        return new Doorkeeper(access, Proxies.NONE, 1, rules, new Counters<>(Refusal.class), System::nanoTime);
    }
}
