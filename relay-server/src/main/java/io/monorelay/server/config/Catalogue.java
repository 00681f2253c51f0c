package io.monorelay.server.config;

import static io.monorelay.server.config.Quantities.byteSize;
import static io.monorelay.server.config.Quantities.duration;
import static io.monorelay.server.config.ValueType.bool;
import static io.monorelay.server.config.ValueType.hyphenated;
import static io.monorelay.server.config.ValueType.integer;
import static io.monorelay.server.config.ValueType.oneOf;
import static io.monorelay.server.config.ValueType.powerOfTwo;

import io.monorelay.client.ProxySettings;
import io.monorelay.fanout.SlowPeers;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.AddressBlock;
import io.monorelay.store.Durability;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every setting of the relay: its key, default, bounds and meaning. */
public final class Catalogue {
    private static final int MOST_LINKS_WANTED = 16;

    private static final List<Setting<?>> REGISTERED = new ArrayList<>();

    static final Setting<RelayConfig.Listen> LISTEN =
            add("listen", "0.0.0.0:8000", ValueType.listen(), "where to accept connections; port 0 takes a free one");
    static final Setting<Path> DATA =
            add("data", "./data", ValueType.path(), "the directory for the key and the store");
    static final Setting<RelayConfig.LogLevel> LOG_LEVEL =
            addLive("log-level", "info", oneOf(RelayConfig.LogLevel.class), "how much is logged");

    static final Setting<String> NODE_NAME = add("node.name", "", ValueType.text(), "a name for people to read");
    static final Setting<String> NODE_NETWORK =
            add("node.network", "monochain", ValueType.text(), "the network whose messages are relayed");
    static final Setting<List<URI>> NODE_PUBLIC_ADDRESSES = add(
            "node.public-addresses",
            "",
            ValueType.addresses(),
            "the addresses by which others reach this relay; with any, a handshake must be meant for one of them");

    static final Setting<Boolean> NODE_PUBLIC = add(
            "node.public",
            "true",
            bool(),
            "whether this is a relay for everybody; if not, it takes part through the relays that it links to, and passes"
                    + " on what it signed itself");

    static final Setting<List<URI>> LINKS = add(
            "links",
            "",
            ValueType.addresses(),
            "relays to keep a link to; they are trusted with messages that are addressed to one node");
    static final Setting<List<NodeKey>> LINKS_TRUSTED = addLive(
            "links.trusted",
            "",
            ValueType.keys(),
            "keys of relays that link to this one and are trusted like those in links: they may pass on old messages");
    static final Setting<Boolean> LINKS_STANDBY = add(
            "links.standby",
            "false",
            bool(),
            "whether only one link brings messages whole and the others their ids, for a node that is not public");
    static final Setting<Duration> LINKS_STANDBY_DEADLINE = add(
            "links.standby-deadline",
            "2s",
            duration("10ms", "1m"),
            "how long a message may be known by its id alone before it is fetched");
    static final Setting<Optional<Integer>> LINKS_WANTED = add(
            "links.wanted",
            "",
            ValueType.anyInteger(0, MOST_LINKS_WANTED),
            "how many links there are to be at least; those that are missing are chosen among the references, and are"
                    + " given what is for everybody; without a number, 2 where only entrypoint is given, else 0");
    static final Setting<Optional<ProxySettings>> LINKS_PROXY = addHidden(
            "links.proxy",
            "",
            ValueType.proxy(),
            "the proxy through which relays are dialled; without one, as HTTPS_PROXY, HTTP_PROXY,"
                    + " ALL_PROXY and NO_PROXY say");
    static final Setting<Optional<Path>> LINKS_CA_FILE = add(
            "links.ca-file",
            "",
            ValueType.anyPath(),
            "certificates in PEM form that are trusted beside those of the system when relays are dialled");
    static final Setting<List<URI>> ENTRYPOINT = add(
            "entrypoint",
            "",
            ValueType.addresses(),
            "relays to link to where links names none, and to move to from one of them that goes away and names them");

    static final Setting<RelayConfig.Transport> NETWORK_TRANSPORT = add(
            "network.transport",
            "auto",
            oneOf(RelayConfig.Transport.class),
            "how the operating system is asked for I/O");
    static final Setting<Integer> NETWORK_EVENT_LOOPS =
            add("network.event-loops", "0", integer(0, 1024), "how many threads serve connections; 0 is one a core");
    static final Setting<Optional<Integer>> NETWORK_MAX_CONNECTIONS = add(
            "network.max-connections",
            "",
            ValueType.anyInteger(1, 10_000_000),
            "connections at a time; without a number, 100000, or as many as the heap has room for");
    static final Setting<Integer> NETWORK_BACKLOG =
            add("network.backlog", "4096", integer(1, 65_535), "connections that may wait to be accepted");
    static final Setting<Long> NETWORK_UNSENT_BYTES = add(
            "network.unsent-bytes",
            "1GiB",
            byteSize("16KiB", "1GiB"),
            "bytes that the system takes for a connection before it can send them, within its own limits; with epoll or"
                    + " io_uring");

