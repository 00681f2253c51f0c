package io.monorelay.log;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.Form;
import java.util.ArrayList;
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

/** What a message costs from the claim of its position until every reader has read it, all on one thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class MessageLogBenchmark {
    private static final int SLOTS = 16_384;
    private static final long MAX_BYTES = 64L << 20;

    @Param({"1", "2"})
    int readers;

    private final VerifiedMessage message = SampleMessages.verified(SampleMessages.broadcast(Form.MONOCHAIN, 128));
    private MessageLog awakeLog;
    private MessageLog parkedLog;
    private List<LogReader> awake;
    private long read;

    @Setup
    public void addReaders() {
        awakeLog = new MessageLog(SLOTS, MAX_BYTES);
        parkedLog = new MessageLog(SLOTS, MAX_BYTES);
        awake = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            // Nobody runs the task of the first message, so these readers stay awake.
            awake.add(awakeLog.addReader(task -> {}, () -> {}));
            new ParkingReader(parkedLog);
        }
    }

    @Benchmark
    public long publishAndRead() {
        publish(awakeLog);
        for (LogReader reader : awake) {
            reader.read(this::take);
        }
        return read;
    }

    /** Every message finds all readers parked. */
    @Benchmark
    public long publishWakeAndRead() {
        publish(parkedLog);
        return read;
    }

    private void publish(MessageLog log) {
        long position = log.tryClaim(message.membersLength());
        if (position == MessageLog.FULL) {
            throw new IllegalStateException("the readers have read everything, but the log is full");
        }
        log.publish(FreshMessages.at(position, message));
    }

    private boolean take(FreshMessage fresh) {
        read = fresh.position();
        return true;
    }

    /** Reads on the thread that wakes it, and parks again. */
    private final class ParkingReader {
        private final LogReader reader;

        ParkingReader(MessageLog log) {
            reader = log.addReader(Runnable::run, this::onMessages);
        }

        private void onMessages() {
            do {
                reader.read(MessageLogBenchmark.this::take);
            } while (!reader.park());
        }
    }
}
