package io.monorelay.bench.yardstick;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A way to load a server, as the load generator is told to. */
enum Workload {
    W1("W1", "1 publisher, 1,000 receivers, 64 outstanding", 15_000, "-r 1000"),
    W1_8("W1/8", "the same, 8 outstanding", 15_000, "-r 1000 -w 8"),
    W1_16("W1/16", "the same, 16 outstanding", 15_000, "-r 1000 -w 16"),
    W1_32("W1/32", "the same, 32 outstanding", 15_000, "-r 1000 -w 32"),
    W1_128("W1/128", "the same, 128 outstanding", 15_000, "-r 1000 -w 128"),
    W1_256("W1/256", "the same, 256 outstanding", 15_000, "-r 1000 -w 256"),
    W1_512("W1/512", "the same, 512 outstanding", 15_000, "-r 1000 -w 512"),
    W1_1024("W1/1024", "the same, 1,024 outstanding", 15_000, "-r 1000 -w 1024"),
    W2("W2", "1 publisher, 1,000 receivers, 1,000 messages/s", 1_000, "-r 1000 -R 1000"),
    W2_200("W2/200", "1 publisher, 1,000 receivers, 200 messages/s", 200, "-r 1000 -R 200"),
    W2_50("W2/50", "1 publisher, 1,000 receivers, 50 messages/s", 50, "-r 1000 -R 50"),
    W3("W3", "100 connections, all publish and receive, 256 outstanding", 25_000, "-r 0 -P 100 --pub-recv -w 256"),
    W4("W4", "1 publisher, 100 receivers, 16 KiB of data, 64 outstanding", 6_000, "-r 100"),
    W5("W5", "10,000 idle connections", 0, "--idle 10000");

    /** W1 by how many messages are outstanding. */
    static final SortedMap<Integer, Workload> BY_WINDOW = Collections.unmodifiableSortedMap(new TreeMap<>(
            Map.of(8, W1_8, 16, W1_16, 32, W1_32, 64, W1, 128, W1_128, 256, W1_256, 512, W1_512, 1024, W1_1024)));

    private static final int DATA_BYTES = 128;
    private static final int LONG_DATA_BYTES = 16_384;

    private final String id;
    private final String description;
    private final int mostMessagesPerSecond;
    private final String options;

    Workload(String id, String description, int mostMessagesPerSecond, String options) {
        this.id = id;
        this.description = description;
        this.mostMessagesPerSecond = mostMessagesPerSecond;
        this.options = options;
    }

    /** The workload of that name, whatever its case, if there is one. */
    static Optional<Workload> named(String name) {
        return Arrays.stream(values())
                .filter(workload -> workload.id.equalsIgnoreCase(name))
                .findFirst();
    }

    /**
     * The workloads of those names, each once.
     *
     * @throws IllegalArgumentException when there is none of that name; the message is for people
     */
    static List<Workload> named(List<String> names) {
        return names.stream()
                .map(name -> named(name)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "unknown workload \"" + name + "\", expected one of " + names())))
                .distinct()
                .toList();
    }

    /** Those that a command line names, or the usual ones where it names none. */
    static List<Workload> chosen(@Nullable List<String> names, List<String> usual, CommandSpec spec) {
        try {
            return named(names == null ? usual : names);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** A name for results, so that runs of other workloads on the same day keep theirs. */
    static String fileName(String kind, List<Workload> workloads) {
        return workloads.stream().map(Workload::name).collect(Collectors.joining("-", kind + "-", ""));
    }

    /** All their names, for people. */
    static String names() {
        return Arrays.stream(values()).map(Workload::id).collect(Collectors.joining(", "));
    }

    String id() {
        return id;
    }

    String description() {
        return description;
    }

    List<String> options() {
        return List.of(options.split(" ", -1));
    }

    boolean publishes() {
        return mostMessagesPerSecond > 0;
    }

    int mostMessagesPerSecond() {
        return mostMessagesPerSecond;
    }

    /** Bytes of data in each message. */
    int dataBytes() {
        return this == W4 ? LONG_DATA_BYTES : DATA_BYTES;
    }

    /** How many distinct messages are enough for that many seconds, also for a server that is faster than expected. */
    int messagesFor(long seconds) {
        return Math.toIntExact((seconds + 1) * mostMessagesPerSecond);
    }
}
