package io.monorelay.bench.siege;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.report.Finding;
import io.monorelay.handshake.Audience;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/**
 * A relay of its own that passes everything on: who dials it proves himself to the relay under attack, if that took a proof that
 * names another address. On a link that it has so opened it could listen to what is addressed to that node.
 */
final class Middleman implements Attack {
    private static final int VICTIMS = 4;
    private static final double PER_SECOND_EACH = 5;
    private static final int BACKLOG = 50;
    private static final int MIDDLEMAN = 99;
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final String WELCOME = "welcome";
    private static final String DIRECT = "welcome without him";

    @Override
    public String name() {
        return "middleman";
    }

    @Override
    public String what() {
        return "20 handshakes/s of nodes that dial another address, from where everything is passed on to the relay";
    }

    @Override
    public void run(Assault assault) throws IOException, InterruptedException {
        try (ServerSocket middleman = new ServerSocket(0, BACKLOG, assault.source(MIDDLEMAN))) {
            assault.meanwhile(0, unused -> accept(assault, middleman));
            assault.sideBySide(VICTIMS, number -> dial(assault, number, middleman));
        }
    }

    private static void accept(Assault assault, ServerSocket middleman) throws IOException {
        while (!middleman.isClosed()) {
            Socket victim = middleman.accept();
            Socket relay = new Socket();
            relay.bind(new InetSocketAddress(assault.source(MIDDLEMAN), 0));
            relay.connect(assault.target().socketAddress());
            assault.meanwhile(0, unused -> pass(victim, relay));
            assault.meanwhile(0, unused -> pass(relay, victim));
        }
    }

    private static void pass(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        }
    }

    private static void dial(Assault assault, int number, ServerSocket middleman) throws IOException {
        InetSocketAddress address = new InetSocketAddress(middleman.getInetAddress(), middleman.getLocalPort());
        String host = middleman.getInetAddress().getHostAddress() + ":" + middleman.getLocalPort();
        Doors betrayed = new Doors(Audience.of("ws://" + host));
        Doors direct = new Doors(assault.target().audience());
        Beat beat = assault.beat(PER_SECOND_EACH);
        while (beat.next()) {
            try (Hostile connection = Hostile.dial(address, host, assault.source(number), 0)) {
                assault.outcomes().count("by him: " + outcome(connection, betrayed));
            }
            try (Hostile connection = Hostile.dial(assault.target(), assault.source(number))) {
                direct.enter(connection, null);
                assault.outcomes().count(DIRECT);
            }
        }
    }

    private static String outcome(Hostile connection, Doors doors) throws IOException {
        connection.upgradeV2();
        connection.send(Frames.frame(Frames.TEXT, doors.proof(connection.frame().payload(), null)));
        String answer = new String(connection.frame().payload(), UTF_8);
        return answer.contains(WELCOME) ? WELCOME : connection.closing();
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long tried = aftermath.outcomes().ofAll(what -> what.startsWith("by him: "));
        return List.of(
                aftermath.seen("each is refused", tried, "by him: close 4000"),
                aftermath.never("none is welcome", "by him: " + WELCOME),
                aftermath.seen("without him each is welcome", tried, DIRECT),
                aftermath.counted("faults", "handshake_audience", tried));
    }
}
