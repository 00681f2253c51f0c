package io.monorelay.fanout;

import io.monorelay.bench.LoopThreads;
import io.monorelay.bench.SwallowingChannel;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.FreshMessages;
import io.monorelay.log.MessageLog;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.store.CommitMark;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreReaders;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * What each message costs of the {@value #MESSAGES} that a peer missed, from a store in memory, page by page, to
 * everything but the socket. One thread asks the store and answers.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {LoopThreads.CUSTOM, LoopThreads.THIS_CLASS})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class ReplaysBenchmark {
    private static final int MESSAGES = 1024;

    @Param({"128", "16384"})
    int dataBytes;

    @Param({"V1", "V2", "V2_IDS"})
    FrameFormat format;

    private ManualIoEventLoop loop;
    private LoopFanout fanout;

    @Setup
    public void fill() {
        loop = new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
        MemoryStore store = new MemoryStore(Long.MAX_VALUE, InstantSource.system());
        store.append(messages());
        MessageLog log = new MessageLog(1, 1, MESSAGES + 1);
        CommitMark mark = new CommitMark(store.durability(), MESSAGES);
        FanoutSource source = new FanoutSource(log, new StoreReaders(store, loop), mark, mark.newQueue(loop));
        FanoutLimits limits = new FanoutLimits(0, 256 << 10, 64 << 20, SlowPeers.CATCH_UP);
        fanout = new LoopFanout(loop, source, ByteBufAllocator.DEFAULT, limits, new RelayMetrics(), () -> 0);
        long carried = format == FrameFormat.V2_IDS ? 0 : (long) MESSAGES * dataBytes;
        if (replay() <= carried) {
            throw new IllegalStateException("the peer did not get every message");
        }
    }

    private List<FreshMessage> messages() {
        List<byte[]> texts = SampleMessages.broadcasts(MESSAGES, dataBytes);
        return IntStream.range(0, MESSAGES)
                .mapToObj(i -> FreshMessages.at(i + 1, SampleMessages.verified(texts.get(i))))
                .toList();
    }

    /** The bytes that went out. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long replay() {
        SwallowingChannel channel = SwallowingChannel.on(loop);
        Subscriber subscriber = fanout.joinReplaying(new Peer(channel, format), new Resume(0, Selection.BROADCASTS));
        while (subscriber.replay != null) {
            loop.runNow();
        }
        fanout.leave(subscriber);
        return channel.swallowedBytes();
    }
}
