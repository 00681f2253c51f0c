package io.monorelay.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
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
import org.openjdk.jmh.annotations.TearDown;

/** What compressing one message costs, once for all peers of a loop, and what reading it costs each of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class FrameDeflaterBenchmark {
    private static final long SEED = 7692;

    @Param({"540", "4096"})
    int payloadBytes;

    @Param({"1", "6"})
    int level;

    private FrameDeflater deflater;
    private byte[] text;
    private ByteBuf frame;
    private byte[] compressed;

    @Setup
    public void write() {
        deflater = new FrameDeflater(level, 0);
        text = numbers(payloadBytes).getBytes(US_ASCII);
        frame = ByteBufAllocator.DEFAULT.directBuffer();
        compress();
        compressed = ByteBufUtil.getBytes(frame, 4, frame.writerIndex() - 4);
    }

    @TearDown
    public void release() {
        deflater.close();
        frame.release();
    }

    /** Writes the frame, as the fan-out does, and compresses it. */
    @Benchmark
    public int compress() {
        frame.clear();
        FrameWriter.writeText(frame, text);
        deflater.compress(frame, 0);
        return frame.writerIndex();
    }

    @Benchmark
    public byte[] inflate() throws ProtocolException {
        return MessageInflater.ofThisThread().inflate(compressed, 1 << 16);
    }

    /** Most of a message in MonoChain form is numbers like these: its keys and its signature. */
    private static String numbers(int length) {
        Random random = new Random(SEED);
        StringBuilder numbers = new StringBuilder(length + 4);
        while (numbers.length() < length) {
            numbers.append(random.nextInt(256)).append(',');
        }
        return numbers.substring(0, length);
    }
}
