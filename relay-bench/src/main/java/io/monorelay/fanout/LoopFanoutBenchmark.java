package io.monorelay.fanout;

import io.monorelay.bench.LoopThreads;
import io.monorelay.bench.SwallowingChannel;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.Fates;
import io.monorelay.log.FreshMessages;
import io.monorelay.log.MessageLog;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.Form;
import io.monorelay.store.CommitMark;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.StoreReaders;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.time.InstantSource;
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
 * What one delivery costs: from the log through batches of {@value #BATCH} messages to every peer of a loop, all but the
 * socket. Each message is allocated once, whatever the number of peers.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {LoopThreads.CUSTOM, LoopThreads.THIS_CLASS})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class LoopFanoutBenchmark {
    private static final int BATCH = 64;
    private static final int DELIVERIES = 1000 * BATCH;

    @Param({"1", "100", "1000"})
    int peers;

    @Param({"V1", "V2", "EVENTS"})
    FrameFormat format;

    /** How many messages account is kept of. */
    @Param({"0", "65536"})
    int fates;

    private final VerifiedMessage message = SampleMessages.verified(SampleMessages.broadcast(Form.MONOCHAIN, 128));
    private final RelayMetrics metrics = new RelayMetrics();
    private MessageLog log;
    private ManualIoEventLoop loop;

    /** The clock stands still, so that no turn waits for another. */
    @Setup
    public void join() {
        log = new MessageLog(16_384, 64L << 20, MessageLog.FIRST_POSITION, new Fates(fates, InstantSource.system()));
        loop = new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
        FanoutLimits limits = new FanoutLimits(0, 256 << 10, 64 << 20, SlowPeers.CATCH_UP);
        LoopFanout fanout = new LoopFanout(loop, source(), ByteBufAllocator.DEFAULT, limits, metrics, () -> 0);
        for (int i = 0; i < peers; i++) {
            fanout.join(new Peer(SwallowingChannel.on(loop), format));
        }
        deliver();
        if (metrics.traffic().count(Traffic.DELIVERIES) != DELIVERIES) {
            throw new IllegalStateException("not every message was delivered to every peer");
        }
    }

    /** The store is asked for nothing by peers that are quick. */
    private FanoutSource source() {
        MemoryStore store = new MemoryStore(1, InstantSource.system());
        CommitMark mark = new CommitMark(store.durability(), 0);
        return new FanoutSource(log, new StoreReaders(store, 1, 1), mark, mark.newQueue(loop));
    }

    @Benchmark
    @OperationsPerInvocation(DELIVERIES)
    public void deliver() {
        for (int round = 0; round < DELIVERIES / BATCH / peers; round++) {
            for (int i = 0; i < BATCH; i++) {
                log.publish(FreshMessages.at(log.tryClaim(message.membersLength()), message));
            }
            while (loop.runNow() != 0) {
                // A turn for each cohort.
            }
        }
    }
}
