package io.monorelay.server.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AddressResolverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final URI NODE = URI.create("https://node.example");

    @Test
    void everyAddressOfANameIsHandedOutWithThePort() throws Exception {
        InetAddress first = InetAddress.getByName("8.8.8.8");
        InetAddress second = InetAddress.getByName("2606:4700::1111");
        try (AddressResolver resolver = resolver(first, second)) {
            assertThat(resolver.resolve(NODE))
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(List.of(new InetSocketAddress(first, 443), new InetSocketAddress(second, 443)));
        }
    }

    @Test
    void onePrivateAddressAmongPublicOnesRefusesTheName() throws Exception {
        try (AddressResolver resolver = resolver(InetAddress.getByName("8.8.8.8"), InetAddress.getByName("10.0.0.1"))) {
            assertThat(resolver.resolve(NODE))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(ProtocolException.class)
                    .withMessageContaining("private address");
        }
    }

    @Test
    void nameWithoutAnAddressIsUnknown() {
        try (AddressResolver resolver = resolver()) {
            assertThat(resolver.resolve(NODE))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void lookupsThatDoNotFitAreRefusedAtOnceAndLiteralsNeedNone() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (AddressResolver resolver = new AddressResolver(new AddressPolicy(true), host -> {
            if (host.equals("node.example")) {
                started.countDown();
                await(released);
            }
            return new InetAddress[] {loopback};
        })) {
            CompletionStage<?> slow = resolver.resolve(NODE);
            await(started);
            for (int i = 0; i < AddressResolver.MAX_WAITING; i++) {
                assertThat(resolver.resolve(NODE)).isNotCompleted();
            }
            assertThat(resolver.resolve(NODE))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(IOException.class);
            assertThat(resolver.resolve(URI.create("http://127.0.0.1:8000"))).isCompleted();
            released.countDown();
            assertThat(slow).succeedsWithin(PATIENCE);
        }
    }

    private static AddressResolver resolver(InetAddress... addresses) {
        return new AddressResolver(new AddressPolicy(false), host -> addresses);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException endOfTest) {
            Thread.currentThread().interrupt();
        }
    }
}
