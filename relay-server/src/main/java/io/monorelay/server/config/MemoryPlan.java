package io.monorelay.server.config;

import io.monorelay.store.Durability;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.NettyRuntime;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a relay may hold in memory at most, part by part, beside what there is. The limits of some parts are left to this
 * when the settings do not give them: they share what the others leave.
 *
 * @param given what there is
 * @param shares the limits that the settings may leave to this
 * @param heap what may be on the heap at a time
 * @param direct what may be outside of it, in buffers
 */
public record MemoryPlan(Given given, Shares shares, List<Part> heap, List<Part> direct) {
    /** A connection that is open and nothing more, and what is in the tables for it and its key. */
    private static final int CONNECTION_BYTES = 2560;

    /** What TLS adds on the heap; what its library takes of the system's own memory is no part of this. */
    private static final int TLS_CONNECTION_BYTES = 4096;

    private static final int ID_BYTES = 160;

    /** Objects and arrays of a message beside its text, its slot, and who waits for its receipt. */
    private static final int MESSAGE_BYTES = 576;

    /** Classes, constants, the young generation's garbage. */
    private static final long PROGRAM_BYTES = mebibytes(24);

    /** Budgets of keys and networks, networks that connect, positions acknowledged: 100,000 each; challenges. */
    private static final long TABLE_BYTES = mebibytes(40);

    /** Old messages that wait until the store was asked for their ids. */
    private static final int LATE_MESSAGES = 256;

    /** Messages that a link has passed on and that are not acknowledged. */
    private static final int FED_MESSAGES = 256;

    /** Pages of history read at a time, for all of the loops together and for each thread that reads. */
    private static final int PAGES_A_LOOP = 16;

    private static final int PAGE_BYTES = 256 * 1024;
    private static final int HISTORY_BYTES = 2 * 1024 * 1024;
    private static final int REFERENCE_BYTES = 1024;

    /** The queues of HTTP references hold about the same recent messages; those that are slow, older ones. */
    private static final int DIFFERENT_QUEUES = 4;

    /** Batches of one format each, and as many compressed. */
    private static final int FORMATS = 6;

    private static final int FATE_BYTES = 136;

    /** What each loop may take in between two looks at what is held. */
    private static final long BETWEEN_LOOKS_BYTES = mebibytes(2);

    private static final int MOST_CONNECTIONS = 100_000;
    private static final int LEAST_CONNECTIONS = 256;
    private static final int MOST_IDS = 1_000_000;
    private static final int LEAST_IDS = 10_000;
    private static final long LEAST_BUDGET = mebibytes(1);

    /**
     * The memory of a process.
     *
     * @param heapBytes as {@code -Xmx} says
     * @param directBytes as {@code -XX:MaxDirectMemorySize} says
     */
    public record Given(long heapBytes, long directBytes) {
        static Given toThisProcess() {
            return new Given(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
        }
    }

    /**
     * One thing that takes memory in proportion to what the settings allow.
     *
     * @param what for people
     * @param settings that bound it, with their values; empty where nothing can be set
     * @param bytes that it comes to at most
     */
    public record Part(String what, String settings, long bytes) {
        @Override
        public String toString() {
            return what + (settings.isEmpty() ? "" : " (" + settings + ")") + " " + size(bytes);
        }
    }

    /**
     * Limits that settings give, or that are a share of what is left.
     *
     * @param connections at a time
     * @param seenIds that are remembered
     * @param inboundBytes held of what connections have sent in part
     * @param outboundBytes held for connections that do not take them
     */
    public record Shares(int connections, int seenIds, long inboundBytes, long outboundBytes) {}

    public MemoryPlan {
        heap = List.copyOf(heap);
        direct = List.copyOf(direct);
    }

    static MemoryPlan of(Settings settings, Given given) {
        List<Part> heap = fixedHeap(settings);
        List<Part> direct = fixedDirect(settings);
        Shares shares = shares(settings, given.heapBytes() - sum(heap), given.directBytes() - sum(direct));
        heap.add(new Part(
                "connections",
                shown("network.max-connections", shares.connections()),
                connectionBytes(settings, shares)));
        heap.add(new Part("ids seen", shown("seen.max-ids", shares.seenIds()), (long) ID_BYTES * shares.seenIds()));
        Part inbound =
                new Part("what comes in", shown("memory.inbound", size(shares.inboundBytes())), shares.inboundBytes());
        heap.add(inbound);
        direct.add(inbound);
        direct.add(new Part(
                "what goes out", shown("memory.outbound", size(shares.outboundBytes())), shares.outboundBytes()));
        return new MemoryPlan(given, shares, heap, direct);
    }

