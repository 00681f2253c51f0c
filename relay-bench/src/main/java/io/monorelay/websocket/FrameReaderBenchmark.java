package io.monorelay.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to read one masked text frame, whole or in two parts, unmasked and validated. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class FrameReaderBenchmark {
    private static final int MASKING_KEY = 0x37FA213D;

    /** The frames of short and of long messages. */
    @Param({"540", "16896"})
    int payloadBytes;

    private FrameReader reader;
    private ByteBuf frame;

    @Setup
    public void write(Blackhole blackhole) {
        reader = new FrameReader(Role.SERVER, 1 << 16, new Swallowing(blackhole));
        frame = ByteBufAllocator.DEFAULT.directBuffer();
        FrameWriter.writeMaskedText(frame, "x".repeat(payloadBytes).getBytes(US_ASCII), MASKING_KEY);
    }

    @TearDown
    public void release() {
        frame.release();
    }

    @Benchmark
    public void whole() throws ProtocolException {
        reader.read(frame.readerIndex(0));
    }

    @Benchmark
    public void halves() throws ProtocolException {
        int end = frame.writerIndex();
        reader.read(frame.setIndex(0, end / 2));
        reader.read(frame.writerIndex(end));
    }

    private record Swallowing(Blackhole blackhole) implements FrameSink {
        @Override
        public void onText(byte[] payload) {
            blackhole.consume(payload);
        }

        @Override
        public void onPing(byte[] payload) {
            throw new IllegalStateException("no Ping was written");
        }

        @Override
        public void onPong(byte[] payload) {
            throw new IllegalStateException("no Pong was written");
        }

        @Override
        public void onClose(int code, String reason) {
            throw new IllegalStateException("no Close was written");
        }
    }
}
