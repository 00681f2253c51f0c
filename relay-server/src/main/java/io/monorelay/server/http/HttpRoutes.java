package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.metrics.Counters;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.admission.Cost;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Set;

/** What each path answers. Any event loop. */
public final class HttpRoutes implements Routes {
    private static final Set<String> UPGRADE_PATHS = Set.of("/", "/ws");
    private static final String ONE_MESSAGE = "/messages/";

    /** What a balancer asks every second costs nothing. */
    private static final String HEALTH = "/health/";

    private static final String PATHS =
            "/, /ws, /handshake, /broadcast, /publish, /stream, /messages, /messages/{id}, /health/live, /health/ready";
    private static final byte[] UP = "{\"status\":\"up\"}".getBytes(US_ASCII);

    /**
     * What the paths are answered by.
     *
     * @param access who may connect and take part
     * @param budgets what answers may cost
     * @param guard keeps the pages of other sites out of what is not for them
     * @param isPublic whether this node serves everybody; one that does not tells the pages of other sites nothing, not
     *     even its key
     */
    public record Parts(
            NodePage page,
            Readiness readiness,
            HandshakeRoute handshakes,
            BroadcastRoute broadcasts,
            HistoryRoutes history,
            PublishRoute publications,
            AccessRules access,
            Budgets budgets,
            Counters<Fault> faults,
            SiteGuard guard,
            boolean isPublic) {}

    private final Parts parts;

    public HttpRoutes(Parts parts) {
        this.parts = parts;
    }

    @Override
    public void checkUpgrade(HttpRequest request, Responder from) throws ProtocolException {
        parts.access().check(from.clientAddress());
        if (!UpgradeRequest.asksForV2(request.headers())) {
            requireOpen("expected the subprotocol monorelay.v2: this relay serves nodes that prove their key");
        }
        if (!parts.isPublic()) {
            parts.guard().requireOwnSite(request, from);
        }
        RequestTarget target = RequestTarget.of(request);
        if (!UPGRADE_PATHS.contains(target.path())) {
            throw new ProtocolException(
                    Fault.NO_SUCH_PATH,
                    "no WebSocket at " + RequestTarget.shown(target.path()) + ", expected one of " + UPGRADE_PATHS);
        }
        target.require(HttpMethod.GET);
    }

    @Override
    public boolean isUpgradePaid(UpgradeRequest request, Responder from) {
        return isPaid(request.cost(), from);
    }

    @Override
    public void answer(FullHttpRequest request, Responder to) throws ProtocolException {
        parts.access().check(to.clientAddress());
        if (!parts.isPublic()) {
            parts.guard().requireOwnName(request, to);
        }
        RequestTarget target = RequestTarget.of(request);
        if (target.path().startsWith(HEALTH) || isPaid(Cost.REQUEST, to)) {
            answer(target, request, to);
        }
    }

    private void answer(RequestTarget target, FullHttpRequest request, Responder to) throws ProtocolException {
        switch (target.path()) {
            case "/ws" -> throw new ProtocolException(Fault.BAD_UPGRADE, "expected a WebSocket upgrade at /ws");
            case "/handshake" -> {
                if (isPaid(Cost.HANDSHAKE, to)) {
                    to.send(parts.handshakes().answer(target, request, to.remoteAddress()));
                }
            }
            case "/broadcast" -> parts.broadcasts().publish(target, request, to);
            case "/publish" -> parts.publications().publish(target, request, to);
            case "/health/live" -> to.send(live(target));
            case "/health/ready" -> to.send(ready(target));
            default -> show(target, request, parts.isPublic() ? new ReadableByPages(to) : to);
        }
    }

    /** Answers what changes nothing and, on a public node, is no secret. */
    private void show(RequestTarget target, FullHttpRequest request, Responder to) throws ProtocolException {
        switch (target.path()) {
            case "/" -> to.send(index(target, request));
            case "/messages" -> {
                requireProvenReader();
                if (isPaid(Cost.PAGE, to)) {
                    parts.history().page(target, to);
                }
            }
            case "/stream" -> stream(target, request, to);
            default -> oneMessage(target, to);
        }
    }

    /** Whether whoever asks may cause that work; if not, that is the answer. */
    private boolean isPaid(long workNanos, Responder to) {
        long wait = parts.budgets().ofRequests(to.clientAddress()).tryPay(workNanos);
        if (wait != 0) {
            parts.faults().increment(Fault.OVER_BUDGET);
            to.send(HttpReply.overBudget(wait));
        }
        return wait == 0;
    }

    private void requireProvenReader() throws ProtocolException {
        requireOpen("expected a WebSocket of monorelay.v2: this relay serves nodes that prove their key");
    }

    private void requireOpen(String expected) throws ProtocolException {
        if (parts.access().requireProof()) {
            throw new ProtocolException(Fault.HANDSHAKE_REQUIRED, expected);
        }
    }

    private void stream(RequestTarget target, HttpRequest request, Responder to) throws ProtocolException {
        target.require(HttpMethod.GET);
        requireProvenReader();
        if (!parts.isPublic()) {
            parts.guard().requireOwnSite(request, to);
        }
        StreamRequest wanted = StreamRequest.of(target, request);
        if (isPaid(Cost.CONNECTION, to)) {
            to.stream(wanted);
        }
    }

    private void oneMessage(RequestTarget target, Responder to) throws ProtocolException {
        String path = target.path();
        if (!path.startsWith(ONE_MESSAGE) || path.indexOf('/', ONE_MESSAGE.length()) >= 0) {
            throw new ProtocolException(Fault.NO_SUCH_PATH, "no such path; expected one of " + PATHS);
        }
        requireProvenReader();
        if (isPaid(Cost.LOOKUP, to)) {
            parts.history().message(target, path.substring(ONE_MESSAGE.length()), to);
        }
    }

    private FullHttpResponse index(RequestTarget target, HttpRequest request) throws ProtocolException {
        target.require(HttpMethod.GET);
        String accept = request.headers().get(HttpHeaderNames.ACCEPT, "");
        return accept.contains("text/html")
                ? HttpReply.html(parts.page().html())
                : HttpReply.json(HttpResponseStatus.OK, parts.page().json());
    }

    private static FullHttpResponse live(RequestTarget target) throws ProtocolException {
        target.require(HttpMethod.GET);
        return HttpReply.json(HttpResponseStatus.OK, UP);
    }

    private FullHttpResponse ready(RequestTarget target) throws ProtocolException {
        target.require(HttpMethod.GET);
        String reasons = parts.readiness().reasons();
        return reasons.isEmpty() ? HttpReply.json(HttpResponseStatus.OK, UP) : HttpReply.unavailable(reasons);
    }
}
