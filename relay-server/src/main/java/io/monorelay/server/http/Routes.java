package io.monorelay.server.http;

import io.monorelay.protocol.ProtocolException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequest;

/** What the requests to one port are answered with. Any event loop of that port. */
public interface Routes {
    /** Refuses a WebSocket that is not for this path, or not for whoever asks. */
    void checkUpgrade(HttpRequest request, Responder from) throws ProtocolException;

    /** Whether whoever asks may have one more WebSocket now; if not, that is answered. */
    boolean isUpgradePaid(UpgradeRequest request, Responder from);

    /** Answers a request, now or later; what it needs of the request it takes now. */
    void answer(FullHttpRequest request, Responder to) throws ProtocolException;
}
