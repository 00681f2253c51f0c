package io.monorelay.server.cli;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.ProxySettings;
import io.monorelay.client.RelayClient;
import io.monorelay.client.RelayClientBuilder;
import io.monorelay.client.TrustedAuthorities;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.KeyFile;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.server.config.ProxyEnvironment;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which relays a command talks to, how, and as whom. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RelayOptions {
    private static final long CLOSE_SECONDS = 5;

    @Option(
            names = "--relay",
            paramLabel = "URL",
            defaultValue = "ws://127.0.0.1:8000",
            description =
                    "the relay, as ws, wss, http or https; may be given several times (default: ${DEFAULT-VALUE})")
    private List<URI> relays;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "the key pair of this node, as keygen writes it (default: a new one, not kept)")
    private @Nullable Path key;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "certificates in PEM form that are trusted beside those of the system")
    private @Nullable Path authorities;

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description = "http://HOST:PORT or socks5://HOST:PORT, or none (default: as HTTPS_PROXY, HTTP_PROXY,"
                    + " ALL_PROXY and NO_PROXY say)")
    private @Nullable String proxy;

    List<URI> relays() {
        return relays;
    }

    /** Whether this node will come again under the same key. */
    boolean keepsKey() {
        return key != null;
    }

    /** A client for these relays, with the given identity. */
    RelayClientBuilder client() throws CommandException {
        // The one that is there at once: what it takes longer for a message is less than what loading the other takes.
        Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
        RelayClientBuilder client = RelayClient.builder()
                .ed25519(ed25519)
                .identity(identity(ed25519))
                .options(options());
        relays.forEach(client::relay);
        return client;
    }

    private ClientOptions options() throws CommandException {
        ClientOptions options = ClientOptions.defaults().withProxy(proxies());
        if (authorities == null) {
            return options;
        }
        try {
            return options.withTls(TrustedAuthorities.ofSystemAnd(authorities));
        } catch (IOException e) {
            throw CommandException.failed(IoFailures.describe(e), e);
        }
    }

    private ProxySettings proxies() throws CommandException {
        try {
            return proxy == null ? ProxyEnvironment.read() : ProxySettings.parse(proxy);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage((proxy == null ? "" : "--proxy: ") + e.getMessage(), e);
        }
    }

    /** Starts what is described. */
    static RelayClient start(RelayClientBuilder client) throws CommandException {
        try {
            return client.start();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()), e);
        }
    }

    /** Closes everything, in bounded time. */
    static void close(RelayClient client) {
        CompletionStage<Void> closed = client.close();
        try {
            closed.toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException expected) {
            // The process ends next, and the connection with it.
        }
    }

    private NodeIdentity identity(Ed25519 ed25519) throws CommandException {
        if (key == null) {
            return NodeIdentity.generate(ed25519);
        }
        try {
            return KeyFile.read(key, ed25519).identity();
        } catch (NoSuchFileException e) {
            throw CommandException.failed(
                    "there is no key file " + key + "; make one with: relay keygen --out " + key, e);
        } catch (IOException e) {
            throw CommandException.failed(IoFailures.describe(e), e);
        }
    }
}
