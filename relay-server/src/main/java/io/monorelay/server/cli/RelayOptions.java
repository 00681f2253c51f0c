package io.monorelay.server.cli;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.KeyFile;
import io.monorelay.crypto.NodeIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which relay a command talks to, and as whom. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RelayOptions {
    private static final long CLOSE_SECONDS = 5;

    @Option(
            names = "--relay",
            paramLabel = "URL",
            defaultValue = "ws://127.0.0.1:8000",
            description = "the relay, as ws, wss, http or https (default: ${DEFAULT-VALUE})")
    private URI relay;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "the key pair of this node, as keygen writes it (default: a new one, not kept)")
    private @Nullable Path key;

    URI relay() {
        return relay;
    }

    /** A client with the given identity. */
    LinkDialer client() throws CommandException {
        // The one that is there at once: what it takes longer for a message is less than what loading the other takes.
        Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
        return LinkDialer.withOwnThread(identity(ed25519), ed25519, ClientOptions.defaults());
    }

    /** An open link, however long that takes within the client's limits. */
    RelayLink connect(LinkDialer client, RelayListener listener) throws CommandException, InterruptedException {
        return await(() -> client.connect(relay, listener));
    }

    /** The same, and first what the relay has after that position. */
    RelayLink resume(LinkDialer client, long position, RelayListener listener)
            throws CommandException, InterruptedException {
        return await(() -> client.resume(relay, position, listener));
    }

    /** Whether this node will come again under the same key. */
    boolean keepsKey() {
        return key != null;
    }

    private static RelayLink await(Supplier<CompletionStage<RelayLink>> dialling)
            throws CommandException, InterruptedException {
        try {
            return dialling.get().toCompletableFuture().get();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()), e);
        } catch (ExecutionException e) {
            throw CommandException.failed(String.valueOf(rootOf(e).getMessage()), e);
        }
    }

    /** Closes everything, in bounded time. */
    static void close(LinkDialer client) {
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

    private static Throwable rootOf(ExecutionException failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : cause;
    }
}
