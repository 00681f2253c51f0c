package io.monorelay.log;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.MessageId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to look for an id that is known or is not, and to admit a new one, with that many remembered. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class SeenCacheBenchmark {
    @Param({"1024", "65536"})
    int ids;

    private List<VerifiedMessage> messages;
    private MessageId[] strangers;
    private SeenCache full;
    private SeenCache filling;
    private int next;
    private int nextToAdmit;

    @Setup
    public void fill() {
        messages = SampleMessages.broadcasts(ids, 16).parallelStream()
                .map(SampleMessages::verified)
                .toList();
        Random random = new Random(ids);
        strangers = new MessageId[ids];
        full = empty();
        filling = empty();
        for (int i = 0; i < ids; i++) {
            strangers[i] = new MessageId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            full.admit(messages.get(i), i + 1, Origin.NONE);
        }
    }

    private SeenCache empty() {
        return new SeenCache(ids, Duration.ofMinutes(21), Ticker.systemTicker());
    }

    @Benchmark
    public long positionOfSeen() {
        next = (next + 1) % ids;
        return full.positionOf(messages.get(next).id());
    }

    @Benchmark
    public long positionOfUnseen() {
        next = (next + 1) % ids;
        return full.positionOf(strangers[next]);
    }

    /** Starts over with an empty cache when all have been admitted, which is part of the cost. */
    @Benchmark
    public FreshMessage admit() {
        if (nextToAdmit == ids) {
            filling = empty();
            nextToAdmit = 0;
        }
        VerifiedMessage message = messages.get(nextToAdmit++);
        FreshMessage fresh = filling.admit(message, nextToAdmit, Origin.NONE);
        if (fresh == null) {
            throw new IllegalStateException(message + " was admitted before");
        }
        return fresh;
    }
}
