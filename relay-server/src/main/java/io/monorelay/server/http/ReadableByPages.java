package io.monorelay.server.http;

import io.monorelay.protocol.ProtocolException;
import io.monorelay.store.CommitQueue;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.InetAddress;
import java.util.concurrent.Executor;

/** Answers so that a browser lets the pages of all sites read it (the CORS protocol of the WHATWG Fetch standard). */
record ReadableByPages(Responder to) implements Responder {
    @Override
    public void send(FullHttpResponse response) {
        response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        to.send(response);
    }

    @Override
    public void stream(StreamRequest request) throws ProtocolException {
        to.stream(request);
    }

    @Override
    public Executor owner() {
        return to.owner();
    }

    @Override
    public CommitQueue commits() {
        return to.commits();
    }

    @Override
    public InetAddress clientAddress() {
        return to.clientAddress();
    }

    @Override
    public String remoteAddress() {
        return to.remoteAddress();
    }

    @Override
    public boolean isLocal() {
        return to.isLocal();
    }
}
