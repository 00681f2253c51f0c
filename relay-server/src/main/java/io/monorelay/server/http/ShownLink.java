package io.monorelay.server.http;

import io.monorelay.client.LinkStatus;
import io.monorelay.server.link.LinkReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A link to a relay, as the node's page shows it. */
final class ShownLink {
    private ShownLink() {}

    /** For programs. What is not known is left out. */
    static Map<String, Object> json(LinkReport report) {
        LinkStatus status = report.status();
        Map<String, Object> link = new LinkedHashMap<>();
        link.put("relay", status.relay().toString());
        link.put("state", state(status));
        link.put("since", status.since().toString());
        Optional.ofNullable(status.relayKey()).ifPresent(key -> link.put("key", key.toString()));
        Optional.ofNullable(status.roundTrip()).ifPresent(time -> link.put("round_trip_ms", time.toMillis()));
        Optional.ofNullable(status.lastFailure()).ifPresent(failure -> link.put("last_failure", failure));
        link.put("attempts", status.attempts());
        report.receivedThrough().ifPresent(position -> link.put("received_through", position));
        report.fedThrough().ifPresent(position -> link.put("fed_through", position));
        return link;
    }

    /** For people: one more line of a list. */
    static String html(LinkReport report) {
        LinkStatus status = report.status();
        return "  <dd>" + NodePage.escaped(status.relay().toString()) + ": " + state(status) + "\n";
    }

    private static String state(LinkStatus status) {
        return status.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
