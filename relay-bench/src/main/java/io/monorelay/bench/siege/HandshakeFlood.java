package io.monorelay.bench.siege;

import io.monorelay.bench.process.RunException;
import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/** Challenges that are asked for and forgotten, proofs that prove nothing, and WebSockets that never prove anything. */
final class HandshakeFlood implements Attack {
    private static final int ASKERS = 4;
    private static final double QUESTIONS_PER_SECOND = 500;
    private static final int FORGERS = 4;
    private static final double PROOFS_PER_SECOND = 10;
    private static final int MUTE = 40;
    private static final String REFUSED = "WebSocket: close 4000";
    private static final String OVERDUE = "mute: close 4001";

    @Override
    public String name() {
        return "handshake-flood";
    }

    @Override
    public String what() {
        return "2,000 GET /handshake a second, 40 false proofs a second over HTTP and 40 over WebSockets, 40 WebSockets that say"
                + " nothing; one network";
    }

    /** More than {@code timeouts.handshake}. */
    @Override
    public Duration least() {
        return Duration.ofSeconds(13);
    }

    @Override
    public void run(Assault assault) throws IOException, InterruptedException, RunException {
        Doors doors = new Doors(assault.target().audience());
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < MUTE; i++) {
            all.add(assault.aside(i, number -> beMute(assault, number)));
        }
        for (int i = 0; i < ASKERS; i++) {
            all.add(assault.aside(i, number -> ask(assault, number)));
            all.add(assault.aside(i, number -> forgeOverHttp(assault, number, doors)));
        }
        assault.repeat(FORGERS, PROOFS_PER_SECOND, connection -> forge(connection, doors));
        assault.await(all);
    }

    private static void ask(Assault assault, int number) throws IOException {
        Hostile connection = assault.dial(number);
        Beat beat = assault.beat(QUESTIONS_PER_SECOND);
        while (beat.next()) {
            connection.get("/handshake");
            assault.outcomes().count("question: " + connection.answer().text());
        }
        assault.drop(connection);
    }

    private static void forgeOverHttp(Assault assault, int number, Doors doors) throws IOException {
        Hostile connection = assault.dial(number);
        Beat beat = assault.beat(PROOFS_PER_SECOND);
        while (beat.next()) {
            connection.get("/handshake");
            Hostile.Answer hello = connection.answer();
            if (hello.status() == 200) {
                connection.post("/handshake", doors.forgedProof(hello.body()));
                assault.outcomes().count("proof: " + connection.answer().text());
            }
        }
        assault.drop(connection);
    }

    private static String forge(Hostile connection, Doors doors) throws IOException {
        connection.upgradeV2();
        byte[] hello = connection.frame().payload();
        connection.send(Frames.frame(Frames.TEXT, doors.forgedProof(hello)));
        return "WebSocket: " + connection.closing();
    }

    private static void beMute(Assault assault, int number) throws IOException {
        Hostile connection = assault.dial(number).upgradeV2();
        connection.frame();
        String closing = connection.closing();
        while (closing.equals(Hostile.SILENT) && !assault.isOver()) {
            closing = connection.closing();
        }
        assault.outcomes().count("mute: " + closing);
        assault.drop(connection);
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long forged = aftermath.outcomes().ofAll(what -> what.startsWith("WebSocket: "));
        long proofs = aftermath.outcomes().ofAll(what -> what.startsWith("proof: "));
        long welcome = aftermath.outcomes().of("proof: HTTP 200");
        return List.of(
                aftermath.seen("each false proof on a WebSocket closes it", forged, REFUSED),
                aftermath.seen("each false proof over HTTP is refused", proofs, "proof: HTTP 403", "proof: HTTP 429"),
                new Finding("nobody gets in", welcome == 0, welcome + " did"),
                aftermath.seen("who proves nothing is closed", MUTE, OVERDUE),
                aftermath.counted("faults", "handshake_signature", forged),
                aftermath.counted("closes", "handshake_timeout", MUTE));
    }
}
