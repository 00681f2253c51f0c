package io.monorelay.server.admin;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.admission.LiveConnection;
import io.monorelay.server.admission.LiveConnections;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.http.HttpReply;
import io.monorelay.server.http.Parameters;
import io.monorelay.server.http.RequestTarget;
import io.monorelay.server.http.Responder;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code GET /peers} and {@code POST /peers/{id}/kick}: who is connected, and the end of that. */
public final class PeerRoutes {
    private static final int USUAL_LIMIT = 1000;
    private static final int MOST = 100_000;

    private final LiveConnections connections;

    public PeerRoutes(LiveConnections connections) {
        this.connections = connections;
    }

    void list(RequestTarget target, Responder to) throws ProtocolException {
        target.require(HttpMethod.GET);
        int limit = limit(target);
        connections
                .list()
                .thenApply(all -> page(all, limit))
                .thenAcceptAsync(page -> to.send(Json.of(HttpResponseStatus.OK, page)), to.owner());
    }

    private static int limit(RequestTarget target) throws ProtocolException {
        int limit = USUAL_LIMIT;
        for (Map.Entry<String, List<String>> parameter : target.parameters().entrySet()) {
            String name = parameter.getKey();
            if (!name.equals("limit")) {
                throw Parameters.unknown(name, "limit");
            }
            limit = (int) Parameters.number(name, Parameters.single(name, parameter.getValue()), 1, MOST);
        }
        return limit;
    }

    /** The oldest first, so that who stays has its place. */
    private static Map<String, Object> page(List<LiveConnection> all, int limit) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("connected", all.size());
        page.put(
                "peers",
                all.stream()
                        .sorted(Comparator.comparingLong(LiveConnection::id))
                        .limit(limit)
                        .map(PeerRoutes::members)
                        .toList());
        return page;
    }

    private static Map<String, Object> members(LiveConnection connection) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", connection.id());
        members.put("protocol", connection.protocol().name().toLowerCase(Locale.ROOT));
        members.put("address", ClientAddress.text(connection.address()));
        members.put("key", connection.key().map(NodeKey::toString).orElse(null));
        members.put("since", connection.since().toString());
        return members;
    }

    void kick(RequestTarget target, String id, Responder to) throws ProtocolException {
        target.require(HttpMethod.POST);
        connections
                .find(Parameters.number("id", id, 1, Long.MAX_VALUE))
                .thenAcceptAsync(found -> to.send(kicked(found)), to.owner());
    }

    private static FullHttpResponse kicked(Optional<LiveConnection> found) {
        if (found.isEmpty()) {
            return HttpReply.fault(Fault.NO_SUCH_PATH, "no peer of that id is connected");
        }
        found.get().close(CloseCode.POLICY_VIOLATION, "closed by the operator of the relay");
        return Json.of(HttpResponseStatus.OK, Map.of("kicked", members(found.get())));
    }
}
