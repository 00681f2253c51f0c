package io.monorelay.server.config;

import java.time.Duration;

/**
 * How much work of the relay's somebody may cause a second, in time of one core; zero is any amount.
 *
 * @param connection what comes over one connection
 * @param key what a node sends that has proven its key
 * @param network what comes from one network
 */
public record BudgetSettings(Duration connection, Duration key, Duration network) {
    static BudgetSettings from(Settings settings) {
        return new BudgetSettings(
                settings.get(Catalogue.BUDGET_CONNECTION),
                settings.get(Catalogue.BUDGET_KEY),
                settings.get(Catalogue.BUDGET_NETWORK));
    }
}
