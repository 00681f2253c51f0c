package io.monorelay.server.config;

import io.monorelay.client.ProxySettings;
import io.monorelay.fanout.SlowPeers;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.Durability;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of a relay, as it holds from start to stop. Made by {@link ConfigLoader}, which checks every bound and
 * how the values relate; {@link Catalogue} has the meaning of each.
 *
 * @param data the directory for the key and the store
 * @param tls where the relay itself speaks it
 * @param memory what all of it may hold together
 */
public record RelayConfig(
        Listen listen,
        Path data,
        LogLevel logLevel,
        Node node,
        Links links,
        Network network,
        Proxies proxies,
        Optional<Tls> tls,
        Access access,
        BudgetSettings budgets,
        CryptoProvider cryptoProvider,
        Messages messages,
        SeenSettings seen,
        MemoryPlan memory,
        LogSettings log,
        FanoutSettings fanout,
        CompressionSettings compression,
        StoreSettings store,
        Timeouts timeouts,
        Applications applications,
        Pings pings,
        ReferencesSettings references,
        ForwardSettings forward,
        DrainSettings drain,
        AdminSettings admin) {
    /** A node that is given nothing but an entrypoint wants another link beside that one. */
    private static final int LINKS_WITH_AN_ENTRYPOINT = 2;

    /**
     * Where to accept connections.
     *
     * @param host a name or address, an IPv6 one without brackets
     * @param port 0 takes a free one
     */
    public record Listen(String host, int port) {
        private static final String LOOPBACK = "localhost|127\\.[0-9.]+|::1|0:0:0:0:0:0:0:1";

        /** Whether only this machine can connect there. */
        public boolean isLoopback() {
            return host.matches(LOOPBACK);
        }
    }

    /** How much is logged. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /**
     * Who this relay is.
     *
     * @param name for people, may be empty
     * @param publicAddresses scheme, host and perhaps port, in lower case; the audiences a handshake may be meant for,
     *     or empty for any
     * @param isPublic whether it serves everybody; if not, it takes part through the relays that it links to
     */
    public record Node(String name, String network, List<URI> publicAddresses, boolean isPublic) {
        public Node {
            publicAddresses = List.copyOf(publicAddresses);
        }
    }

    /**
     * The relays that this one links to.
     *
     * @param relays to which a link is always kept
     * @param trusted keys of relays that link to this one and are trusted like those
     * @param standby whether only one link brings messages whole
     * @param standbyDeadline how long a message may be known by its id alone before it is fetched
     * @param wanted how many links there are to be at least
     * @param entrypoints relays to link to where no others are named
     * @param proxy through which they are dialled; where it is not said, as the environment says
     * @param authorities a file with certificates in PEM form that are trusted beside those of the system
     */
    public record Links(
            List<URI> relays,
            List<NodeKey> trusted,
            boolean standby,
            Duration standbyDeadline,
            int wanted,
            List<URI> entrypoints,
            Optional<ProxySettings> proxy,
            Optional<Path> authorities) {
        public Links {
            relays = List.copyOf(relays);
            trusted = List.copyOf(trusted);
            entrypoints = List.copyOf(entrypoints);
        }

        /** The relays that are dialled because the settings name them. */
        public List<URI> toDial() {
            return relays.isEmpty() ? entrypoints : relays;
        }

        /** Whether the settings name that relay. */
        public boolean name(URI relay) {
            return relays.contains(relay) || entrypoints.contains(relay);
        }
    }

    /** How the operating system is asked for I/O. */
    public enum Transport {
        AUTO,
        EPOLL,
        NIO,
        IO_URING
    }

    /**
     * The sockets.
     *
     * @param eventLoops 0 is one a core
     * @param unsentBytes that the system may hold of what was written to a connection and is not sent yet
     */
    public record Network(Transport transport, int eventLoops, int maxConnections, int backlog, int unsentBytes) {}

    /** What verifies signatures. */
    public enum CryptoProvider {
        AUTO,
        ACCP,
        BOUNCYCASTLE
    }

    /**
     * What a message may be.
     *
     * @param maxBytes of a whole frame or HTTP body
     * @param timeWindow how far a message's time may be from now, either way
     */
    public record Messages(int maxBytes, Duration timeWindow) {}

    /** How many message ids are remembered to recognise duplicates. */
    public record SeenSettings(int maxIds) {}

    /**
     * What the log in memory holds.
     *
     * @param slots messages, a power of two
     */
    public record LogSettings(int slots, long maxBytes) {}

    /**
     * Delivery to the peers.
     *
     * @param flushInterval the time between two flushes to a peer, at most
     * @param laggardBytes batches kept for slow peers, all event loops together
     * @param slowPeers what becomes of those for whom that is too little
     */
    public record FanoutSettings(Duration flushInterval, long laggardBytes, int maxBatchBytes, SlowPeers slowPeers) {}

    /**
     * Where messages are kept, and for how long.
     *
     * @param url empty for SQLite in the data directory
     * @param user of the database at the URL; may be empty
     * @param retentionAge messages that are older are removed
     * @param retentionBytes the oldest messages are removed when there are more
     * @param memoryBytes what is kept when the durability is that of memory
     * @param readers threads that read
     */
    public record StoreSettings(
            String url,
            String user,
            String password,
            Durability durability,
            Duration retentionAge,
            long retentionBytes,
            long memoryBytes,
            int readers,
            int maxBatchMessages) {
        /** What messages are kept in, for people. */
        public String kind() {
            if (durability == Durability.MEMORY) {
                return "memory";
            }
            return url.isEmpty() ? "SQLite" : "PostgreSQL";
        }

        /** What becomes of acknowledged messages, for people. */
        public String promise() {
            return switch (durability) {
                case COMMIT -> "what is acknowledged survives kill -9";
                case FSYNC -> "what is acknowledged survives the loss of power";
                case MEMORY -> "nothing survives a restart";
            };
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "StoreSettings[url=" + url + ", user=" + user + ", durability=" + durability + "]";
        }
    }

    /**
     * How long a connection may take.
     *
     * @param request from the first bytes to the end of a request head or body, or of a WebSocket message
     * @param keepAlive between two requests on one connection
     * @param handshake from the upgrade to the proof
     */
    public record Timeouts(Duration request, Duration keepAlive, Duration handshake) {}

    /**
     * What there is for applications beside this node.
     *
     * @param heartbeat between two signs of life of an event stream
     * @param mayPublish whether they publish in the name of this node
     */
    public record Applications(Duration heartbeat, boolean mayPublish) {}

    /** The time between two pings, by session level. */
    public record Pings(Duration v1Interval, Duration v2Interval) {}

    /**
     * References to other nodes.
     *
     * @param allowPrivate whether private and loopback addresses are called
     * @param forgetAfter how long one is remembered that nobody hears from
     * @param handshakeQueue handshakes back to unknown nodes that may wait
     */
    public record ReferencesSettings(boolean allowPrivate, int max, Duration forgetAfter, int handshakeQueue) {}

    /**
     * Forwarding over HTTP to references without a socket; the queue is that of one reference.
     *
     * @param maxCalls messages on their way at a time, to all references together
     * @param timeout for one message
     * @param breakerFailures failures in a row after which a reference is left alone
     * @param breakerMaxPause the longest time it is left alone
     */
    public record ForwardSettings(
            int queueMessages,
            int queueBytes,
            int maxCalls,
            Duration timeout,
            int breakerFailures,
            Duration breakerMaxPause) {}

    /**
     * Builds the tree.
     *
     * @throws ConfigException where two settings contradict each other
     */
    static RelayConfig from(Settings settings) throws ConfigException {
        Relations.check(settings);
        MemoryPlan memory = MemoryPlan.of(settings, MemoryPlan.Given.toThisProcess());
        return new RelayConfig(
                settings.get(Catalogue.LISTEN),
                settings.get(Catalogue.DATA),
                settings.get(Catalogue.LOG_LEVEL),
                node(settings),
                links(settings),
                network(settings, memory),
                Proxies.of(settings),
                Tls.of(settings),
                Access.from(settings),
                BudgetSettings.from(settings),
                settings.get(Catalogue.CRYPTO_PROVIDER),
                new Messages(
                        settings.getIntBytes(Catalogue.MESSAGE_MAX_BYTES), settings.get(Catalogue.MESSAGE_TIME_WINDOW)),
                new SeenSettings(memory.seenIds()),
                memory,
                new LogSettings(settings.get(Catalogue.LOG_SLOTS), settings.get(Catalogue.LOG_MAX_BYTES)),
                fanout(settings),
                CompressionSettings.from(settings),
                store(settings),
                timeouts(settings),
                applications(settings),
                new Pings(settings.get(Catalogue.PING_V1_INTERVAL), settings.get(Catalogue.PING_V2_INTERVAL)),
                references(settings),
                forward(settings),
                DrainSettings.from(settings),
                AdminSettings.from(settings));
    }

    private static Node node(Settings settings) {
        return new Node(
                settings.get(Catalogue.NODE_NAME),
                settings.get(Catalogue.NODE_NETWORK),
                settings.get(Catalogue.NODE_PUBLIC_ADDRESSES),
                settings.get(Catalogue.NODE_PUBLIC));
    }

    private static Links links(Settings settings) {
        List<URI> relays = settings.get(Catalogue.LINKS);
        List<URI> entrypoints = settings.get(Catalogue.ENTRYPOINT);
        int usuallyWanted = relays.isEmpty() && !entrypoints.isEmpty() ? LINKS_WITH_AN_ENTRYPOINT : 0;
        return new Links(
                relays,
                settings.get(Catalogue.LINKS_TRUSTED),
                settings.get(Catalogue.LINKS_STANDBY),
                settings.get(Catalogue.LINKS_STANDBY_DEADLINE),
                settings.get(Catalogue.LINKS_WANTED).orElse(usuallyWanted),
                entrypoints,
                settings.get(Catalogue.LINKS_PROXY),
                settings.get(Catalogue.LINKS_CA_FILE));
    }

    private static Network network(Settings settings, MemoryPlan memory) {
        return new Network(
                settings.get(Catalogue.NETWORK_TRANSPORT),
                settings.get(Catalogue.NETWORK_EVENT_LOOPS),
                memory.connections(),
                settings.get(Catalogue.NETWORK_BACKLOG),
                Math.toIntExact(settings.get(Catalogue.NETWORK_UNSENT_BYTES)));
    }

    private static FanoutSettings fanout(Settings settings) {
        return new FanoutSettings(
                settings.get(Catalogue.FANOUT_FLUSH_INTERVAL),
                settings.get(Catalogue.FANOUT_LAGGARD_BYTES),
                settings.getIntBytes(Catalogue.FANOUT_MAX_BATCH_BYTES),
                settings.get(Catalogue.FANOUT_SLOW_PEERS));
    }

    private static StoreSettings store(Settings settings) {
        return new StoreSettings(
                settings.get(Catalogue.STORE_URL),
                settings.get(Catalogue.STORE_USER),
                settings.get(Catalogue.STORE_PASSWORD),
                settings.get(Catalogue.STORE_DURABILITY),
                settings.get(Catalogue.STORE_RETENTION_AGE),
                settings.get(Catalogue.STORE_RETENTION_BYTES),
                settings.get(Catalogue.STORE_MEMORY_BYTES),
                settings.get(Catalogue.STORE_READERS),
                settings.get(Catalogue.STORE_MAX_BATCH_MESSAGES));
    }

    private static Timeouts timeouts(Settings settings) {
        return new Timeouts(
                settings.get(Catalogue.TIMEOUTS_REQUEST),
                settings.get(Catalogue.TIMEOUTS_KEEP_ALIVE),
                settings.get(Catalogue.TIMEOUTS_HANDSHAKE));
    }

    private static Applications applications(Settings settings) {
        return new Applications(
                settings.get(Catalogue.STREAM_HEARTBEAT),
                settings.get(Catalogue.PUBLISH_OPEN) || !settings.get(Catalogue.NODE_PUBLIC));
    }

    private static ReferencesSettings references(Settings settings) {
        return new ReferencesSettings(
                settings.get(Catalogue.REFERENCES_ALLOW_PRIVATE),
                settings.get(Catalogue.REFERENCES_MAX),
                settings.get(Catalogue.REFERENCES_FORGET_AFTER),
                settings.get(Catalogue.REFERENCES_HANDSHAKE_QUEUE));
    }

    private static ForwardSettings forward(Settings settings) {
        return new ForwardSettings(
                settings.get(Catalogue.FORWARD_QUEUE_MESSAGES),
                settings.getIntBytes(Catalogue.FORWARD_QUEUE_BYTES),
                settings.get(Catalogue.FORWARD_MAX_CALLS),
                settings.get(Catalogue.FORWARD_TIMEOUT),
                settings.get(Catalogue.FORWARD_BREAKER_FAILURES),
                settings.get(Catalogue.FORWARD_BREAKER_MAX_PAUSE));
    }
}
