package io.monorelay.server.forward;

import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressPolicy;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds the addresses of a reference, and refuses it when the policy refuses any of them. The caller connects to an
 * address that it got here and looks nothing up again: a name that answers differently the second time gains nothing.
 *
 * <p>Looking up blocks, so it has a thread of its own, with a bounded queue before it. Any thread may ask.
 */
public final class AddressResolver implements AutoCloseable {
    /** The operating system's view of names. */
    @FunctionalInterface
    public interface Lookup {
        /** Blocks until it knows. */
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    /** How many look-ups may wait. */
    static final int MAX_WAITING = 256;

    private final AddressPolicy policy;
    private final Lookup lookup;
    private final ExecutorService thread;

    /** A resolver that asks the operating system. */
    public AddressResolver(AddressPolicy policy) {
        this(policy, InetAddress::getAllByName);
    }

    AddressResolver(AddressPolicy policy, Lookup lookup) {
        this.policy = policy;
        this.lookup = lookup;
        thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().name("address-resolver").daemon().factory());
    }

    /**
     * Where the reference can be called, best first, at least one address. Completes on any thread, with a {@link
     * ProtocolException} when the policy refuses an address, or an {@link IOException} when there is none or too many
     * look-ups are waiting.
     */
    CompletionStage<List<InetSocketAddress>> resolve(URI reference) {
        String host = AddressPolicy.hostOf(reference);
        CompletableFuture<List<InetSocketAddress>> result = new CompletableFuture<>();
        if (isLiteral(host)) {
            resolveNow(reference, host, result);
            return result;
        }
        try {
            thread.execute(() -> resolveNow(reference, host, result));
        } catch (RejectedExecutionException full) {
            result.completeExceptionally(new IOException("more than " + MAX_WAITING + " look-ups of names wait"));
        }
        return result;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private static boolean isLiteral(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    private void resolveNow(URI reference, String host, CompletableFuture<List<InetSocketAddress>> result) {
        try {
            result.complete(checked(reference, lookup.addressesOf(host)));
        } catch (IOException | ProtocolException failed) {
            result.completeExceptionally(failed);
        }
    }

    private List<InetSocketAddress> checked(URI reference, InetAddress[] addresses)
            throws ProtocolException, UnknownHostException {
        if (addresses.length == 0) {
            throw new UnknownHostException("no address");
        }
        List<InetSocketAddress> checked = new ArrayList<>(addresses.length);
        for (InetAddress address : addresses) {
            policy.check(reference, address);
            checked.add(new InetSocketAddress(address, AddressPolicy.portOf(reference)));
        }
        return checked;
    }
}