    static final Setting<List<AddressBlock>> PROXY_TRUSTED = addLive(
            "proxy.trusted",
            "",
            ValueType.addressBlocks(),
            "the proxies in front of this relay: what they say of where a client is, by the PROXY protocol or a header, is"
                    + " believed");
    static final Setting<Proxies.Header> PROXY_HEADER = addLive(
            "proxy.header",
            "x-forwarded-for",
            hyphenated(Proxies.Header.class),
            "the header in which they say it of an HTTP request; others are ignored, as clients may have written them");

    static final Setting<Optional<Path>> TLS_CERTIFICATE = add(
            "tls.certificate",
            "",
            ValueType.anyPath(),
            "the certificate of this relay and those of its issuers in PEM form; with it TLS is spoken on the same port");
    static final Setting<Optional<Path>> TLS_KEY =
            add("tls.key", "", ValueType.anyPath(), "the key of that certificate, PKCS#8 in PEM form");
    static final Setting<Boolean> TLS_REQUIRED =
            addLive("tls.required", "false", bool(), "whether who does not speak TLS is refused");

    static final Setting<Access.Mode> ACCESS_MODE = addLive(
            "access.mode",
            "open",
            hyphenated(Access.Mode.class),
            "whom the relay serves: everybody, nodes that prove their key, or those of them that access.allow names");
    static final Setting<List<Subject>> ACCESS_DENY =
            addLive("access.deny", "", ValueType.subjects(), "keys, addresses and networks that are not served at all");
    static final Setting<List<Subject>> ACCESS_ALLOW = addLive(
            "access.allow",
            "",
            ValueType.subjects(),
            "with access.mode allow-list, the keys that are served, and if there are any, the addresses and networks");
    static final Setting<List<AddressBlock>> ACCESS_EXEMPT = addLive(
            "access.exempt",
            "127.0.0.0/8,::1",
            ValueType.addressBlocks(),
            "addresses and networks from which any number of connections may come");
    static final Setting<Integer> ACCESS_MAX_PER_ADDRESS = addLive(
            "access.max-per-address", "256", integer(0, 10_000_000), "connections of one address at a time; 0 is any");
    static final Setting<Integer> ACCESS_MAX_PER_NETWORK = addLive(
            "access.max-per-network",
            "1024",
            integer(0, 10_000_000),
            "connections of one network at a time, a /24 of IPv4 or a /64 of IPv6; 0 is any");
    static final Setting<Integer> ACCESS_ACCEPT_RATE =
            addLive("access.accept-rate", "5000", integer(0, 1_000_000), "connections accepted a second; 0 is any");
    static final Setting<Integer> ACCESS_ACCEPT_RATE_PER_NETWORK = addLive(
            "access.accept-rate-per-network",
            "100",
            integer(0, 1_000_000),
            "connections accepted from one network a second; 0 is any");

    static final Setting<Duration> BUDGET_CONNECTION = addLive(
            "budget.connection",
            "250ms",
            duration("0ms", "1h"),
            "work that one connection may cause a second, in time of one core; 0ms is any");
    static final Setting<Duration> BUDGET_KEY =
            addLive("budget.key", "250ms", duration("0ms", "1h"), "the same for all connections of one key");
    static final Setting<Duration> BUDGET_NETWORK = addLive(
            "budget.network",
            "500ms",
            duration("0ms", "1h"),
            "the same for all connections of one network; what access.exempt names is not limited");

    static final Setting<RelayConfig.CryptoProvider> CRYPTO_PROVIDER =
            add("crypto.provider", "auto", oneOf(RelayConfig.CryptoProvider.class), "what verifies signatures");

    static final Setting<Long> MESSAGE_MAX_BYTES =
            add("message.max-bytes", "64KiB", byteSize("4KiB", "16MiB"), "the size of a whole frame or HTTP body");
    static final Setting<Duration> MESSAGE_TIME_WINDOW = add(
            "message.time-window", "10m", duration("1s", "1d"), "how far a message's time may be from now, either way");

    static final Setting<Optional<Integer>> SEEN_MAX_IDS = add(
            "seen.max-ids",
            "",
            ValueType.anyInteger(1, 100_000_000),
            "message ids remembered to recognise duplicates; without a number, 1000000, or as many as the heap has room"
                    + " for");

