package io.monorelay.server.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.AddressBlock;
import io.monorelay.server.config.Access;
import io.monorelay.server.config.BudgetSettings;
import java.net.InetAddress;
import java.time.Duration;
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

    /** The budget of a new connection from there: a bucket of its own, and that of its network. */
    public Budget ofConnection(InetAddress address) {
        Budget network = ofRequests(address);
        return network == Budget.UNLIMITED || ofConnection == null
                ? network
                : network.and(new TokenBucket(ofConnection, nanoTime.getAsLong()));
    }

    /** The budget of a connection on which that key has been proven: what the connection has spent stays spent. */
    public Budget withKey(Budget budget, NodeKey key) {
        return budget == Budget.UNLIMITED || ofKey == null ? budget : budget.and(bucket(keys, key, ofKey));
    }

    /** The budget that all requests from there share. */
    public Budget ofRequests(InetAddress address) {
        if (access.isExempt(address)) {
            return Budget.UNLIMITED;
        }
        TokenBucket[] buckets = ofNetwork == null
                ? new TokenBucket[0]
                : new TokenBucket[] {bucket(networks, Networks.of(address), ofNetwork)};
        return new Budget(buckets, receivers, nanoTime);
    }

    private <K> TokenBucket bucket(Cache<K, TokenBucket> cache, K of, TokenBucket.Rate rate) {
        return cache.get(of, fresh -> new TokenBucket(rate, nanoTime.getAsLong()));
    }
}
