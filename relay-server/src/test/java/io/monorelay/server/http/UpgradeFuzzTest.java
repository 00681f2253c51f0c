package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Any bytes as the request to become a WebSocket. */
final class UpgradeFuzzTest {
    private static final String REST = "the first frames";

    @FuzzTest
    void theHttpHandlersWouldHaveTakenItForTheSame(byte[] data) throws ProtocolException {
        String request = new String(data, ISO_8859_1) + REST;
        ByteBuf start = Unpooled.wrappedBuffer(request.getBytes(ISO_8859_1));
        UpgradeRequest scanned = UpgradeScanner.scan(start);
        if (scanned == null) {
            assertThat(start.readerIndex()).isZero();
        } else {
            MutatedUpgradeTest.assertHttpAgrees(request, scanned, start.toString(ISO_8859_1));
        }
    }
}
