package io.monorelay.server.link;

import io.monorelay.client.LinkStatus;
import java.util.OptionalLong;

/**
 * How it is with a link to a relay.
 *
 * @param receivedThrough the position of the relay's log up to which everything is stored here
 * @param fedThrough the position of this node's log up to which the relay has everything that it is to get
 */
public record LinkReport(LinkStatus status, OptionalLong receivedThrough, OptionalLong fedThrough) {}
