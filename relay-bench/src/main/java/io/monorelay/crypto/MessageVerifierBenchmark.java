package io.monorelay.crypto;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ProtocolException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What it costs to name a message and to prove it, with the fastest library; a message that was reformatted on its way
 * takes two verifications.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class MessageVerifierBenchmark {
    @Param({"128", "16384"})
    int dataBytes;

    private final MessageVerifier verifier = new MessageVerifier(SampleMessages.ed25519());
    private DecodedMessage message;
    private MessageId id;
    private DecodedMessage reformatted;
    private MessageId reformattedId;

    @Setup
    public void decode() {
        byte[] broadcast = SampleMessages.broadcast(Form.MONOCHAIN, dataBytes);
        message = SampleMessages.decoded(broadcast);
        id = verifier.idOf(message);
        reformatted = SampleMessages.decoded(SampleMessages.pretty(broadcast));
        reformattedId = verifier.idOf(reformatted);
    }

    @Benchmark
    public MessageId idOf() {
        return verifier.idOf(message);
    }

    @Benchmark
    public VerifiedMessage verify() throws ProtocolException {
        return verifier.verify(message, id);
    }

    @Benchmark
    public VerifiedMessage verifyReformatted() throws ProtocolException {
        return verifier.verify(reformatted, reformattedId);
    }
}
