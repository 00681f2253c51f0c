package io.monorelay.server.admission;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.relay.Receipt;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What somebody may cost the relay, in ns of work: all buckets that it pays out of, its own and those that it shares with
 * others. Any thread; nobody waits, nothing is allocated.
 */
public final class Budget {
    /** Nothing is ever too much. */
    public static final Budget UNLIMITED = new Budget(new TokenBucket[0], () -> 0, System::nanoTime);

    private final TokenBucket[] buckets;
    private final IntSupplier receivers;
    private final LongSupplier nanoTime;

    /** @param receivers how many a message for everybody goes to */
    Budget(TokenBucket[] buckets, IntSupplier receivers, LongSupplier nanoTime) {
        this.buckets = buckets;
        this.receivers = receivers;
        this.nanoTime = nanoTime;
    }

    /** The same buckets and one more. */
    Budget and(TokenBucket another) {
        TokenBucket[] all = Arrays.copyOf(buckets, buckets.length + 1);
        all[buckets.length] = another;
        return new Budget(all, receivers, nanoTime);
    }

    /**
     * Pays for something that is about to be done, if every bucket has enough for it.
     *
     * @return 0 when it is paid, otherwise in how many ms it could be, at least 1
     */
    public long tryPay(long workNanos) {
        return tryPay(workNanos, false);
    }

    /** The same for what can wait, and so leaves half of every bucket to what cannot. */
    public long tryPayAtLeisure(long workNanos) {
        return tryPay(workNanos, true);
    }

    private long tryPay(long workNanos, boolean atLeisure) {
        if (buckets.length == 0) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        for (int i = 0; i < buckets.length; i++) {
            TokenBucket bucket = buckets[i];
            long wait = atLeisure ? bucket.tryTakeOfFirstHalf(workNanos, now) : bucket.tryTake(workNanos, now);
            if (wait != 0) {
                for (int paid = 0; paid < i; paid++) {
                    buckets[paid].giveBack(workNanos);
                }
                return 1 + TimeUnit.NANOSECONDS.toMillis(wait);
            }
        }
        return 0;
    }

    /** Pays for something that is done, on credit if need be. */
    public void pay(long workNanos) {
        if (buckets.length == 0) {
            return;
        }
        long now = nanoTime.getAsLong();
        for (TokenBucket bucket : buckets) {
            bucket.take(workNanos, now);
        }
    }

    /** Pays for signing and publishing a text of so many bytes; otherwise as {@link #tryPay(long)}. */
    public long tryPublish(int bytes, boolean toAll) {
        return tryPay(Cost.ofOwn(bytes, toAll ? receivers.getAsInt() : 1));
    }

    /** Settles for a message that was paid a deposit for, and is new and valid. */
    public void onAppended(VerifiedMessage message) {
        if (buckets.length == 0) {
            return;
        }
        long more = Cost.of(message, receivers.getAsInt()) - Cost.DEPOSIT;
        if (more > 0) {
            pay(more);
        } else {
            giveBack(-more);
        }
    }

    /** Settles for one that went no further, which cost little, unless its signature is wrong. */
    public void onReceipt(Receipt receipt) {
        boolean settled = switch (receipt) {
            case Receipt.Acknowledged acknowledged -> !acknowledged.duplicate();
            case Receipt.Refused refused ->
                refused.fault() == Fault.BAD_SIGNATURE || refused.fault() == Fault.OVER_BUDGET;
        };
        if (!settled) {
            giveBack(Cost.DEPOSIT_BACK);
        }
    }

    /** Takes back some of what was paid a short while ago. */
    public void giveBack(long workNanos) {
        for (TokenBucket bucket : buckets) {
            bucket.giveBack(workNanos);
        }
    }
}
