package io.monorelay.protocol;

import io.monorelay.bench.messages.SampleMessages;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to decode a published message: as nodes write it, reformatted, and in compact form. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class InboundDecoderBenchmark {
    /** How the text is written. */
    public enum Layout {
        CANONICAL,
        PRETTY,
        COMPACT;

        byte[] broadcast(int dataBytes) {
            return switch (this) {
                case CANONICAL -> SampleMessages.broadcast(Form.MONOCHAIN, dataBytes);
                case PRETTY -> SampleMessages.pretty(SampleMessages.broadcast(Form.MONOCHAIN, dataBytes));
                case COMPACT -> SampleMessages.broadcast(Form.COMPACT, dataBytes);
            };
        }
    }

    @Param
    Layout layout;

    @Param({"128", "16384"})
    int dataBytes;

    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());
    private byte[] text;

    @Setup
    public void write() {
        text = layout.broadcast(dataBytes);
    }

    @Benchmark
    public Inbound decode() throws ProtocolException {
        return decoder.decode(text);
    }
}
