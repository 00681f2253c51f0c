package io.monorelay.server.ws;

import io.monorelay.fanout.LoopFanout;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.relay.LatePath;
import io.monorelay.relay.MessagePath;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.handshake.Handshakes;
import io.monorelay.server.link.TrustedRelays;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.PositionBook;
import io.monorelay.store.StoreReaders;

/**
 * What the sessions of one event loop work with.
 *
 * @param fanout of this loop
 * @param liveness of this loop
 * @param commits what waits on this loop for messages to become durable
 * @param decoder shared by all loops, like everything after it
 */
public record LoopContext(
        LoopFanout fanout,
        Liveness liveness,
        CommitQueue commits,
        InboundDecoder decoder,
        MessagePath path,
        LatePath late,
        TrustedRelays trusted,
        Handshakes handshakes,
        AccessRules access,
        Budgets budgets,
        KeyDirectory directory,
        ReferenceBook references,
        StoreReaders readers,
        PositionBook positions,
        RelayMetrics metrics) {}
