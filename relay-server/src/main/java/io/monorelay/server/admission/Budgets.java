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
    private final IntSupplier receivers;
    private final LongSupplier nanoTime;

    // any thread
    private final TokenBucket.Tariff ofConnection;
    private final TokenBucket.Tariff ofKey;
    private final TokenBucket.Tariff ofNetwork;
    private volatile Access access;
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
        ofConnection = new TokenBucket.Tariff(rateOf(settings.connection()));
        ofKey = new TokenBucket.Tariff(rateOf(settings.key()));
        ofNetwork = new TokenBucket.Tariff(rateOf(settings.network()));
    }

    /** From now on these hold, for what is there too; who is exempt is asked when a connection comes. */
    public void use(BudgetSettings settings, Access wanted) {
        ofConnection.use(rateOf(settings.connection()));
        ofKey.use(rateOf(settings.key()));
        ofNetwork.use(rateOf(settings.network()));
        access = wanted;
    }

    private static <K> Cache<K, TokenBucket> shared() {
        return Caffeine.newBuilder()
                .maximumSize(MAX_SHARED)
                .expireAfterAccess(MEMORY)
                .executor(Runnable::run)
                .build();
    }

    private static TokenBucket.Rate rateOf(Duration aSecond) {
        return aSecond.isZero() ? TokenBucket.Rate.ANY : TokenBucket.Rate.of(aSecond.toNanos(), BURST_SECONDS);
    }

    /** The budget of a new connection from there: a bucket of its own, and that of its network. */
    public Budget ofConnection(InetAddress address) {
        Budget network = ofRequests(address);
        return network == Budget.UNLIMITED ? network : network.and(new TokenBucket(ofConnection, nanoTime.getAsLong()));
    }

    /** The budget of a connection on which that key has been proven: what the connection has spent stays spent. */
    public Budget withKey(Budget budget, NodeKey key) {
        return budget == Budget.UNLIMITED ? budget : budget.and(bucket(keys, key, ofKey));
    }

    /** The budget that all requests from there share. */
    public Budget ofRequests(InetAddress address) {
        if (access.isExempt(address)) {
            return Budget.UNLIMITED;
        }
        TokenBucket[] buckets = {bucket(networks, Networks.of(address), ofNetwork)};
        return new Budget(buckets, receivers, nanoTime);
    }

    private <K> TokenBucket bucket(Cache<K, TokenBucket> cache, K of, TokenBucket.Tariff rate) {
        return cache.get(of, fresh -> new TokenBucket(rate, nanoTime.getAsLong()));
    }
}
