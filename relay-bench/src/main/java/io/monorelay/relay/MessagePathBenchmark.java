package io.monorelay.relay;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.bench.InstantLog;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.store.CommitQueue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a message costs from the bytes of its frame until it is in the log, read and acknowledged, new or seen before. It
 * is durable as soon as it is read.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class MessagePathBenchmark implements Publisher {
    private static final int POOL_BYTES = 64 << 20;
    private static final int MAX_POOL = 32_768;

    @Param({"128", "16384"})
    int dataBytes;

    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());
    private final InstantLog log = new InstantLog();
    private final CommitQueue commits = log.mark().newQueue(Runnable::run);
    private List<byte[]> pool;
    private MessagePath path;
    private int next;
    private Receipt receipt;

    @Setup
    public void sign() throws ProtocolException {
        pool = SampleMessages.broadcasts(Math.min(MAX_POOL, POOL_BYTES / dataBytes), dataBytes);
        Limits limits = Limits.defaults();
        path = new MessagePath(
                new TimeWindow(limits.timeWindow(), InstantSource.fixed(SampleMessages.TIME)),
                new MessageVerifier(SampleMessages.ed25519()),
                // It has forgotten a message when its turn comes again.
                new SeenCache(pool.size() / 2, Duration.ofMinutes(21), Ticker.systemTicker()),
                log.messages(),
                new KeyDirectory(),
                new RelayMetrics());
        publish(pool.getFirst());
    }

    @Benchmark
    public Receipt fresh() throws ProtocolException {
        next = next + 1 == pool.size() ? 0 : next + 1;
        return expect(false, publish(pool.get(next)));
    }

    @Benchmark
    public Receipt duplicate() throws ProtocolException {
        return expect(true, publish(pool.getFirst()));
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

    @Override
    public Origin origin() {
        return Origin.NONE;
    }

    @Override
    public CommitQueue commits() {
        return commits;
    }

    @Override
    public void onAppended(FreshMessage message) {
        // It is acknowledged at once.
    }

    @Override
    public void onReceipt(Receipt answer) {
        receipt = answer;
    }
}
