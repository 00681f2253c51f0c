package io.monorelay.server.http;

import io.monorelay.protocol.ProtocolException;
import io.monorelay.store.CommitQueue;
import io.netty.handler.codec.http.FullHttpResponse;
import java.net.InetAddress;
import java.util.concurrent.Executor;

/** Where the answer to one request goes, at once or later. Owned by the event loop of the connection. */
public interface Responder {
    /** Answers the request. What comes after the first answer, or after the client has gone, goes nowhere. */
    void send(FullHttpResponse response);

    /**
     * Answers the request with an event stream, which the connection is from then on.
     *
     * @throws ProtocolException if its client has as many connections as it may have
     */
    void stream(StreamRequest request) throws ProtocolException;

    /** The event loop, on which {@link #send} is called. */
    Executor owner();

    /** What waits on that event loop for messages to become durable. */
    CommitQueue commits();

    /** Where the client is, as far as the relay knows. */
    InetAddress clientAddress();

    /** The client's address and port, for people. */
    String remoteAddress();

    /** Whether the client has reached this node by an address that only this machine has. */
    boolean isLocal();
}
