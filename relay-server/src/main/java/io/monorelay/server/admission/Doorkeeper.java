package io.monorelay.server.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Refusal;
import io.monorelay.refs.AddressBlock;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.config.Access;
import io.monorelay.server.config.Proxies;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides of each connection, before anything is made for it, whether it is accepted: by the rules for its address, by how
 * many there are, and by how fast they come. Any thread.
 */
public final class Doorkeeper {
    /** How many networks are remembered by how fast their connections come; of more, those that came least often go. */
    private static final int MAX_NETWORKS = 100_000;

    /** A network that has been silent for so long has a full bucket again. */
    private static final Duration MEMORY = Duration.ofMinutes(1);

    /** So many seconds' worth of connections may come at once. */
    private static final int BURST_SECONDS = 2;

    /** On a connection through a proxy: where the client is that it was counted for. */
    private static final AttributeKey<InetAddress> COUNTED = AttributeKey.valueOf(Doorkeeper.class, "counted");

    // fixed after construction
    private final Access access;
    private final Proxies proxies;
    private final AccessRules rules;
    private final Counters<Refusal> refusals;
    private final LongSupplier nanoTime;
    private final int maxConnections;
    private final TokenBucket.@Nullable Rate networkRate;

    // any thread
    private final AtomicInteger open = new AtomicInteger();
    private final Headcount addresses;
    private final Headcount networks;
    private final @Nullable TokenBucket all;
    private final Cache<AddressBlock, TokenBucket> byNetwork = Caffeine.newBuilder()
            .maximumSize(MAX_NETWORKS)
            .expireAfterAccess(MEMORY)
            .executor(Runnable::run)
            .build();

    /**
     * @param proxies whose own addresses are not limited, but those of their clients
     * @param maxConnections all together, those without limits too
     * @param nanoTime as {@link System#nanoTime}
     */
    public Doorkeeper(
            Access access,
            Proxies proxies,
            int maxConnections,
            AccessRules rules,
            Counters<Refusal> refusals,
            LongSupplier nanoTime) {
        this.access = access;
        this.proxies = proxies;
        this.maxConnections = maxConnections;
        this.rules = rules;
        this.refusals = refusals;
        this.nanoTime = nanoTime;
        addresses = new Headcount(access.caps().perAddress());
        networks = new Headcount(access.caps().perNetwork());
        TokenBucket.@Nullable Rate rate = rateOf(access.caps().rate());
        all = rate == null ? null : new TokenBucket(rate, nanoTime.getAsLong());
        networkRate = rateOf(access.caps().ratePerNetwork());
    }

    private static TokenBucket.@Nullable Rate rateOf(int perSecond) {
        return perSecond == 0 ? null : TokenBucket.Rate.of(perSecond, BURST_SECONDS);
    }

    /** How many connections are open. */
    public int open() {
        return open.get();
    }

    /** Whether a connection that has just come is accepted. If it is, {@link #left} has to be called when it has ended. */
    public boolean admit(Channel channel) {
        Refusal refusal = whyNot(addressOf(channel));
        if (refusal != null) {
            refusals.increment(refusal);
        }
        return refusal == null;
    }

    /** A connection has ended that was accepted. */
    public void left(Channel channel) {
        open.decrementAndGet();
        InetAddress address = addressOf(channel);
        if (address != null && isLimited(address)) {
            release(address);
        }
    }

    /**
     * Whether a connection through a proxy goes on, now that the proxy has said where its client is; on a connection
     * without a proxy, always. To be asked on the event loop of the channel, and again when something else was said.
     */
    public boolean readmit(Channel channel) {
        InetAddress said = ClientAddress.of(channel).getAddress();
        InetAddress before = channel.hasAttr(COUNTED) ? channel.attr(COUNTED).get() : addressOf(channel);
        if (said.equals(before)) {
            return true;
        }
        Refusal refusal = whyNotFrom(said);
        if (refusal != null) {
            refusals.increment(refusal);
            return false;
        }
        channel.attr(COUNTED).set(said);
        if (isLimited(said)) {
            channel.closeFuture().addListener(closed -> release(said));
        }
        return true;
    }

    /** The address that the connection itself comes from, whatever a proxy says; null for what has none. */
    private static @Nullable InetAddress addressOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress from ? from.getAddress() : null;
    }

    private @Nullable Refusal whyNot(@Nullable InetAddress address) {
        if (open.incrementAndGet() > maxConnections) {
            open.decrementAndGet();
            return Refusal.RELAY_FULL;
        }
        Refusal refusal = address == null ? null : whyNotFrom(address);
        if (refusal != null) {
            open.decrementAndGet();
        }
        return refusal;
    }

    private @Nullable Refusal whyNotFrom(InetAddress address) {
        if (!rules.admits(address)) {
            return Refusal.ACCESS_DENIED;
        }
        if (!isLimited(address)) {
            return null;
        }
        AddressBlock network = Networks.of(address);
        long now = nanoTime.getAsLong();
        // The network first, so that one that comes too fast takes nothing from the others.
        if (networkRate != null
                && byNetwork
                                .get(network, fresh -> new TokenBucket(networkRate, now))
                                .tryTake(1, now)
                        != 0) {
            return Refusal.NETWORK_TOO_FAST;
        }
        if (all != null && all.tryTake(1, now) != 0) {
            return Refusal.TOO_FAST;
        }
        return count(address, network);
    }

    private boolean isLimited(InetAddress address) {
        return !access.isExempt(address) && !proxies.trust(address);
    }

    private @Nullable Refusal count(InetAddress address, AddressBlock network) {
        AddressBlock alone = Networks.alone(address);
        if (!addresses.tryAdd(alone)) {
            return Refusal.ADDRESS_FULL;
        }
        if (!networks.tryAdd(network)) {
            addresses.remove(alone);
            return Refusal.NETWORK_FULL;
        }
        return null;
    }

    private void release(InetAddress address) {
        addresses.remove(Networks.alone(address));
        networks.remove(Networks.of(address));
    }

    /** How many addresses and networks have connections that count. */
    int counted() {
        return addresses.size() + networks.size();
    }
}