    private static List<Part> fixedHeap(Settings settings) {
        long maxBytes = settings.get(Catalogue.MESSAGE_MAX_BYTES);
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("the program", "", PROGRAM_BYTES));
        parts.add(new Part("tables of fixed size", "", TABLE_BYTES));
        parts.add(new Part(
                "the log",
                shown(settings, Catalogue.LOG_MAX_BYTES, Catalogue.LOG_SLOTS),
                settings.get(Catalogue.LOG_MAX_BYTES) + (long) MESSAGE_BYTES * settings.get(Catalogue.LOG_SLOTS)));
        parts.add(new Part(
                "pages of the store",
                shown(settings, Catalogue.STORE_READERS, Catalogue.NETWORK_EVENT_LOOPS),
                (long) PAGES_A_LOOP * PAGE_BYTES * loops(settings)
                        + (long) HISTORY_BYTES * settings.get(Catalogue.STORE_READERS)));
        parts.add(new Part(
                "old messages looked up", shown(settings, Catalogue.MESSAGE_MAX_BYTES), LATE_MESSAGES * maxBytes));
        if (settings.get(Catalogue.STORE_DURABILITY) == Durability.MEMORY) {
            long bytes = settings.get(Catalogue.STORE_MEMORY_BYTES);
            parts.add(new Part("the store", shown(settings, Catalogue.STORE_MEMORY_BYTES), bytes + bytes / 2));
        }
        addOutward(parts, settings, maxBytes);
        return parts;
    }

    private static void addOutward(List<Part> parts, Settings settings, long maxBytes) {
        int references = settings.get(Catalogue.REFERENCES_MAX);
        if (references > 0) {
            parts.add(new Part(
                    "HTTP references",
                    shown(
                            settings,
                            Catalogue.REFERENCES_MAX,
                            Catalogue.FORWARD_QUEUE_BYTES,
                            Catalogue.FORWARD_MAX_CALLS),
                    (long) REFERENCE_BYTES * references
                            + Math.min(references, DIFFERENT_QUEUES) * settings.get(Catalogue.FORWARD_QUEUE_BYTES)
                            + callBytes(settings)));
        }
        int links = links(settings);
        if (links > 0) {
            parts.add(new Part(
                    "links",
                    shown(settings, Catalogue.LINKS, Catalogue.LINKS_WANTED, Catalogue.MESSAGE_MAX_BYTES),
                    links * (FED_MESSAGES * maxBytes + PAGE_BYTES)));
        }
    }

    private static int links(Settings settings) {
        int named = Math.max(
                settings.get(Catalogue.LINKS).size(),
                settings.get(Catalogue.ENTRYPOINT).size());
        return Math.max(named, settings.get(Catalogue.LINKS_WANTED).orElse(0));
    }

    private static long callBytes(Settings settings) {
        int calls = Math.min(settings.get(Catalogue.FORWARD_MAX_CALLS), settings.get(Catalogue.REFERENCES_MAX));
        return calls * settings.get(Catalogue.MESSAGE_MAX_BYTES);
    }

    private static List<Part> fixedDirect(Settings settings) {
        int loops = loops(settings);
        List<Part> parts = new ArrayList<>();
        long chunk = PooledByteBufAllocator.DEFAULT.metric().chunkSize();
        parts.add(
                new Part("pools of buffers", shown(settings, Catalogue.NETWORK_EVENT_LOOPS), 2 * chunk * (loops + 1L)));
        parts.add(new Part("what comes between two looks", "", BETWEEN_LOOKS_BYTES * loops));
        parts.add(new Part(
                "open batches",
                shown(settings, Catalogue.FANOUT_MAX_BATCH_BYTES),
                (long) FORMATS * loops * settings.get(Catalogue.FANOUT_MAX_BATCH_BYTES)));
        if (settings.get(Catalogue.REFERENCES_MAX) > 0) {
            parts.add(
                    new Part("calls to references", shown(settings, Catalogue.FORWARD_MAX_CALLS), callBytes(settings)));
        }
        if (settings.get(Catalogue.ADMIN_LISTEN).isPresent()) {
            parts.add(new Part(
                    "the fate of messages",
                    shown(settings, Catalogue.ADMIN_FATE_MESSAGES),
                    (long) FATE_BYTES * settings.get(Catalogue.ADMIN_FATE_MESSAGES)));
        }
        return parts;
    }

