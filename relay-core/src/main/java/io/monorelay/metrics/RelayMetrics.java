package io.monorelay.metrics;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Fault;

/**
 * All counters of one relay. Any thread.
 *
 * @param outcomes of published messages
 * @param faults of peers, each time one is answered or ends a connection
 * @param drops of accepted messages
 * @param offences of nodes that this one remembers
 * @param refusals of connections
 * @param closes of WebSockets and event streams by this side
 * @param storage what the store does
 * @param linking what happens on links to relays
 * @param traffic everything else
 */
public record RelayMetrics(
        Counters<Outcome> outcomes,
        Counters<Fault> faults,
        Counters<Drop> drops,
        Counters<Offence> offences,
        Counters<Refusal> refusals,
        Counters<CloseCode> closes,
        Counters<Storage> storage,
        Counters<Linking> linking,
        Counters<Traffic> traffic) {

    public RelayMetrics() {
        this(
                new Counters<>(Outcome.class),
                new Counters<>(Fault.class),
                new Counters<>(Drop.class),
                new Counters<>(Offence.class),
                new Counters<>(Refusal.class),
                new Counters<>(CloseCode.class),
                new Counters<>(Storage.class),
                new Counters<>(Linking.class),
                new Counters<>(Traffic.class));
    }
}
