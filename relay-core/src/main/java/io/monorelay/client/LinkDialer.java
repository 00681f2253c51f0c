package io.monorelay.client;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.CloseCode.Next;
import io.monorelay.protocol.ProtocolException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens single links to relays, which are not opened again when they end: see {@link KeptLink} for those that are. One
 * dialer has one key and any number of links, which share its event loops. Any thread may call; nothing blocks.
 */
public final class LinkDialer {
    private static final String CLOSED = "the client is closed";

    // fixed after construction
    private final ClientNode node;
    private final EventLoopGroup group;
    private final Class<? extends Channel> channelType;
    private final boolean ownsGroup;

    // any thread
    private final Set<LinkSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private LinkDialer(ClientNode node, EventLoopGroup group, Class<? extends Channel> type, boolean ownsGroup) {
        this.node = node;
        this.group = group;
        this.channelType = type;
        this.ownsGroup = ownsGroup;
    }

    /** A dialer with one thread of its own, which does not keep the program running and ends with {@link #close}. */
    public static LinkDialer withOwnThread(NodeIdentity identity, Ed25519 ed25519, ClientOptions options) {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("monorelay-client", true), NioIoHandler.newFactory());
        ClientNode node = ClientNode.of(identity, ed25519, options, InstantSource.system());
        return new LinkDialer(node, group, NioSocketChannel.class, true);
    }

    /**
     * A dialer on event loops that others may use too and that stay when it is closed.
     *
     * @param channelType the kind of socket that fits the group
     */
    public static LinkDialer on(
            EventLoopGroup group,
            Class<? extends Channel> channelType,
            NodeIdentity identity,
            Ed25519 ed25519,
            ClientOptions options) {
        return on(group, channelType, identity, ed25519, options, InstantSource.system());
    }

    /** The same with a clock that says what time it is for messages and handshakes. */
    public static LinkDialer on(
            EventLoopGroup group,
            Class<? extends Channel> channelType,
            NodeIdentity identity,
            Ed25519 ed25519,
            ClientOptions options,
            InstantSource clock) {
        return new LinkDialer(ClientNode.of(identity, ed25519, options, clock), group, channelType, false);
    }

    /**
     * Opens a link: dials every address of the host in turn, upgrades to a WebSocket and does the handshake. What comes
     * first is what the relay has after the position that this node last acknowledged there, or if it never did what
     * waits for it alone.
     *
     * @param relay ws or wss, http or https for the same
     * @return the open link; fails with a {@link RelayException}
     * @throws IllegalArgumentException if the URL cannot be dialled
     */
    public CompletionStage<RelayLink> connect(URI relay, RelayListener listener) {
        return open(RelayAddress.of(relay), group.next(), DialTerms.withoutPosition(), listener)
                .opened()
                .copy();
    }

    /**
     * The same, but what comes first is what the relay has after that position.
     *
     * @param position of this very relay; 0 for everything that it has
     */
    public CompletionStage<RelayLink> resume(URI relay, long position, RelayListener listener) {
        return open(RelayAddress.of(relay), group.next(), DialTerms.after(position), listener)
                .opened()
                .copy();
    }

    // for links that are kept

    ClientNode node() {
        return node;
    }

    /** One of the event loops that links may be on. */
    EventLoop nextLoop() {
        return group.next();
    }

    /** Opens a link on that event loop. */
    LinkSession open(RelayAddress relay, EventLoop loop, DialTerms terms, RelayListener listener) {
        LinkSession session = new LinkSession(relay, node, listener, terms);
        sessions.add(session);
        session.ended().whenComplete((nothing, failure) -> sessions.remove(session));
        if (closing.get()) {
            session.onFailed(CLOSED, Next.STAY_AWAY, null);
        } else {
            // The platform's resolver and its trust store block, which no event loop may.
            Thread.ofVirtual().name("monorelay-dial").start(() -> prepare(session, loop));
        }
        return session;
    }

    /**
     * Closes all links with the closing handshake, then the client's own thread.
     *
     * @return completes when everything has ended
     */
    public CompletionStage<Void> close() {
        if (closing.compareAndSet(false, true)) {
            List<LinkSession> ending = List.copyOf(sessions);
            for (LinkSession session : ending) {
                session.onFailed(CLOSED, Next.STAY_AWAY, null);
            }
            CompletableFuture<?>[] ends = ending.stream().map(LinkDialer::end).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(ends)
                    .thenCompose(nothing -> stopOwnGroup())
                    .whenComplete((nothing, failure) -> ended.complete(null));
        }
        return ended.copy();
    }

    private static CompletableFuture<Void> end(LinkSession session) {
        return session.opened().handle((link, failure) -> link).thenCompose(link -> {
            return link == null ? CompletableFuture.completedFuture(null) : link.close();
        });
    }

    private CompletableFuture<Void> stopOwnGroup() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        if (ownsGroup) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(done -> stopped.complete(null));
        } else {
            stopped.complete(null);
        }
        return stopped;
    }

    // dialling

    /**
     * What is the same for every address that is tried.
     *
     * @param relay what a proxy is asked for
     * @param addresses of the proxy, or where there is none of the relay
     */
    private record Dial(
            LinkSession session,
            EventLoop loop,
            @Nullable SslContext tls,
            @Nullable ProxyAddress proxy,
            InetSocketAddress relay,
            Iterator<InetAddress> addresses) {
        /** For people: what is connected to first, if that is not the relay. */
        String firstHop() {
            return proxy == null ? ": " : " to the proxy " + proxy + ": ";
        }
    }

    private void prepare(LinkSession session, EventLoop loop) {
        try {
            SslContext tls = session.address().tls() ? tls() : null;
            dial(route(session, loop, tls));
        } catch (UnknownHostException e) {
            String what = "the host \"" + e.getMessage() + "\" is not known";
            session.onFailed(what, Next.RECONNECT_WITH_BACK_OFF, e);
        } catch (ProtocolException refused) {
            session.onFailed("it is not to be dialled: " + refused.info(), Next.STAY_AWAY, refused);
        } catch (SSLException e) {
            session.onFailed("TLS cannot be used: " + e.getMessage(), Next.STAY_AWAY, e);
        }
    }

    private Dial route(LinkSession session, EventLoop loop, @Nullable SslContext tls)
            throws UnknownHostException, ProtocolException {
        RelayAddress relay = session.address();
        HostResolver hosts = node.options().hosts();
        InetSocketAddress byName = InetSocketAddress.createUnresolved(relay.host(), relay.port());
        ProxyAddress proxy = node.options().proxy().proxyFor(relay);
        if (proxy == null) {
            List<InetAddress> addresses = lookUp(hosts, relay.uri(), relay.host());
            return new Dial(session, loop, tls, null, byName, addresses.iterator());
        }
        InetSocketAddress asked = byName;
        if (hosts.decidesForProxies(relay.uri())) {
            InetAddress first = lookUp(hosts, relay.uri(), relay.host()).getFirst();
            // Without its name, which the proxy would be asked for otherwise.
            asked = new InetSocketAddress(InetAddress.getByAddress(first.getAddress()), relay.port());
        }
        List<InetAddress> addresses = lookUp(HostResolver.system(), relay.uri(), proxy.host());
        return new Dial(session, loop, tls, proxy, asked, addresses.iterator());
    }

    /** The exception that it throws has the host for its message. */
    private static List<InetAddress> lookUp(HostResolver hosts, URI relay, String host)
            throws UnknownHostException, ProtocolException {
        try {
            return hosts.addressesOf(relay, host);
        } catch (UnknownHostException e) {
            UnknownHostException unknown = new UnknownHostException(host);
            unknown.initCause(e);
            throw unknown;
        }
    }

    private SslContext tls() throws SSLException {
        SslContext given = node.options().tls();
        if (given != null) {
            return given;
        }
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }

    private void dial(Dial dial) {
        LinkSession session = dial.session();
        if (session.opened().isDone()) {
            // Closed while the name was resolved, or while another address was tried.
            return;
        }
        long openMillis = session.limits().open().toMillis();
        InetAddress next = dial.addresses().next();
        Bootstrap bootstrap = new Bootstrap()
                .group(dial.loop())
                .channel(channelType)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(openMillis, Integer.MAX_VALUE))
                .handler(ClientPipeline.dialling(session, dial.tls(), proxyHandler(dial, next)));
        ChannelFuture dialling = dial.proxy() == null
                ? bootstrap.connect(new InetSocketAddress(next, dial.relay().getPort()))
                : bootstrap.resolver(NoopAddressResolverGroup.INSTANCE).connect(dial.relay());
        dialling.addListener((ChannelFuture dialled) -> onDialled(dial, dialled));
    }

    private static @Nullable ChannelHandler proxyHandler(Dial dial, InetAddress resolved) {
        ProxyAddress proxy = dial.proxy();
        if (proxy == null) {
            return null;
        }
        ProxyHandler handler = proxy.handler(resolved);
        handler.setConnectTimeoutMillis(dial.session().limits().open().toMillis());
        return handler;
    }

    private void onDialled(Dial dial, ChannelFuture dialled) {
        LinkSession session = dial.session();
        Throwable failure = dialled.cause();
        if (failure == null) {
            boundOpening(session, dialled.channel());
        } else if (dial.addresses().hasNext()) {
            dial(dial);
        } else {
            session.onFailed(
                    "cannot connect" + dial.firstHop() + failure.getMessage(), Next.RECONNECT_WITH_BACK_OFF, failure);
        }
    }

    /** Ends a connection that does not become a link in time. */
    private static void boundOpening(LinkSession session, Channel channel) {
        long openMillis = session.limits().open().toMillis();
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (!session.isOpen()) {
                                String what = "the relay did not welcome this node within " + openMillis + " ms";
                                session.onFailed(what, Next.RECONNECT_WITH_BACK_OFF, null);
                                channel.close();
                            }
                        },
                        openMillis,
                        TimeUnit.MILLISECONDS);
    }
}
