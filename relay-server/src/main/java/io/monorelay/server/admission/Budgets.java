package io.monorelay.server.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.AddressBlock;
import io.monorelay.server.config.Access;
import io.monorelay.server.config.BudgetSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of all who are served: a bucket for each connection, and those that connections of the same key or from the
 * same network share. Any thread.
 */
public final class Budgets {
    /** How many keys, and networks, have a bucket that is remembered; of more, those that used theirs least often go. */
    private static final int MAX_SHARED = 100_000;

    /** A bucket that nobody has taken from for so long is full again, whatever was owed by honest means. */
    private static final Duration MEMORY = Duration.ofMinutes(5);

    /** So many seconds' worth may be spent at once. */
    private static final int BURST_SECONDS = 4;

    // fixed after construction
    private final Access access;
    private final IntSupplier receivers;
    private final LongSupplier nanoTime;
    private final TokenBucket.@Nullable Rate ofConnection;
    private final TokenBucket.@Nullable Rate ofKey;
    private final TokenBucket.@Nullable Rate ofNetwork;

    // any thread
    private final Cache<NodeKey, TokenBucket> keys = shared();
    private final Cache<AddressBlock, TokenBucket> networks = shared();

    /**
     * @param access says who is exempt
     * @param receivers how many a message for everybody goes to
     * @param nanoTime as {@link System#nanoTime}
     */
    public Budgets(BudgetSettings settings, Access access, IntSupplier receivers, LongSupplier nanoTime) {
        this.access = access;
        this.receivers = receivers;
        this.nanoTime = nanoTime;
        ofConnection = rateOf(settings.connection());
        ofKey = rateOf(settings.key());
        ofNetwork = rateOf(settings.network());
    }

    private static <K> Cache<K, TokenBucket> shared() {
        return Caffeine.newBuilder()
                .maximumSize(MAX_SHARED)
                .expireAfterAccess(MEMORY)
                .executor(Runnable::run)
                .build();
    }

    private static TokenBucket.@Nullable Rate rateOf(Duration aSecond) {
        return aSecond.isZero() ? null : TokenBucket.Rate.of(aSecond.toNanos(), BURST_SECONDS);
    }

    /** How many a message for everybody goes to, about. */
    public int receivers() {
        return receivers.getAsInt();
    }

    /**
     * The budget of a new connection from there.
     *
     * @param key what has been proven on it
     */
    public Budget ofConnection(InetAddress address, @Nullable NodeKey key) {
        List<TokenBucket> buckets = new ArrayList<>();
        if (ofConnection != null) {
            buckets.add(new TokenBucket(ofConnection, nanoTime.getAsLong()));
        }
        if (key != null && ofKey != null) {
            buckets.add(bucket(keys, key, ofKey));
        }
        return withNetwork(address, buckets);
    }

    /** The budget that all requests from there share. */
    public Budget ofRequests(InetAddress address) {
        return withNetwork(address, new ArrayList<>());
    }

    private Budget withNetwork(InetAddress address, List<TokenBucket> buckets) {
        if (access.isExempt(address)) {
            return Budget.UNLIMITED;
        }
        if (ofNetwork != null) {
            buckets.add(bucket(networks, Networks.of(address), ofNetwork));
        }
        return new Budget(buckets, nanoTime);
    }

    private <K> TokenBucket bucket(Cache<K, TokenBucket> cache, K of, TokenBucket.Rate rate) {
        return cache.get(of, fresh -> new TokenBucket(rate, nanoTime.getAsLong()));
    }
}
