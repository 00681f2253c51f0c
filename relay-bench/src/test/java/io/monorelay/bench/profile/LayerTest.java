package io.monorelay.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayerTest {
    private static final String PASS =
            "[relay-1-1 tid=7];java/lang/Thread.run;io/netty/channel/SingleThreadIoEventLoop.run;"
                    + "io/monorelay/fanout/LoopFanout.pass;";
    private static final String READ =
            "[relay-1-2 tid=8];java/lang/Thread.run;io/netty/channel/SingleThreadIoEventLoop.run;"
                    + "io/monorelay/server/ws/WebSocketHandler.channelRead;io/monorelay/websocket/FrameReader.read;"
                    + "io/monorelay/relay/MessagePath.publish;";
    private static final String SEND = "io/netty/channel/unix/Socket.sendAddress;libnetty.so;send;tcp_sendmsg_[k];";

    @ParameterizedTest
    @CsvSource({
        "io/monorelay/fanout/Visits.visit, FAN_OUT",
        "io/monorelay/fanout/Visits.visit;java/util/Arrays.fill, FAN_OUT",
        "io/netty/channel/DefaultChannelPipeline.flush, NETTY",
        "io/monorelay/websocket/FrameWriter.write, DECODE",
    })
    void stackOfAPassBelongsToTheInnermostFrameThatIsSomebodys(String frames, Layer layer) {
        assertThat(Layer.of(PASS + frames)).isEqualTo(layer);
    }

    @ParameterizedTest
    @CsvSource({
        "_copy_from_iter_[k], SEND_COPY",
        "tcp_v4_rcv_[k];sock_def_readable_[k];try_to_wake_up_[k], SEND_WAKE",
        "tcp_write_xmit_[k], SEND"
    })
    void kernelsPartOfASendIsToldApart(String frames, Layer layer) {
        assertThat(Layer.of(PASS + SEND + frames)).isEqualTo(layer);
    }

    @ParameterizedTest
    @CsvSource({
        "io/monorelay/crypto/AccpEd25519.verify;com/amazon/corretto/crypto/provider/EvpSignatureRaw.verifyRaw;lib.so, SIGNATURE",
        "io/monorelay/log/SeenCache.admit;com/github/benmanes/caffeine/cache/BoundedLocalCache.put;java/util/Map.get, ADMIT",
        "io/monorelay/store/CommitQueue.await, STORE",
    })
    void whatAMessageIsPutThroughIsNoPartOfReadingItsFrame(String frames, Layer layer) {
        assertThat(Layer.of(READ + frames)).isEqualTo(layer);
    }

    @ParameterizedTest
    @CsvSource({
        "[relay-store tid=3];io/monorelay/store/StoreWriter.run;write;_copy_from_iter_[k], STORE",
        "[relay-checkpoint tid=4];fsync;ext4_sync_file_[k], STORE",
        "[C2 CompilerThre tid=5];PhaseChaitin::Split, COMPILER",
        "[GC Thread#0 tid=6];PSPromotionManager::drain_stacks_depth, GC",
        "[relay-1-1 tid=7];java/lang/Thread.run, OTHER",
    })
    void threadThatDoesOneThingOnlyCountsAsThatWhateverItCalls(String stack, Layer layer) {
        assertThat(Layer.of(stack)).isEqualTo(layer);
    }
}
