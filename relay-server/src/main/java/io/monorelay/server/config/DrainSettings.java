package io.monorelay.server.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How a relay lets its peers go when it ends.
 *
 * @param readinessDelay how long it goes on as before but for saying that it is not ready
 * @param period within which it closes the connections, each at a time of its own
 * @param alternatives relays that its nodes may move to
 */
public record DrainSettings(Duration readinessDelay, Duration period, List<URI> alternatives) {
    public DrainSettings {
        alternatives = List.copyOf(alternatives);
    }

    static DrainSettings from(Settings settings) {
        return new DrainSettings(
                settings.get(Catalogue.DRAIN_READINESS_DELAY),
                settings.get(Catalogue.DRAIN_PERIOD),
                settings.get(Catalogue.DRAIN_ALTERNATIVES));
    }
}
