package io.monorelay.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A dialer, a scripted relay, and what both need; everything is closed at the end. */
final class ClientFixture implements AutoCloseable {
    /** Short where waiting is part of a test, and long enough for a busy machine where it is not. */
    static final ClientLimits LIMITS =
            new ClientLimits(3, 1024 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(5));

    final Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
    final HandshakeV2 handshakes = new HandshakeV2(ed25519, Limits.defaults());
    final NodeIdentity node = NodeIdentity.generate(ed25519);
    final NodeIdentity relayIdentity = NodeIdentity.generate(ed25519);
    final RecordingListener listener = new RecordingListener();
    final ScriptedRelay relay;
    final LinkDialer dialer;

    ClientFixture(ScriptedRelay relay, ClientOptions options) {
        this.relay = relay;
        dialer = LinkDialer.withOwnThread(node, ed25519, options);
    }

    static ClientFixture start() throws IOException {
        return start(ClientOptions.defaults().withLimits(LIMITS));
    }

    static ClientFixture start(ClientOptions options) throws IOException {
        return new ClientFixture(ScriptedRelay.start(), options);
    }

    CompletionStage<RelayLink> connect() {
        return dialer.connect(relay.uri(), listener);
    }

    /** What a stage completes with. */
    static <T> T get(CompletionStage<T> stage) throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** What a stage fails with. */
    static RelayException failureOf(CompletionStage<?> stage) throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError("expected a failure, got " + get(stage));
        } catch (ExecutionException e) {
            return (RelayException) e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        relay.close();
        assertThat(dialer.close()).succeedsWithin(Duration.ofSeconds(10));
    }
}
