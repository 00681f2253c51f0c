package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.ChildProcess;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A server to be measured. What one client publishes goes to all clients, whichever it is. */
enum Contender {
    /** The least that a broadcast server can do; verifies nothing and stores nothing. */
    LIMIT("limit") {
        @Override
        Server start(Project project, Scratch scratch, int core) throws IOException, RunException {
            return start(scratch, core, project.tool("limit"), "batch");
        }
    },
    /** This relay, with its defaults. */
    RELAY("Monorelay") {
        @Override
        Server start(Project project, Scratch scratch, int core)
                throws IOException, InterruptedException, RunException {
            String data = scratch.file("data-" + System.nanoTime()).toString();
            List<String> command = List.of(project.relay(), "serve", "--listen", "127.0.0.1:0", "--data", data);
            return Server.thatSaysItsPort(ChildProcess.pinned(core, command), scratch.file("relay.log"));
        }
    },
    BUN("Bun"),
    NODE("Node, ws"),
    NATS("nats-server") {
        @Override
        List<String> generatorOptions(Project project) {
            return List.of("--protocol", "nats", "--preamble", handshake(project, "nats"));
        }
    },
    MOSQUITTO("mosquitto") {
        @Override
        List<String> generatorOptions(Project project) {
            return List.of(
                    "--protocol",
                    "mqtt",
                    "--preamble",
                    handshake(project, "mqtt"),
                    "--header",
                    "Sec-WebSocket-Protocol: mqtt");
        }

        @Override
        Optional<String> whyNot(Workload workload) {
            return workload == Workload.W4
                    ? Optional.of(
                            "it sends 4 KiB of a WebSocket message, then nothing until its next round, 100 ms later")
                    : Optional.empty();
        }
    },
    VERTX("Vert.x"),
    JAVA_WEBSOCKET("Java-WebSocket"),
    /** Netty as in its examples: {@code ChannelGroup.writeAndFlush}. */
    NETTY("Netty");

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    /** The contender of that id, whatever its case, if there is one. */
    static Optional<Contender> named(String id) {
        return Arrays.stream(values())
                .filter(contender -> contender.id().equalsIgnoreCase(id))
                .findFirst();
    }

    /** Starts it on one core. One that is not the project's own is to be installed before. */
    Server start(Project project, Scratch scratch, int core) throws IOException, InterruptedException, RunException {
        return start(scratch, core, Installation.program(scratch, this).toString());
    }

    /** Starts a program that takes its port as the first argument. */
    final Server start(Scratch scratch, int core, String program, String... arguments)
            throws IOException, RunException {
        int port = Server.freePort();
        List<String> command = new ArrayList<>(List.of(program, Integer.toString(port)));
        command.addAll(List.of(arguments));
        return Server.thatIsToldItsPort(ChildProcess.pinned(core, command), port, scratch.file(id() + ".log"));
    }

    /** What the load generator needs to be told about it. */
    List<String> generatorOptions(Project project) {
        return List.of();
    }

    /** Why it is not measured in that workload, if there is a reason: figures that say nothing of its work. */
    Optional<String> whyNot(Workload workload) {
        return Optional.empty();
    }

    private static String handshake(Project project, String name) {
        return project.comparison().resolve("handshakes").resolve(name).toString();
    }

    /** Whether it is no part of the project. */
    boolean isForeign() {
        return this != LIMIT && this != RELAY;
    }

    /** Whether it takes a message twice, so that a short file is enough. */
    boolean takesRepeats() {
        return this != RELAY;
    }

    /** Whether it is slow at first, since it is compiled while it runs. */
    boolean warmsUp() {
        return switch (this) {
            case LIMIT, NATS, MOSQUITTO -> false;
            case RELAY, BUN, NODE, VERTX, JAVA_WEBSOCKET, NETTY -> true;
        };
    }

    /** Its name in tables and pictures. */
    String title() {
        return title;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
