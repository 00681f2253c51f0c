package io.monorelay.server.net;

import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.Doorkeeper;
import io.monorelay.server.config.Proxies;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.http.BoundedBody;
import io.monorelay.server.http.EventStream;
import io.monorelay.server.http.HttpHandler;
import io.monorelay.server.http.HttpRoutes;
import io.monorelay.server.http.RequestDeadline;
import io.monorelay.server.http.RequestGate;
import io.monorelay.server.http.StreamRequest;
import io.monorelay.server.http.UpgradeRequest;
import io.monorelay.server.http.Upgrader;
import io.monorelay.server.ws.LoopContext;
import io.monorelay.server.ws.SocketTerms;
import io.monorelay.server.ws.WebSocketHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Every pipeline of the relay, in one place. From top to bottom, as bytes come in:
 *
 * <pre>
 * accepted    RequestDeadline → Sniffer
 * PROXY       RequestDeadline → HAProxyMessageDecoder → ProxyHeader → Sniffer
 * TLS         SslHandler → RequestDeadline → Sniffer
 * HTTP        RequestDeadline → HttpServerCodec → RequestGate → BoundedBody → HttpHandler
 * WebSocket   WebSocketHandler
 * events      EventStream
 * </pre>
 *
 * <p>A WebSocket comes straight from the sniffer when its request is a usual one, the node public and the client no
 * proxy, and by way of HTTP when not. Who has done its part removes itself. After the header of the PROXY protocol and
 * inside of TLS the connection is sniffed once more, and what follows an SslHandler is as without it. Something new that
 * a connection may begin with is one more {@link Wire} of the sniffer.
 */
public final class Pipelines extends ChannelInitializer<Channel> implements Upgrader {
    private static final int MAX_REQUEST_LINE_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 8192;

