package io.monorelay.server.config;

/** How the values of different settings must relate. */
final class Relations {
    private static final int LEAST_MESSAGES_IN_LOG = 4;

    private Relations() {}

    static void check(Settings settings) throws ConfigException {
        atLeast(settings, Catalogue.LOG_MAX_BYTES, LEAST_MESSAGES_IN_LOG, Catalogue.MESSAGE_MAX_BYTES);
        atLeast(settings, Catalogue.FANOUT_MAX_BATCH_BYTES, 1, Catalogue.MESSAGE_MAX_BYTES);
        atLeast(settings, Catalogue.FANOUT_LAGGARD_BYTES, 1, Catalogue.FANOUT_MAX_BATCH_BYTES);
        atLeast(settings, Catalogue.FORWARD_QUEUE_BYTES, 1, Catalogue.MESSAGE_MAX_BYTES);
    }

    private static void atLeast(Settings settings, Setting<Long> larger, int times, Setting<Long> smaller)
            throws ConfigException {
        if (settings.get(larger) < times * settings.get(smaller)) {
            String factor = times == 1 ? "" : times + " times ";
            throw new ConfigException(
                    settings.shown(larger) + ": expected at least " + factor + settings.shown(smaller));
        }
    }
}