    private static Shares shares(Settings settings, long heapLeft, long directLeft) {
        long laggards = settings.get(Catalogue.FANOUT_LAGGARD_BYTES);
        long inbound = Math.min(heapLeft, directLeft) / 4;
        long outbound = Math.max(directLeft / 2, laggards + laggards / 4);
        long each = heapLeft / 4 + heapLeft / 8;
        return new Shares(
                settings.get(Catalogue.NETWORK_MAX_CONNECTIONS)
                        .orElse(Math.clamp(each / connectionBytes(settings), LEAST_CONNECTIONS, MOST_CONNECTIONS)),
                settings.get(Catalogue.SEEN_MAX_IDS).orElse(Math.clamp(each / ID_BYTES, LEAST_IDS, MOST_IDS)),
                settings.get(Catalogue.MEMORY_INBOUND).orElse(Math.max(inbound, LEAST_BUDGET)),
                settings.get(Catalogue.MEMORY_OUTBOUND).orElse(Math.max(outbound, LEAST_BUDGET)));
    }

    private static long connectionBytes(Settings settings, Shares shares) {
        return (long) connectionBytes(settings) * shares.connections();
    }

    private static int connectionBytes(Settings settings) {
        boolean tls = settings.get(Catalogue.TLS_CERTIFICATE).isPresent();
        return tls ? CONNECTION_BYTES + TLS_CONNECTION_BYTES : CONNECTION_BYTES;
    }

    private static int loops(Settings settings) {
        int configured = settings.get(Catalogue.NETWORK_EVENT_LOOPS);
        return configured == 0 ? NettyRuntime.availableProcessors() : configured;
    }

    /** How many connections there may be. */
    int connections() {
        return shares.connections();
    }

    /** How many ids are remembered. */
    int seenIds() {
        return shares.seenIds();
    }

    /** Why the relay must not start, in one line that names every part of what is too much; empty when all of it fits. */
    public Optional<String> whyTooMuch() {
        List<String> reasons = new ArrayList<>();
        compare("heap", heap, given.heapBytes(), "-Xmx", reasons);
        compare("direct memory", direct, given.directBytes(), "-XX:MaxDirectMemorySize", reasons);
        return reasons.isEmpty()
                ? Optional.empty()
                : Optional.of("these settings may need more memory than there is: " + String.join("; ", reasons));
    }

    private static void compare(String where, List<Part> parts, long there, String option, List<String> reasons) {
        long needed = sum(parts);
        if (needed > there) {
            String all = String.join(" + ", parts.stream().map(Part::toString).toList());
            reasons.add(where + ": " + all + " = " + size(needed) + ", of " + size(there) + " (" + option + ")");
        }
    }

    /** A line for each part, and the sums. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        addLines("heap", heap, given.heapBytes(), lines);
        addLines("direct memory", direct, given.directBytes(), lines);
        return lines;
    }

    private static void addLines(String where, List<Part> parts, long there, List<String> lines) {
        lines.add(where + ": " + size(sum(parts)) + " at most, of " + size(there));
        for (Part part : parts) {
            lines.add("  " + part);
        }
    }

    private static long sum(List<Part> parts) {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    private static String shown(Settings settings, Setting<?>... of) {
        List<String> each = new ArrayList<>();
        for (Setting<?> setting : of) {
            each.add(settings.assignment(setting));
        }
        return String.join(", ", each);
    }

    private static String shown(String key, Object value) {
        return key + " = " + value;
    }

    private static long mebibytes(int count) {
        return (long) count << 20;
    }

    private static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }
}
