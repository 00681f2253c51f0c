package io.monorelay.relay;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.Durability;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a message costs from the bytes of its frame until it is in the log, read and acknowledged, new or seen before. It
 * is durable as soon as it is read.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class MessagePathBenchmark implements Publisher {
    private static final int POOL_BYTES = 64 << 20;
    private static final int MAX_POOL = 32_768;

    @Param({"128", "16384"})
    int dataBytes;

    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());
    private final MessageVerifier verifier = new MessageVerifier(SampleMessages.ed25519());
    private final MessageLog log = new MessageLog(16_384, 64L << 20);
    private final LogReader reader = log.addReader(Runnable::run, this::onMessages);
    private final CommitMark mark = new CommitMark(Durability.MEMORY, 0);
    private final CommitQueue commits = mark.newQueue(Runnable::run);
    private List<byte[]> pool;
    private MessagePath path;
    private int next;
    private byte[] duplicate;
    private Receipt receipt;

    @Setup
    public void sign() {
        pool = SampleMessages.broadcasts(Math.min(MAX_POOL, POOL_BYTES / dataBytes), dataBytes);
        startOver();
    }

    private void startOver() {
        Limits limits = Limits.defaults();
        path = new MessagePath(
                new TimeWindow(limits.timeWindow(), InstantSource.fixed(SampleMessages.TIME)),
                verifier,
                new SeenCache(pool.size(), Duration.ofMinutes(21), Ticker.systemTicker()),
                log,
                new KeyDirectory(),
                new RelayMetrics());
        next = 0;
        duplicate = pool.get(0);
    }

    /** Forgets all ids when every message of the pool has been published, which is part of the cost. */
    @Benchmark
    public Receipt fresh() throws ProtocolException {
        if (next == pool.size()) {
            startOver();
        }
        return expect(false, publish(pool.get(next++)));
    }

    @Benchmark
    public Receipt duplicate() throws ProtocolException {
        if (next == 0) {
            fresh();
        }
        return expect(true, publish(duplicate));
    }

    private Receipt publish(byte[] text) throws ProtocolException {
        if (decoder.decode(text) instanceof Inbound.Publish publish) {
            path.publish(publish.message(), this);
            return receipt;
        }
        throw new IllegalStateException("a signed message is a message");
    }

    private static Receipt expect(boolean duplicate, Receipt receipt) {
        if (receipt instanceof Receipt.Acknowledged acknowledged && acknowledged.duplicate() == duplicate) {
            return receipt;
        }
        throw new IllegalStateException("unexpected: " + receipt);
    }

    private void onMessages() {
        do {
            reader.read(message -> true);
            mark.advanceTo(reader.position());
        } while (!reader.park());
    }

    @Override
    public Origin origin() {
        return Origin.NONE;
    }

    @Override
    public CommitQueue commits() {
        return commits;
    }

    @Override
    public void onAppended(long position) {
        // It is acknowledged at once.
    }

    @Override
    public void onReceipt(Receipt answer) {
        receipt = answer;
    }
}
