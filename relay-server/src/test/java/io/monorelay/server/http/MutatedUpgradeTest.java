package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.net.RawConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever the scanner recognises, the HTTP handlers would have taken for the same. */
final class MutatedUpgradeTest {
    private static final long SEED = 6455;
    private static final int REQUESTS = 20_000;
    private static final int ENOUGH_RECOGNISED = 1000;
    private static final String REST = "the first frames";
    private static final String INTERESTING = "\0\t\n\r :;,=?/%\"()AaGz019-._\u007f\u0080\u0085\u00a0\u00ff";

    private static final List<String> USUAL = List.of(
            "GET / HTTP/1.1",
            "Host: relay",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: " + RawConnection.UPGRADE_KEY,
            "Sec-WebSocket-Protocol: monorelay.v2");

    private static final List<String> MORE_LINES = List.of(
            "GET /ws HTTP/1.1",
            "Host:",
            "Upgrade: h2c",
            "Connection: close",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Version: 8",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Protocol: chat",
            "Sec-WebSocket-Extensions: permessage-deflate",
            "Content-Length: 0",
            "Content-Length: 4",
            "Transfer-Encoding: chunked",
            "Expect: 100-continue",
            "Origin: https://app.example",
            "Cookie: a=1; b=2",
            "X-Empty:",
            " folded: line",
            "");

    /** Of the WebSocket's drafts: a request with both has a body of eight bytes for a parser that still knows them. */
    private static final List<String> KEYS_OF_THE_DRAFTS = List.of("Sec-WebSocket-Key1: 1", "Sec-WebSocket-Key2: 2");

    private final Random random = new Random(SEED);

    @Test
    void theHttpHandlersWouldHaveTakenItForTheSame() throws ProtocolException {
        int recognised = 0;
        for (int i = 0; i < REQUESTS; i++) {
            String request = mutated() + REST;
            ByteBuf start = Unpooled.wrappedBuffer(request.getBytes(ISO_8859_1));
            UpgradeRequest scanned = UpgradeScanner.scan(start);
            if (scanned != null) {
                recognised++;
                assertHttpAgrees(request, scanned, start.toString(ISO_8859_1));
            }
        }
        assertThat(recognised).isBetween(ENOUGH_RECOGNISED, REQUESTS - ENOUGH_RECOGNISED);
    }

    static void assertHttpAgrees(String text, UpgradeRequest scanned, String rest) throws ProtocolException {
        WholeRequest received = new WholeRequest();
        EmbeddedChannel channel = new EmbeddedChannel(new HttpServerCodec(), received);
        channel.writeInbound(Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1)));
        HttpRequest request = received.request;
        assertThat(received.isComplete).as(text).isTrue();
        assertThat(request.decoderResult().isSuccess()).as(text).isTrue();
        assertThat(request.method()).as(text).isEqualTo(HttpMethod.GET);
        assertThat(request.protocolVersion()).as(text).isEqualTo(HttpVersion.HTTP_1_1);
        assertThat(request.uri()).as(text).isIn("/", "/ws");
        assertThat(UpgradeRequest.isOne(request)).as(text).isTrue();
        assertThat(UpgradeRequest.of(request)).as(text).isEqualTo(scanned);
        assertThat(received.rest).as(text).hasToString(rest);
        channel.finishAndReleaseAll();
    }

    private String mutated() {
        List<String> lines = new ArrayList<>(USUAL);
        for (int i = random.nextInt(3); i > 0; i--) {
            mutateLines(lines);
        }
        StringBuilder request = new StringBuilder(String.join("\r\n", lines)).append("\r\n\r\n");
        for (int i = random.nextInt(3); i > 0; i--) {
            mutateBytes(request);
        }
        return request.toString();
    }

    private void mutateLines(List<String> lines) {
        int line = random.nextInt(lines.size());
        int other = random.nextInt(lines.size());
        switch (random.nextInt(7)) {
            case 0 -> Collections.swap(lines, line, other);
            case 1 -> lines.add(line, lines.get(other));
            case 2 -> lines.set(line, MORE_LINES.get(random.nextInt(MORE_LINES.size())));
            case 3 -> lines.set(line, lines.get(line).toLowerCase(Locale.ROOT));
            case 4 -> lines.set(line, lines.get(line) + " ".repeat(random.nextInt(3)));
            case 5 -> lines.addAll(1, KEYS_OF_THE_DRAFTS);
            default -> lines.add(other, MORE_LINES.get(random.nextInt(MORE_LINES.size())));
        }
    }

    private void mutateBytes(StringBuilder request) {
        int at = random.nextInt(request.length());
        char other = INTERESTING.charAt(random.nextInt(INTERESTING.length()));
        switch (random.nextInt(3)) {
            case 0 -> request.setCharAt(at, other);
            case 1 -> request.insert(at, other);
            default -> request.deleteCharAt(at);
        }
    }

    /** Takes one request, and then the bytes that follow it. */
    private static final class WholeRequest extends ChannelInboundHandlerAdapter {
        private final StringBuilder rest = new StringBuilder();
        private @Nullable HttpRequest request;
        private boolean isComplete;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest head) {
                request = head;
            } else if (message instanceof ByteBuf bytes) {
                rest.append(bytes.toString(ISO_8859_1));
            } else if (message instanceof LastHttpContent) {
                isComplete = true;
                ctx.pipeline().remove(HttpServerCodec.class);
            }
            ReferenceCountUtil.release(message);
        }
    }
}
