package io.monorelay.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class TransportTest {
    private static final int UNSENT_BYTES = 54_321;

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void acceptedConnectionTakesOnlySoMuchThatItCannotSend(Transport transport) throws Exception {
        assumeTrue(transport.whyUnavailable() == null, "this machine has no " + transport);
        assertThat(limitOfAccepted(transport)).isEqualTo(UNSENT_BYTES);
    }

    @ParameterizedTest
    @EnumSource(names = "NIO")
    void systemWithoutSuchALimitIsLeftAsItIs(Transport transport) throws Exception {
        assertThat(limitOfAccepted(transport)).isNull();
    }

    private static Integer limitOfAccepted(Transport transport) throws Exception {
        CompletableFuture<Integer> limit = new CompletableFuture<>();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.handlerFactory());
        try {
            Channel listening = transport
                    .server(UNSENT_BYTES)
                    .group(group)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel accepted) {
                            limit.complete(accepted.config().getOption(Transport.UNSENT_LIMIT));
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            connect(((InetSocketAddress) listening.localAddress()).getPort());
            return limit.get(10, TimeUnit.SECONDS);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private static void connect(int port) throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
    }
}
