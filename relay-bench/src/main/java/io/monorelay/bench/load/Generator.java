package io.monorelay.bench.load;

import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.net.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Recorder;

/** The event loops that play the nodes, and how busy and how late they are themselves. */
final class Generator implements AutoCloseable {
    private static final Duration PROBE = Duration.ofMillis(5);
    private static final int DIGITS = 3;

    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final Class<? extends Channel> channelType;
    private final Set<Long> threads = ConcurrentHashMap.newKeySet();
    private final Recorder lag = new Recorder(DIGITS);
    private final ThreadMXBean threadBean = ManagementFactory.getThreadMXBean();

    Generator(int threadCount) {
        Transport transport = Transport.choose(RelayConfig.Transport.AUTO);
        group = new MultiThreadIoEventLoopGroup(
                threadCount, new DefaultThreadFactory("load", true), transport.handlerFactory());
        channelType = transport.clientChannel();
        for (int i = 0; i < threadCount; i++) {
            EventLoop loop = (EventLoop) group.next();
            loops.add(loop);
            loop.execute(() -> threads.add(Thread.currentThread().threadId()));
            new Probe(loop).start();
        }
    }

    /** One loop for each node in turn. */
    EventLoop loopOf(int node) {
        return loops.get(node % loops.size());
    }

    Class<? extends Channel> channelType() {
        return channelType;
    }

    /** How much later than planned the loops and the pace of the open loop did what they had to, in nanoseconds. */
    Recorder lag() {
        return lag;
    }

    /** The time that this program has had on all cores so far. */
    Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The time that the busiest event loop has had so far. */
    Duration busiestLoopCpu() {
        return Duration.ofNanos(
                threads.stream().mapToLong(threadBean::getThreadCpuTime).max().orElse(0));
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Looks how late an event loop does what it has planned. */
    private final class Probe implements Runnable {
        private final EventLoop loop;
        private long dueNanos;

        Probe(EventLoop loop) {
            this.loop = loop;
        }

        void start() {
            plan();
        }

        @Override
        public void run() {
            Tally.record(lag, dueNanos);
            plan();
        }

        private void plan() {
            dueNanos = System.nanoTime() + PROBE.toNanos();
            if (!loop.isShuttingDown()) {
                loop.schedule(this, PROBE.toNanos(), TimeUnit.NANOSECONDS);
            }
        }
    }
}
