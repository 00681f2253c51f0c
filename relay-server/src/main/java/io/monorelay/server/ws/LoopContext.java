package io.monorelay.server.ws;

import io.monorelay.fanout.LoopFanout;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.relay.MessagePath;
import io.monorelay.server.handshake.Handshakes;

/**
 * What the sessions of one event loop work with.
 *
 * @param fanout of this loop
 * @param liveness of this loop
 * @param decoder shared by all loops, like everything after it
 */
public record LoopContext(
        LoopFanout fanout,
        Liveness liveness,
        InboundDecoder decoder,
        MessagePath path,
        Handshakes handshakes,
        KeyDirectory directory,
        ReferenceBook references,
        RelayMetrics metrics) {}
