package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the first bytes of a connection go, in whatever pieces they come, and that each buffer is released once. */
final class SnifferTest {
    private static final String REQUEST = "OPTIONS /broadcast HTTP/1.1\r\nHost: relay\r\n\r\n";
    private static final String ANSWERED_BY_ITSELF = "HELLO\n";

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final RelayMetrics metrics = new RelayMetrics();
    private final Counters<Fault> faults = metrics.faults();
    private final Received received = new Received();
    private final Sniffer sniffer =
            new Sniffer(List.of(new GreetingWire(), new HttpWire(pipeline -> pipeline.addLast(received))), metrics);
    private final EmbeddedChannel channel = new EmbeddedChannel(sniffer);

    @AfterEach
    void nothingLeaks() {
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void whatComesInTwoPiecesIsHandedOnWhole() {
        for (int cut = 1; cut < REQUEST.length(); cut++) {
            Received whole = new Received();
            Sniffer first = new Sniffer(List.of(new HttpWire(pipeline -> pipeline.addLast(whole))), metrics);
            EmbeddedChannel cutInTwo = new EmbeddedChannel(first);
            cutInTwo.writeInbound(bytes(REQUEST.substring(0, cut)), bytes(REQUEST.substring(cut)));
            assertThat(whole.text).as("cut at %d", cut).hasToString(REQUEST);
            assertGone(cutInTwo.pipeline());
            cutInTwo.finishAndReleaseAll();
        }
    }

    @Test
    void whatComesByteByByteIsHandedOnWhole() {
        for (char character : REQUEST.toCharArray()) {
            channel.writeInbound(bytes(String.valueOf(character)));
        }
        assertThat(received.text).hasToString(REQUEST);
        assertGone(channel.pipeline());
    }

    @Test
    void whatIsUndecidedIsHeldAndNotAnswered() {
        channel.writeInbound(bytes("OPT"), bytes("IO"));
        assertThat(received.text).isEmpty();
        assertThat(channel.outboundMessages()).isEmpty();
        assertThat(channel.pipeline().get(Sniffer.class)).isNotNull();
        channel.writeInbound(bytes("NS /"));
        assertThat(received.text).hasToString("OPTIONS /");
    }

    @Test
    void aConnectionThatEndsUndecidedLeavesNothingBehind() {
        ByteBuf first = bytes("GE");
        ByteBuf second = bytes("T");
        channel.writeInbound(first, second);
        assertThat(first.refCnt()).isOne();
        channel.close();
        channel.runPendingTasks();
        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
        assertThat(received.text).isEmpty();
        assertThat(faults.count(Fault.UNKNOWN_PROTOCOL)).isZero();
    }

    @Test
    void aConnectionThatIsResetUndecidedEndsInSilence() {
        channel.writeInbound(bytes("GE"));
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        channel.checkException();
        assertThat(channel.isOpen()).isFalse();
        assertThat(faults.count(Fault.INTERNAL)).isZero();
    }

    @Test
    void aWireMayConsumeAllAndNothingIsHandedOn() {
        channel.writeInbound(bytes(ANSWERED_BY_ITSELF));
        assertThat(received.text).isEmpty();
        assertThat(received.reads).isZero();
        assertGone(channel.pipeline());
        channel.writeInbound(bytes("GET "));
        assertThat(received.text).hasToString("GET ");
    }

    @Test
    void aWireMayConsumeTheBeginningAndTheRestIsHandedOn() {
        channel.writeInbound(bytes(ANSWERED_BY_ITSELF + "\0\1\2"));
        assertThat(received.text).hasToString("\0\1\2");
        assertGone(channel.pipeline());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0016\u0003\u0001",
                " GET /",
                "get / HTTP/1.1",
                "\r\n",
                "GGGGGGGGGGGGGGGGG",
                "G\u00c5T ",
                "GET/1"
            })
    void whatIsUnknownIsToldSoOnceAndClosed(String garbage) {
        channel.writeInbound(bytes(garbage));
        assertThat(outbound())
                .startsWith("HTTP/1.1 400 ")
                .contains("Content-Type: application/json\r\n", "Connection: close\r\n")
                .endsWith("}")
                .contains("expected an HTTP/1.1 request");
        assertThat(channel.isOpen()).isFalse();
        assertThat(faults.count(Fault.UNKNOWN_PROTOCOL)).isOne();
        assertThat(received.text).isEmpty();
    }

    @Test
    void whatIsUnknownOnlyWithItsSecondPieceIsRefusedToo() {
        ByteBuf first = bytes("GE");
        ByteBuf second = bytes("\0");
        channel.writeInbound(first, second);
        assertThat(outbound()).startsWith("HTTP/1.1 400 ");
        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
    }

    @Test
    void whatComesWhileTheRefusalIsOnItsWayIsThrownAway() {
        channel.pipeline().addFirst(new NothingGoesOut());
        ByteBuf more = bytes(REQUEST);
        channel.writeInbound(bytes("\0"), more);
        assertThat(channel.isOpen()).isTrue();
        assertThat(more.refCnt()).isZero();
        assertThat(received.text).isEmpty();
        assertThat(faults.count(Fault.UNKNOWN_PROTOCOL)).isOne();
    }

    private ByteBuf bytes(String text) {
        return allocator.heapBuffer().writeBytes(text.getBytes(ISO_8859_1));
    }

    private String outbound() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            text.append(next.toString(ISO_8859_1));
            next.release();
        }
        return text.toString();
    }

    private static void assertGone(ChannelPipeline pipeline) {
        assertThat(pipeline.get(Sniffer.class)).isNull();
    }

    /** Takes a connection that begins with a greeting, which it consumes. */
    private final class GreetingWire implements Wire {
        @Override
        public Answer offer(ChannelHandlerContext ctx, ByteBuf start) {
            if (!start.toString(ISO_8859_1).startsWith(ANSWERED_BY_ITSELF)) {
                return Answer.NOT_MINE;
            }
            start.skipBytes(ANSWERED_BY_ITSELF.length());
            ctx.pipeline().addLast(received);
            return Answer.TAKEN;
        }
    }

    /** A network that never takes what is written. */
    private static final class NothingGoesOut extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
        }
    }

    /** What the handler that was installed gets. */
    private static final class Received extends ChannelInboundHandlerAdapter {
        private final StringBuilder text = new StringBuilder();
        private int reads;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            text.append(bytes.toString(ISO_8859_1));
            reads++;
            bytes.release();
        }
    }
}
