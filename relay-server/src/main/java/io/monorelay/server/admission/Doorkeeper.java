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

    /** For whom a connection was let in, where that is not simply the address that it comes from or where it counts. */
    private static final AttributeKey<Admitted> ADMITTED = AttributeKey.valueOf(Doorkeeper.class, "admitted");

    // fixed after construction
    private final AccessRules rules;
    private final Counters<Refusal> refusals;
    private final LongSupplier nanoTime;

    // any thread
    private final AtomicInteger open = new AtomicInteger();
    private final Headcount addresses = new Headcount();
    private final Headcount networks = new Headcount();
    private volatile Terms terms;

    /**
     * What the settings say, and the buckets for that.
     *
     * @param all fills as fast as connections may come from everywhere together; null for any number
     * @param networkRate how fast they may come from one network; null for any number
     */
    private record Terms(
            Access access,
            Proxies proxies,
            int maxConnections,
            @Nullable TokenBucket all,
            TokenBucket.@Nullable Rate networkRate,
            Cache<AddressBlock, TokenBucket> byNetwork) {
        boolean limit(InetAddress address) {
            return !access.isExempt(address) && !proxies.trust(address);
        }
    }

    /**
     * Where a client is.
     *
     * @param counted whether its connection counts there
     */
    private record Admitted(InetAddress address, boolean counted) {}

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
        this.rules = rules;
        this.refusals = refusals;
        this.nanoTime = nanoTime;
        terms = termsOf(access, proxies, maxConnections);
    }

    /** From now on these hold, for connections that come. Whoever has come fast may do so once more. */
    public void use(Access access, Proxies proxies, int maxConnections) {
        terms = termsOf(access, proxies, maxConnections);
    }

    private Terms termsOf(Access access, Proxies proxies, int maxConnections) {
        TokenBucket.@Nullable Rate rate = rateOf(access.caps().rate());
        return new Terms(
                access,
                proxies,
                maxConnections,
                rate == null ? null : new TokenBucket(rate, nanoTime.getAsLong()),
                rateOf(access.caps().ratePerNetwork()),
                Caffeine.newBuilder()
                        .maximumSize(MAX_NETWORKS)
                        .expireAfterAccess(MEMORY)
                        .executor(Runnable::run)
                        .build());
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
        Refusal refusal = whyNot(channel);
        if (refusal != null) {
            refusals.increment(refusal);
        }
        return refusal == null;
    }

    /** A connection has ended that was accepted. */
    public void left(Channel channel) {
        open.decrementAndGet();
        letIn(channel, null);
    }

    /**
     * Whether a connection through a proxy goes on, now that the proxy has said where its client is; on a connection
     * without a proxy, always. To be asked on the event loop of the channel, and again when something else was said.
     */
    public boolean readmit(Channel channel) {
        InetAddress said = ClientAddress.of(channel).getAddress();
        Admitted before = channel.hasAttr(ADMITTED) ? channel.attr(ADMITTED).get() : null;
        if (said.equals(before == null ? addressOf(channel) : before.address())) {
            return true;
        }
        Terms now = terms;
        Refusal refusal = whyNotFrom(said, now);
        if (refusal != null) {
            refusals.increment(refusal);
            return false;
        }
        letIn(channel, new Admitted(said, now.limit(said)));
        if (!channel.isOpen()) {
            // It has left already, and nobody would say so again.
            letIn(channel, null);
        }
        return true;
    }

    /** A connection counts where this says, and no longer where it did before. */
    private void letIn(Channel channel, @Nullable Admitted admitted) {
        if (admitted == null && !channel.hasAttr(ADMITTED)) {
            return;
        }
        Admitted before = channel.attr(ADMITTED).getAndSet(admitted);
        if (before != null && before.counted()) {
            addresses.remove(Networks.alone(before.address()));
            networks.remove(Networks.of(before.address()));
        }
    }

    /** The address that the connection itself comes from, whatever a proxy says; null for what has none. */
    private static @Nullable InetAddress addressOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress from ? from.getAddress() : null;
    }

    private @Nullable Refusal whyNot(Channel channel) {
        Terms now = terms;
        if (open.incrementAndGet() > now.maxConnections()) {
            open.decrementAndGet();
            return Refusal.RELAY_FULL;
        }
        InetAddress address = addressOf(channel);
        Refusal refusal = address == null ? null : whyNotFrom(address, now);
        if (refusal != null) {
            open.decrementAndGet();
        } else if (address != null && now.limit(address)) {
            letIn(channel, new Admitted(address, true));
        }
        return refusal;
    }

    private @Nullable Refusal whyNotFrom(InetAddress address, Terms now) {
        if (!rules.admits(address)) {
            return Refusal.ACCESS_DENIED;
        }
        return now.limit(address) ? whyNotMore(address, now) : null;
    }

    private @Nullable Refusal whyNotMore(InetAddress address, Terms terms) {
        TokenBucket.@Nullable Rate networkRate = terms.networkRate();
        TokenBucket all = terms.all();
        AddressBlock network = Networks.of(address);
        long now = nanoTime.getAsLong();
        // The network first, so that one that comes too fast takes nothing from the others.
        if (networkRate != null
                && terms.byNetwork()
                                .get(network, fresh -> new TokenBucket(networkRate, now))
                                .tryTake(1, now)
                        != 0) {
            return Refusal.NETWORK_TOO_FAST;
        }
        if (all != null && all.tryTake(1, now) != 0) {
            return Refusal.TOO_FAST;
        }
        return count(Networks.alone(address), network, terms.access().caps());
    }

    private @Nullable Refusal count(AddressBlock alone, AddressBlock network, Access.Caps caps) {
        if (!addresses.tryAdd(alone, caps.perAddress())) {
            return Refusal.ADDRESS_FULL;
        }
        if (!networks.tryAdd(network, caps.perNetwork())) {
            addresses.remove(alone);
            return Refusal.NETWORK_FULL;
        }
        return null;
    }

    /** How many addresses and networks have connections that count. */
    int counted() {
        return addresses.size() + networks.size();
    }
}
