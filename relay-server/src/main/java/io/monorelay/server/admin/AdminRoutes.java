package io.monorelay.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.http.HttpReply;
import io.monorelay.server.http.RequestTarget;
import io.monorelay.server.http.Responder;
import io.monorelay.server.http.Routes;
import io.monorelay.server.http.SiteGuard;
import io.monorelay.server.http.UpgradeRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each path of the admin port answers, to those who know its token and are no page of a web site. Owned by the event
 * loop of that port.
 */
public final class AdminRoutes implements Routes {
    private static final Logger LOG = LoggerFactory.getLogger(AdminRoutes.class);
    private static final String PEERS = "/peers/";
    private static final String KICK = "/kick";
    private static final String MESSAGES = "/messages/";
    private static final String FATE = "/fate";
    private static final String PATHS =
            "/metrics, /peers, /peers/{id}/kick, /bans, /drain, /log-level, /messages/{id}/fate";

    /**
     * What the paths are answered by.
     *
     * @param drain begins to end the node, and returns at once
     */
    public record Parts(
            SiteGuard guard,
            AdminToken token,
            Exposition exposition,
            PeerRoutes peers,
            BanRoutes bans,
            FateRoute fates,
            Runnable drain) {}

    private final Parts parts;

    public AdminRoutes(Parts parts) {
        this.parts = parts;
    }

    /** There are none. */
    @Override
    public boolean isUpgradePaid(UpgradeRequest request, Responder from) {
        return true;
    }

    @Override
    public void checkUpgrade(HttpRequest request, Responder from) throws ProtocolException {
        throw new ProtocolException(Fault.NO_SUCH_PATH, "no WebSocket on this port");
    }

    @Override
    public void answer(FullHttpRequest request, Responder to) throws ProtocolException {
        parts.guard().requireOwnSite(request, to);
        parts.token().require(request);
        RequestTarget target = RequestTarget.of(request);
        switch (target.path()) {
            case "/metrics" -> to.send(metrics(target));
            case "/peers" -> parts.peers().list(target, to);
            case "/bans" -> parts.bans().answer(target, request, to);
            case "/drain" -> to.send(drain(target, to));
            case "/log-level" -> to.send(logLevel(target, request));
            default -> one(target, to);
        }
    }

    private void one(RequestTarget target, Responder to) throws ProtocolException {
        String path = target.path();
        if (path.startsWith(PEERS) && path.endsWith(KICK)) {
            parts.peers().kick(target, between(path, PEERS, KICK), to);
        } else if (path.startsWith(MESSAGES) && path.endsWith(FATE)) {
            parts.fates().show(target, between(path, MESSAGES, FATE), to);
        } else {
            throw new ProtocolException(Fault.NO_SUCH_PATH, "no such path; expected one of " + PATHS);
        }
    }

    private static String between(String path, String start, String end) {
        return path.substring(start.length(), Math.max(path.length() - end.length(), start.length()));
    }

    private FullHttpResponse metrics(RequestTarget target) throws ProtocolException {
        target.require(HttpMethod.GET);
        return HttpReply.text(Exposition.TYPE, parts.exposition().text());
    }

    private FullHttpResponse drain(RequestTarget target, Responder from) throws ProtocolException {
        target.require(HttpMethod.POST);
        LOG.info("told to drain by {}", from.remoteAddress());
        parts.drain().run();
        return Json.of(HttpResponseStatus.ACCEPTED, Map.of("draining", true));
    }

    private static FullHttpResponse logLevel(RequestTarget target, FullHttpRequest request) throws ProtocolException {
        target.require(HttpMethod.GET, HttpMethod.PUT);
        if (target.method().equals(HttpMethod.PUT)) {
            LogLevels.set(wanted(request));
        }
        return Json.of(HttpResponseStatus.OK, Map.of("level", LogLevels.current()));
    }

    private static RelayConfig.LogLevel wanted(FullHttpRequest request) throws ProtocolException {
        String body = request.content().toString(UTF_8).strip();
        String name = body.startsWith("{") ? Json.read(request).path("level").asString("") : body;
        return LogLevels.named(name)
                .orElseThrow(() -> new ProtocolException(
                        Fault.BAD_PARAMETER,
                        "expected {\"level\": …} or the level alone, one of " + LogLevels.names() + ", got \""
                                + RequestTarget.shown(name) + "\""));
    }
}
