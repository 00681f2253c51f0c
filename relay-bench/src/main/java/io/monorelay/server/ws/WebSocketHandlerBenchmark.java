package io.monorelay.server.ws;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.bench.InstantLog;
import io.monorelay.bench.LoopThreads;
import io.monorelay.bench.SwallowingChannel;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.client.RelayMemory;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.fanout.FanoutLimits;
import io.monorelay.fanout.FanoutSource;
import io.monorelay.fanout.LoopFanout;
import io.monorelay.fanout.SlowPeers;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.Outcome;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.relay.LatePath;
import io.monorelay.relay.MessagePath;
import io.monorelay.relay.TimeWindow;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.handshake.Handshakes;
import io.monorelay.server.link.TrustedRelays;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.PositionBook;
import io.monorelay.store.StoreReaders;
import io.monorelay.websocket.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a published message costs in all but the system calls and the store: from the bytes of its frame, {@value #BATCH}
 * of them read at a time, through the whole pipeline to the bytes for every other peer and the receipt for its own.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {LoopThreads.CUSTOM, LoopThreads.THIS_CLASS})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class WebSocketHandlerBenchmark {
    private static final int BATCH = 16;
    private static final int MASKING_KEY = 0x37FA213D;
    private static final int POOL_BYTES = 64 << 20;
    private static final int MAX_POOL = 32_768;

    @Param({"128", "16384"})
    int dataBytes;

    /** All but the publisher. */
    @Param({"1", "100"})
    int peers;

    private final RelayMetrics metrics = new RelayMetrics();
    private ManualIoEventLoop loop;
    private List<byte[]> pool;
    private int next;
    private SwallowingChannel publisher;

    /** The clock of the fan-out stands still, so that no turn waits for another. */
    @Setup
    public void connect() throws ConfigException {
        pool = SampleMessages.broadcasts(Math.min(MAX_POOL, POOL_BYTES / dataBytes), dataBytes).stream()
                .map(WebSocketHandlerBenchmark::masked)
                .toList();
        loop = new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
        RelayConfig config =
                ConfigLoader.load(null, Map.of(), Map.of("data", "unused")).config();
        LoopContext context = context(config);
        publisher = connect(context, config);
        for (int i = 0; i < peers; i++) {
            connect(context, config);
        }
        publish();
        if (metrics.outcomes().count(Outcome.ACCEPTED) != BATCH
                || metrics.traffic().count(Traffic.DELIVERIES) != (long) BATCH * peers
                || publisher.swallowedBytes() == 0) {
            throw new IllegalStateException("not every message was accepted, delivered and acknowledged");
        }
    }

    /** A frame with that text, as a node sends it. */
    private static byte[] masked(byte[] text) {
        ByteBuf frame = Unpooled.buffer();
        FrameWriter.writeMaskedText(frame, text, MASKING_KEY);
        return ByteBufUtil.getBytes(frame);
    }

    private SwallowingChannel connect(LoopContext context, RelayConfig config) {
        SwallowingChannel channel = SwallowingChannel.on(loop);
        WebSocketHandler handler = new WebSocketHandler(
                channel,
                context,
                new SocketTerms(
                        false,
                        false,
                        config.messages().maxBytes(),
                        config.timeouts().request()));
        channel.pipeline().addLast(handler);
        handler.open();
        return channel;
    }

    private LoopContext context(RelayConfig config) {
        Limits limits = Limits.defaults();
        Ed25519 ed25519 = SampleMessages.ed25519();
        InstantSource clock = InstantSource.fixed(SampleMessages.TIME);
        InstantLog log = new InstantLog();
        CommitQueue commits = log.mark().newQueue(loop);
        StoreReaders readers = new StoreReaders(new MemoryStore(1, clock), loop);
        TimeWindow window = new TimeWindow(limits.timeWindow(), clock);
        KeyDirectory directory = new KeyDirectory();
        MessagePath path =
                new MessagePath(window, new MessageVerifier(ed25519), seen(), log.messages(), directory, metrics);
        NodeIdentity identity = NodeIdentity.generate(ed25519);
        return new LoopContext(
                new LoopFanout(
                        loop,
                        new FanoutSource(log.messages(), readers, log.mark(), commits),
                        ByteBufAllocator.DEFAULT,
                        new FanoutLimits(0, 256 << 10, 64 << 20, SlowPeers.CATCH_UP),
                        metrics,
                        () -> 0),
                new Liveness(loop),
                commits,
                new InboundDecoder(limits),
                path,
                new LatePath(path, window, readers, config.store().retentionAge()),
                new TrustedRelays(config.links(), RelayMemory.inMemory()),
                new Handshakes(identity, ed25519, config, limits, clock, (reference, key, level) -> {}),
                AccessRules.ofSettings(config.access(), identity.key(), clock),
                new Budgets(config.budgets(), config.access(), () -> 1, System::nanoTime),
                directory,
                new ReferenceBook(0, Duration.ofDays(1), clock, metrics.offences()),
                readers,
                new PositionBook(),
                metrics);
    }

    /** It has forgotten a message when its turn comes again. */
    private SeenCache seen() {
        return new SeenCache(pool.size() / 2, Duration.ofMinutes(21), Ticker.systemTicker());
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void publish() {
        ByteBuf read = ByteBufAllocator.DEFAULT.directBuffer(BATCH * (dataBytes + 512));
        for (int i = 0; i < BATCH; i++) {
            read.writeBytes(pool.get(next));
            next = next + 1 == pool.size() ? 0 : next + 1;
        }
        publisher.pipeline().fireChannelRead(read).fireChannelReadComplete();
        while (loop.runNow() != 0) {
            // A turn for each cohort.
        }
    }
}
