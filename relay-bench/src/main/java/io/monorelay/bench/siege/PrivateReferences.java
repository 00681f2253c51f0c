package io.monorelay.bench.siege;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.bench.report.Finding;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV1;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.List;

/** Handshakes that name addresses behind the relay as where their node is. */
final class PrivateReferences implements Attack {
    private static final int ATTACKERS = 4;
    private static final double PER_SECOND_EACH = 10;
    private static final int BACKLOG = 50;
    private static final String CALLED = "the trap was called";

    /** All of them lead to loopback, or would; the port is that of the trap. */
    private static final List<String> HOSTS = List.of(
            "127.0.0.1",
            "127.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0.0.0.0",
            "[::]",
            "10.0.0.1",
            "169.254.169.254",
            "192.168.0.1",
            "[fe80::1]",
            "user@127.0.0.1");

    @Override
    public String name() {
        return "private-references";
    }

    @Override
    public String what() {
        return "40 handshakes/s over HTTP whose reference is a private address, in 16 spellings; a trap listens on loopback";
    }

    @Override
    public void run(Assault assault) throws IOException, InterruptedException {
        try (ServerSocket trap = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
            assault.meanwhile(0, unused -> watch(assault, trap));
            assault.sideBySide(ATTACKERS, number -> name(assault, number, trap.getLocalPort()));
        }
    }

    private static void watch(Assault assault, ServerSocket trap) throws IOException {
        while (!trap.isClosed()) {
            try (Socket caller = trap.accept()) {
                assault.outcomes().count(caller.isConnected() ? CALLED : Hostile.ENDED);
            }
        }
    }

    private static void name(Assault assault, int number, int port) throws IOException {
        HandshakeV1 handshakes = new HandshakeV1(SampleMessages.ed25519(), Limits.defaults());
        Hostile connection = assault.dial(number);
        Beat beat = assault.beat(PER_SECOND_EACH);
        for (int i = number; beat.next(); i++) {
            // A node that is known is not asked back.
            NodeIdentity stranger = NodeIdentity.generate(SampleMessages.ed25519());
            String ref = "http://" + HOSTS.get(i % HOSTS.size()) + ":" + port;
            connection.post("/handshake", HandshakeEncoder.request(handshakes.request(stranger, ref, Instant.now())));
            assault.outcomes().count(connection.answer().text());
        }
        assault.drop(connection);
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        return List.of(
                aftermath.never("nothing on loopback is called", CALLED),
                aftermath.seen(
                        "each handshake is answered",
                        aftermath.outcomes().ofAll(what -> what.startsWith("HTTP ")),
                        "HTTP 200",
                        "HTTP 400",
                        "HTTP 403"),
                aftermath.counted("faults", "reference_not_allowed", 1));
    }
}
