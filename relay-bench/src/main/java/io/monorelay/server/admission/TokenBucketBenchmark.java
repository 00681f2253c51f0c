package io.monorelay.server.admission;

import io.monorelay.server.config.Access;
import io.monorelay.server.config.BudgetSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to pay out of one bucket, and for one message out of the two of a connection that has proven nothing. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class TokenBucketBenchmark {
    /** So much that no bucket is ever empty. */
    private static final Duration PLENTY = Duration.ofHours(1);

    private TokenBucket bucket;
    private TokenBucket empty;
    private Budget limited;

    @Setup
    public void fill() {
        long now = System.nanoTime();
        bucket = new TokenBucket(TokenBucket.Rate.of(PLENTY.toNanos(), 4), now);
        empty = new TokenBucket(new TokenBucket.Rate(1, 1), now);
        empty.take(TimeUnit.DAYS.toSeconds(1), now);
        Access everybodyPays =
                new Access(Access.Mode.OPEN, List.of(), List.of(), List.of(), new Access.Caps(0, 0, 0, 0));
        Budgets budgets =
                new Budgets(new BudgetSettings(PLENTY, PLENTY, PLENTY), everybodyPays, () -> 1_000, System::nanoTime);
        limited = budgets.ofConnection(InetAddress.getLoopbackAddress());
    }

    @Benchmark
    public long tryTake() {
        return bucket.tryTake(1, System.nanoTime());
    }

    @Benchmark
    public long tryTakeOfNothing() {
        return empty.tryTake(1, System.nanoTime());
    }

    /** The deposit, its return, and the price. */
    @Benchmark
    public long message() {
        long wait = limited.tryPay(Cost.DEPOSIT);
        limited.giveBack(Cost.DEPOSIT);
        limited.pay(Cost.DEPOSIT);
        return wait;
    }

    @Benchmark
    public long messageOfWhoIsExempt() {
        long wait = Budget.UNLIMITED.tryPay(Cost.DEPOSIT);
        Budget.UNLIMITED.giveBack(Cost.DEPOSIT);
        Budget.UNLIMITED.pay(Cost.DEPOSIT);
        return wait;
    }
}