    static final Setting<Optional<Long>> MEMORY_INBOUND = add(
            "memory.inbound",
            "",
            ValueType.any(byteSize("64KiB", "1TiB")),
            "bytes held of what connections have sent in part; beyond it who holds most of it, for longest, is closed;"
                    + " without a size, a quarter of the memory that nothing else needs");
    static final Setting<Optional<Long>> MEMORY_OUTBOUND = add(
            "memory.outbound",
            "",
            ValueType.any(byteSize("64KiB", "1TiB")),
            "bytes held for connections that do not take them, fanout.laggard-bytes among them; beyond it who holds most"
                    + " is closed; without a size, half of the direct memory that nothing else needs");

    static final Setting<Integer> LOG_SLOTS =
            add("log.slots", "16384", powerOfTwo(2, 1 << 24), "messages that the log in memory holds");
    static final Setting<Long> LOG_MAX_BYTES =
            add("log.max-bytes", "64MiB", byteSize("4KiB", "1TiB"), "bytes of messages that the log in memory holds");

    static final Setting<Duration> FANOUT_FLUSH_INTERVAL = add(
            "fanout.flush-interval",
            "22ms",
            duration("0ms", "1s"),
            "the time between two flushes to a peer, at most: longer costs less CPU where there are many peers");
    static final Setting<Long> FANOUT_LAGGARD_BYTES = add(
            "fanout.laggard-bytes",
            "64MiB",
            byteSize("1KiB", "1TiB"),
            "batches kept for slow peers, all event loops together");
    static final Setting<Long> FANOUT_MAX_BATCH_BYTES = add(
            "fanout.max-batch-bytes",
            "256KiB",
            byteSize("1KiB", "64MiB"),
            "bytes of messages that are taken on before all peers have been sent them");
    static final Setting<SlowPeers> FANOUT_SLOW_PEERS = add(
            "fanout.slow-peers",
            "catch-up",
            hyphenated(SlowPeers.class),
            "what becomes of a peer that is slower than the batches kept for it: it gets them from the store, skips"
                    + " them, or is closed");

    static final Setting<Boolean> COMPRESSION_ENABLED = add(
            "compression.enabled",
            "false",
            bool(),
            "whether WebSockets are compressed where the other side agrees: fewer bytes for more CPU");
    static final Setting<Long> COMPRESSION_MIN_BYTES = add(
            "compression.min-bytes",
            "256B",
            byteSize("0B", "16MiB"),
            "a message whose frame is shorter is sent as it is");
    static final Setting<Integer> COMPRESSION_LEVEL =
            add("compression.level", "1", integer(1, 9), "1 takes the least CPU, 9 makes the fewest bytes");

    static final Setting<String> STORE_URL = add(
            "store.url",
            "",
            ValueType.storeUrl(),
            "the database for messages; without one, SQLite in the data directory");
    static final Setting<String> STORE_USER = add("store.user", "", ValueType.text(), "who logs in to the database");
    static final Setting<String> STORE_PASSWORD =
            addHidden("store.password", "", ValueType.text(), "the password of that user");
    static final Setting<Durability> STORE_DURABILITY = add(
            "store.durability",
            "commit",
            oneOf(Durability.class),
            "what an acknowledged message survives: the end of the process, the loss of power too, or nothing");
    static final Setting<Duration> STORE_RETENTION_AGE =
            add("store.retention-age", "7d", duration("1s", "3650d"), "how long a message is kept");
    static final Setting<Long> STORE_RETENTION_BYTES =
            add("store.retention-bytes", "10GiB", byteSize("1MiB", "1024TiB"), "how many bytes of messages are kept");
    static final Setting<Long> STORE_MEMORY_BYTES = add(
            "store.memory-bytes",
            "64MiB",
            byteSize("1MiB", "1TiB"),
            "how many bytes of messages are kept with store.durability memory");
    static final Setting<Integer> STORE_READERS =
            add("store.readers", "2", integer(1, 64), "how many threads read from the store");
    static final Setting<Integer> STORE_MAX_BATCH_MESSAGES = add(
            "store.max-batch-messages", "2048", integer(1, 1_000_000), "messages stored in one transaction at most");

    static final Setting<Duration> TIMEOUTS_REQUEST = addLive(
            "timeouts.request",
            "10s",
            duration("1ms", "1h"),
            "from the first bytes to the end of a request head or body, or of a WebSocket message");
    static final Setting<Duration> TIMEOUTS_KEEP_ALIVE = addLive(
            "timeouts.keep-alive", "60s", duration("1ms", "1d"), "how long an HTTP connection may wait for a request");
    static final Setting<Duration> TIMEOUTS_HANDSHAKE = addLive(
            "timeouts.handshake", "10s", duration("1ms", "1h"), "how long a WebSocket may take for its handshake");

    static final Setting<Duration> STREAM_HEARTBEAT = addLive(
            "stream.heartbeat",
            "15s",
            duration("1s", "1h"),
            "how often an event stream shows that it is there; less than what proxies let a connection be silent");
    static final Setting<Boolean> PUBLISH_OPEN = addLive(
            "publish.open",
            "false",
            bool(),
            "whether whoever reaches this relay may publish in its name; on a node that is not public, always");

