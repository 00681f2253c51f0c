package io.monorelay.crypto;

import io.monorelay.protocol.NodeKey;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a signature costs with each library, for the contents of a short and of a long message. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class Ed25519Benchmark {
    @Param({"ACCP", "BOUNCYCASTLE"})
    Ed25519Provider.Preference library;

    @Param({"300", "16384"})
    int bytes;

    private Ed25519 ed25519;
    private Ed25519.Signer signer;
    private NodeKey key;
    private byte[] data;
    private byte[] signature;

    @Setup
    public void sign() {
        ed25519 = Ed25519Provider.choose(library);
        signer = ed25519.signer(new byte[Ed25519.SEED_BYTES]);
        key = signer.key();
        data = new byte[bytes];
        signature = signData();
        if (!verify()) {
            throw new IllegalStateException(ed25519.name() + " refuses its own signature");
        }
    }

    @Benchmark
    public boolean verify() {
        return ed25519.verify(key, data, 0, data.length, signature);
    }

    @Benchmark
    public byte[] signData() {
        return signer.sign(data, 0, data.length);
    }
}
