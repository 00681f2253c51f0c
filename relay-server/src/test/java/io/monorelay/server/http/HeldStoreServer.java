package io.monorelay.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.log.SeenCache;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.relay.MessagePath;
import io.monorelay.relay.Router;
import io.monorelay.relay.TimeWindow;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.Proxies;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.handshake.Handshakes;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.Durability;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.StoreReaders;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The HTTP side of a relay on real sockets and one event loop, whose messages become durable when the test says so. */
final class HeldStoreServer implements AutoCloseable {
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
    private static final int MAX_BODY_BYTES = 64 << 10;

    final MemoryStore store = new MemoryStore(64 << 20, InstantSource.system());
    final StoreReaders readers = new StoreReaders(store, 1, 16);
    final RelayMetrics metrics = new RelayMetrics();
    final Readiness readiness = new Readiness();

    private final CommitMark mark = new CommitMark(Durability.COMMIT, 0);
    private final MessageLog log = new MessageLog(1024, 16 << 20);
    private final LogReader reader = log.addReader(Runnable::run, () -> {});
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = (EventLoop) group.next();
    private final CommitQueue commits = mark.newQueue(loop);
    private final Liveness liveness = new Liveness(loop);
    private final ChannelGroup connections = new DefaultChannelGroup(loop);
    private final Duration patience;
    private final HttpRoutes routes;
    private final Channel listener;

    /**
     * @param patience how long a request may take, and so its answer
     */
    HeldStoreServer(Duration patience) {
        this.patience = patience;
        Limits limits = Limits.defaults();
        InboundDecoder decoder = new InboundDecoder(limits);
        RelayConfig config = config();
        MessagePath path = new MessagePath(
                new TimeWindow(limits.timeWindow(), InstantSource.system()),
                new MessageVerifier(ED25519),
                new SeenCache(10_000, Duration.ofHours(1), Ticker.systemTicker()),
                log,
                new KeyDirectory(),
                metrics);
        NodeIdentity identity = NodeIdentity.generate(ED25519);
        Handshakes handshakes =
                new Handshakes(identity, ED25519, config, limits, InstantSource.system(), (ref, key, level) -> {});
        AccessRules access = AccessRules.ofSettings(config.access(), identity.key(), InstantSource.system());
        Budgets budgets = new Budgets(config.budgets(), config.access(), connections::size, System::nanoTime);
        SiteGuard guard = new SiteGuard(List.of());
        Router router = new Router(
                new MessageSigner(identity, Form.MONOCHAIN), decoder, path, InstantSource.system(), loop, commits);
        routes = new HttpRoutes(new HttpRoutes.Parts(
                new NodePage("0", config, handshakes, metrics, connections::size, List::of),
                readiness,
                new HandshakeRoute(decoder, path, handshakes, access, metrics),
                new BroadcastRoute(decoder, path, budgets),
                new HistoryRoutes(readers, mark, budgets, metrics),
                new PublishRoute(router, guard, true, budgets, metrics.faults()),
                access,
                budgets,
                metrics.faults(),
                guard,
                true));
        listener = listen();
    }

    private static RelayConfig config() {
        try {
            return ConfigLoader.load(null, Map.of(), Map.of()).config();
        } catch (ConfigException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Channel listen() {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(1 << 16))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        assemble(channel);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private void assemble(Channel channel) {
        connections.add(channel);
        RequestDeadline deadline = new RequestDeadline(channel, patience, Duration.ofSeconds(60), liveness, metrics);
        channel.pipeline()
                .addLast(deadline)
                .addLast(new HttpServerCodec(new HttpDecoderConfig(), RequestGate.MAX_DECODED))
                .addLast(new RequestGate(deadline))
                .addLast(new BoundedBody(MAX_BODY_BYTES, metrics.faults()))
                .addLast(new HttpHandler(routes, new NoUpgrades(), commits, Proxies.NONE, metrics));
    }

    RawConnection dial() {
        return RawConnection.to(((InetSocketAddress) listener.localAddress()).getPort());
    }

    /** What one request on a connection of its own is answered. */
    HttpAnswer get(String target) {
        try (RawConnection connection = dial()) {
            return connection
                    .send("GET " + target + " HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n")
                    .answer();
        }
    }

    static String post(String message, String... headers) {
        return "POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: " + message.length() + "\r\n"
                + String.join("", headers) + "\r\n" + message;
    }

    /** Waits until that many messages are in the log and everything before has been seen to. */
    void awaitLogged(long messages) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .untilAsserted(() -> assertThat(log.lastPosition()).isEqualTo(messages));
        settle();
    }

    /** Waits until the event loop has done what it was given before. */
    void settle() {
        loop.submit(() -> {}).syncUninterruptibly();
    }

    /** Stores all that has been logged, which is durable from then on. */
    void commit() {
        List<FreshMessage> messages = new ArrayList<>();
        reader.read(messages::add);
        store.append(messages);
        mark.advanceTo(reader.position());
    }

    /** Stores all that has been logged, and does not say so yet. */
    void storeOnly() {
        List<FreshMessage> messages = new ArrayList<>();
        reader.read(messages::add);
        store.append(messages);
    }

    /** Publishes messages and makes them durable. */
    void publish(String... messages) {
        long before = log.lastPosition();
        try (RawConnection connection = dial()) {
            for (String message : messages) {
                connection.send(post(message));
                awaitLogged(++before);
                commit();
                assertThat(connection.answer().status()).isEqualTo(200);
            }
        }
    }

    int openConnections() {
        return connections.size();
    }

    /** Whether the only connection is read from. */
    boolean isReading() {
        return connections.iterator().next().config().isAutoRead();
    }

    @Override
    public void close() {
        readers.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class NoUpgrades implements Upgrader {
        @Override
        public boolean admits(Channel channel) {
            return true;
        }

        @Override
        public void upgrade(ChannelHandlerContext ctx, UpgradeRequest granted) {
            throw new IllegalStateException("no upgrades here");
        }

        @Override
        public void stream(ChannelHandlerContext ctx, StreamRequest request) {
            throw new IllegalStateException("no event streams here");
        }
    }
}