    /** Below the 30 seconds after which an original node gives up a silent connection. */
    static final Setting<Duration> PING_V1_INTERVAL =
            add("ping.v1-interval", "12s", duration("1ms", "29s"), "between two pings of a peer of session level 1");

    static final Setting<Duration> PING_V2_INTERVAL =
            add("ping.v2-interval", "25s", duration("1ms", "1h"), "between two pings of a peer of session level 2");

    static final Setting<Boolean> REFERENCES_ALLOW_PRIVATE = add(
            "references.allow-private",
            "false",
            bool(),
            "whether references to private and loopback addresses are called");
    static final Setting<Integer> REFERENCES_MAX =
            add("references.max", "1000", integer(0, 1_000_000), "references that are remembered");
    static final Setting<Duration> REFERENCES_FORGET_AFTER = add(
            "references.forget-after",
            "30d",
            duration("1m", "3650d"),
            "how long a reference is remembered that nobody hears from");
    static final Setting<Integer> REFERENCES_HANDSHAKE_QUEUE = add(
            "references.handshake-queue",
            "256",
            integer(1, 1_000_000),
            "handshakes back to unknown nodes that may wait");

    static final Setting<Integer> FORWARD_QUEUE_MESSAGES =
            add("forward.queue-messages", "256", integer(1, 1_000_000), "messages that may wait for one reference");
    static final Setting<Long> FORWARD_QUEUE_BYTES = add(
            "forward.queue-bytes",
            "1MiB",
            byteSize("1KiB", "1GiB"),
            "bytes of messages that may wait for one reference");
    static final Setting<Integer> FORWARD_MAX_CALLS = add(
            "forward.max-calls",
            "256",
            integer(1, 65_535),
            "messages on their way to references at a time; when there are more, who is trusted most goes first");
    static final Setting<Duration> FORWARD_TIMEOUT =
            add("forward.timeout", "10s", duration("1ms", "1h"), "how long forwarding one message may take");
    static final Setting<Integer> FORWARD_BREAKER_FAILURES = add(
            "forward.breaker-failures",
            "3",
            integer(1, 1_000_000),
            "failures in a row after which a reference is left alone");
    static final Setting<Duration> FORWARD_BREAKER_MAX_PAUSE = add(
            "forward.breaker-max-pause",
            "10m",
            duration("1ms", "1d"),
            "the longest time a failing reference is left alone");

    static final Setting<Duration> DRAIN_READINESS_DELAY = addLive(
            "drain.readiness-delay",
            "0s",
            duration("0ms", "1h"),
            "how long this relay goes on but for saying that it is not ready, when it is told to stop: as long as the"
                    + " balancer in front of it takes to notice");
    static final Setting<Duration> DRAIN_PERIOD = addLive(
            "drain.period",
            "3s",
            duration("0ms", "1h"),
            "after that, the time within which the peers are let go, each at a moment of its own");
    static final Setting<List<URI>> DRAIN_ALTERNATIVES = addLive(
            "drain.alternatives", "", ValueType.addresses(), "relays that the nodes are told to move to meanwhile");

    static final Setting<Optional<RelayConfig.Listen>> ADMIN_LISTEN = add(
            "admin.listen",
            "",
            ValueType.anyListen(),
            "where the operator of this node finds its metrics and peers, and may drain it; nowhere unless that is set");
    static final Setting<Optional<Path>> ADMIN_TOKEN_FILE = add(
            "admin.token-file",
            "",
            ValueType.anyPath(),
            "a file with the token that is asked for there; there must be one unless admin.listen is a loopback address");
    static final Setting<Integer> ADMIN_FATE_MESSAGES = add(
            "admin.fate-messages",
            "65536",
            integer(0, 1 << 20),
            "how many messages of late that port tells the fate of, at 128 bytes of memory each");

    private static final List<Setting<?>> ALL = List.copyOf(REGISTERED);

    private Catalogue() {}

    /** All settings, in the order in which they are shown. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    private static <T> Setting<T> add(String key, String defaultText, ValueType<T> type, String description) {
        return register(Setting.of(key, defaultText, type, description));
    }

    private static <T> Setting<T> addHidden(String key, String defaultText, ValueType<T> type, String description) {
        return register(Setting.of(key, defaultText, type, description).hidden());
    }

    /** One that can change while a node runs. */
    private static <T> Setting<T> addLive(String key, String defaultText, ValueType<T> type, String description) {
        return register(Setting.of(key, defaultText, type, description).changeable());
    }

    private static <T> Setting<T> register(Setting<T> setting) {
        REGISTERED.add(setting);
        return setting;
    }
}
