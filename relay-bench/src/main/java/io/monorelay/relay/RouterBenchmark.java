package io.monorelay.relay;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.bench.InstantLog;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs a node to sign a text of its own and to send it, until it is in the log, read and acknowledged. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class RouterBenchmark {
    private static final int MAX_IDS = 16_384;

    @Param({"128", "16384"})
    int dataBytes;

    private Router router;
    private String filler;
    private int number;

    @Setup
    public void build() {
        Limits limits = Limits.defaults();
        Ed25519 ed25519 = SampleMessages.ed25519();
        InstantSource clock = InstantSource.fixed(SampleMessages.TIME);
        InstantLog log = new InstantLog();
        MessagePath path = new MessagePath(
                new TimeWindow(limits.timeWindow(), clock),
                new MessageVerifier(ed25519),
                new SeenCache(MAX_IDS, Duration.ofMinutes(21), Ticker.systemTicker()),
                log.messages(),
                new KeyDirectory(),
                new RelayMetrics());
        router = new Router(
                new MessageSigner(NodeIdentity.generate(ed25519), Form.MONOCHAIN),
                new InboundDecoder(limits),
                path,
                clock,
                Runnable::run,
                log.mark().newQueue(Runnable::run));
        filler = "x".repeat(dataBytes - Integer.BYTES * 2);
    }

    /** Each text is another one, so that none is a duplicate. */
    @Benchmark
    public Receipt sendToAll() {
        String text = HexFormat.of().toHexDigits(number++) + filler;
        Receipt receipt = router.sendToAll(text).toCompletableFuture().getNow(null);
        if (receipt instanceof Receipt.Acknowledged acknowledged && !acknowledged.duplicate()) {
            return receipt;
        }
        throw new IllegalStateException("unexpected: " + receipt);
    }
}