    private static final HttpDecoderConfig DECODING = new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES);

    private final HttpRoutes routes;
    private final Map<EventLoop, LoopContext> loops;
    private final Doorkeeper door;
    private final AccessRules access;
    private final @Nullable ServerTls tls;
    private final ChannelFutureListener onClosed;

    // any thread, as one object serves all loops
    private final AtomicReference<Terms> terms = new AtomicReference<>();

    /**
     * What new connections are served by.
     *
     * @param wires what a connection may begin with
     * @param afterProxy what it may go on with after the header of a proxy
     * @param applications what there may be inside of TLS
     */
    private record Terms(RelayConfig config, List<Wire> wires, List<Wire> afterProxy, List<Wire> applications) {}

    /**
     * @param loops what each event loop's connections work with
     * @param tls how TLS is spoken, or null where it is not
     */
    public Pipelines(
            RelayConfig config,
            HttpRoutes routes,
            Map<EventLoop, LoopContext> loops,
            Doorkeeper door,
            AccessRules access,
            @Nullable ServerTls tls) {
        this.routes = routes;
        this.loops = loops;
        this.door = door;
        this.access = access;
        this.tls = tls;
        this.onClosed = closed -> door.left(closed.channel());
        terms.set(termsOf(config));
    }

    /** From now on new connections are served by that configuration, as far as it can change. */
    public void use(RelayConfig config) {
        terms.set(termsOf(config));
    }

    private Terms termsOf(RelayConfig config) {
        Proxies proxies = config.proxies();
        Wire http = new HttpWire(this::installHttp);
        // Where it matters who asks, every request is looked at as HTTP.
        List<Wire> applications =
                config.node().isPublic() ? List.of(new WebSocketWire(this, proxies), http) : List.of(http);
        List<Wire> afterProxy = afterProxy(config, applications);
        List<Wire> wires = before(afterProxy, new ProxyWire(proxies, this::installProxy));
        return new Terms(config, wires, afterProxy, applications);
    }

    @Override
    protected void initChannel(Channel channel) {
        LoopContext context = contextOf(channel);
        if (!door.admit(channel)) {
            context.metrics().traffic().increment(Traffic.CONNECTIONS_REFUSED);
            channel.close();
            return;
        }
        channel.closeFuture().addListener(onClosed);
        context.metrics().traffic().increment(Traffic.CONNECTIONS_ACCEPTED);
        channel.pipeline()
                .addLast(newDeadline(channel, context))
                .addLast(new Sniffer(terms.get().wires(), context.metrics()));
    }

    private List<Wire> afterProxy(RelayConfig config, List<Wire> applications) {
        if (config.tls().isEmpty()) {
            return applications;
        }
        boolean required = config.tls().get().required();
        return before(required ? List.of(new PlainWire()) : applications, new TlsWire(this::installTls));
    }

    private static List<Wire> before(List<Wire> others, Wire first) {
        List<Wire> all = new ArrayList<>();
        all.add(first);
        all.addAll(others);
        return List.copyOf(all);
    }

    private void installProxy(ChannelPipeline pipeline) {
        RelayMetrics metrics = contextOf(pipeline.channel()).metrics();
        pipeline.addLast(new HAProxyMessageDecoder(ProxyHeader.MAX_EXTENSION_BYTES, true))
                .addLast(new ProxyHeader(door, metrics))
                .addLast(new Sniffer(terms.get().afterProxy(), metrics));
    }

    private void installTls(ChannelPipeline pipeline) {
        LoopContext context = contextOf(pipeline.channel());
        RequestDeadline outside = pipeline.get(RequestDeadline.class);
        // What a deadline says must go through TLS too, so there is a new one behind it.
        pipeline.addLast(Objects.requireNonNull(tls)
                        .newHandler(
                                pipeline.channel().alloc(),
                                terms.get().config().timeouts().request()))
                .addLast(newDeadline(pipeline.channel(), context))
                .addLast(new Sniffer(terms.get().applications(), context.metrics()));
        pipeline.remove(outside);
    }

    private RequestDeadline newDeadline(Channel channel, LoopContext context) {
        RelayConfig.Timeouts timeouts = terms.get().config().timeouts();
        return new RequestDeadline(
                channel, timeouts.request(), timeouts.keepAlive(), context.liveness(), context.metrics());
    }

    private void installHttp(ChannelPipeline pipeline) {
        LoopContext context = contextOf(pipeline.channel());
        RequestDeadline deadline = pipeline.get(RequestDeadline.class);
        RelayConfig config = terms.get().config();
        HttpHandler handler = new HttpHandler(routes, this, context.commits(), config.proxies(), context.metrics());
        addHttp(
                pipeline,
                deadline,
                new BoundedBody(config.messages().maxBytes(), context.metrics().faults()),
                handler);
    }

    /** Adds what HTTP needs behind a deadline. */
    static void addHttp(ChannelPipeline pipeline, RequestDeadline deadline, BoundedBody body, HttpHandler handler) {
        // A client may end its side of the connection and still wait for an answer.
        pipeline.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        pipeline.addLast(new HttpServerCodec(DECODING, RequestGate.MAX_DECODED))
                .addLast(new RequestGate(deadline))
                .addLast(body)
                .addLast(handler);
    }

    @Override
    public boolean admits(Channel channel) {
        return door.readmit(channel);
    }

    @Override
    public UpgradeRequest granted(UpgradeRequest asked) {
        return terms.get().config().compression().enabled() ? asked : asked.withoutExtension();
    }

    @Override
    public void upgrade(ChannelHandlerContext ctx, UpgradeRequest request) {
        HttpServerCodec codec = removeHttp(ctx.pipeline());
        installWebSocket(ctx.channel(), request);
        // As it goes, it hands what it has read beyond the request to the next handler, so the WebSocket has to be
        // there.
        ctx.pipeline().remove(codec);
    }

    @Override
    public void stream(ChannelHandlerContext ctx, StreamRequest request) {
        HttpServerCodec codec = removeHttp(ctx.pipeline());
        // A reader answers nothing: whether it is there, the system alone can tell, where it is asked to.
        ctx.channel()
                .config()
                .setOption(
                        Transport.USER_TIMEOUT,
                        Math.toIntExact(EventStream.SILENT_HEARTBEATS
                                * terms.get()
                                        .config()
                                        .applications()
                                        .heartbeat()
                                        .toMillis()));
        EventStream stream = new EventStream(ctx.channel(), streamsOf(contextOf(ctx.channel())));
        ctx.pipeline().addLast(stream);
        ctx.pipeline().remove(RequestDeadline.class);
        ctx.pipeline().remove(codec);
        stream.open(request);
    }

    private EventStream.Source streamsOf(LoopContext context) {
        RelayConfig config = terms.get().config();
        return new EventStream.Source(
                context.fanout(),
                context.liveness(),
                context.budgets(),
                context.metrics(),
                config.applications().heartbeat(),
                config.node().isPublic() ? null : context.handshakes().key());
    }

    /** Takes out what is HTTP, but for the codec, which only reads from here on: what is written goes out as it is. */
    private static HttpServerCodec removeHttp(ChannelPipeline pipeline) {
        pipeline.remove(HttpHandler.class);
        pipeline.remove(BoundedBody.class);
        pipeline.remove(RequestGate.class);
        pipeline.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        HttpServerCodec codec = pipeline.get(HttpServerCodec.class);
        codec.removeOutboundHandler();
        return codec;
    }

    /** Makes the connection a WebSocket, whose response has been written. */
    void installWebSocket(Channel channel, UpgradeRequest granted) {
        RelayConfig config = terms.get().config();
        SocketTerms agreed = new SocketTerms(
                granted.v2(),
                granted.extension() != null,
                config.messages().maxBytes(),
                config.timeouts().request());
        WebSocketHandler webSocket = new WebSocketHandler(channel, contextOf(channel), agreed);
        channel.pipeline().addLast(webSocket);
        channel.pipeline().remove(RequestDeadline.class);
        webSocket.open();
    }

    /** Whether a WebSocket is for nodes alone that prove their key. */
    boolean requireProof() {
        return access.requireProof();
    }

    LoopContext contextOf(Channel channel) {
        LoopContext context = loops.get(channel.eventLoop());
        if (context == null) {
            throw new IllegalStateException(channel + " is on an event loop that is not the relay's");
        }
        return context;
    }
}
