package io.monorelay.server.config;

import io.monorelay.store.Durability;

/** How the values of different settings must relate. */
final class Relations {
    private static final int LEAST_MESSAGES = 4;

    private Relations() {}

    static void check(Settings settings) throws ConfigException {
        atLeast(settings, Catalogue.LOG_MAX_BYTES, LEAST_MESSAGES, Catalogue.MESSAGE_MAX_BYTES);
        atLeast(settings, Catalogue.FANOUT_MAX_BATCH_BYTES, 1, Catalogue.MESSAGE_MAX_BYTES);
        atLeast(settings, Catalogue.FANOUT_LAGGARD_BYTES, 1, Catalogue.FANOUT_MAX_BATCH_BYTES);
        atLeast(settings, Catalogue.FORWARD_QUEUE_BYTES, 1, Catalogue.MESSAGE_MAX_BYTES);
        atLeast(settings, Catalogue.STORE_RETENTION_BYTES, LEAST_MESSAGES, Catalogue.MESSAGE_MAX_BYTES);
        atLeast(settings, Catalogue.STORE_MEMORY_BYTES, LEAST_MESSAGES, Catalogue.MESSAGE_MAX_BYTES);
        roomBesideLaggards(settings);
        inMemoryWithoutDatabase(settings);
        standbyWhereNotPublic(settings);
        accessModeWherePublic(settings);
        allowedWhereListed(settings);
        tokenWhereOthersConnect(settings);
        certificateWithItsKey(settings);
    }

    private static void tokenWhereOthersConnect(Settings settings) throws ConfigException {
        boolean isOpen = settings.get(Catalogue.ADMIN_LISTEN)
                .filter(listen -> !listen.isLoopback())
                .isPresent();
        if (isOpen && settings.get(Catalogue.ADMIN_TOKEN_FILE).isEmpty()) {
            throw new ConfigException(settings.shown(Catalogue.ADMIN_LISTEN)
                    + ": expected a loopback address such as 127.0.0.1:8008, or " + Catalogue.ADMIN_TOKEN_FILE);
        }
    }

    private static void certificateWithItsKey(Settings settings) throws ConfigException {
        boolean hasCertificate = settings.get(Catalogue.TLS_CERTIFICATE).isPresent();
        if (hasCertificate != settings.get(Catalogue.TLS_KEY).isPresent()) {
            throw new ConfigException(settings.shown(Catalogue.TLS_KEY) + ": expected both or none, with "
                    + settings.shown(Catalogue.TLS_CERTIFICATE));
        }
        if (settings.get(Catalogue.TLS_REQUIRED) && !hasCertificate) {
            throw new ConfigException(settings.shown(Catalogue.TLS_REQUIRED) + ": expected false with "
                    + settings.shown(Catalogue.TLS_CERTIFICATE));
        }
    }

    /** Others rely on a public node for every message at once, not after a deadline. */
    private static void standbyWhereNotPublic(Settings settings) throws ConfigException {
        if (settings.get(Catalogue.LINKS_STANDBY) && settings.get(Catalogue.NODE_PUBLIC)) {
            throw new ConfigException(settings.shown(Catalogue.LINKS_STANDBY) + ": expected false with "
                    + settings.shown(Catalogue.NODE_PUBLIC));
        }
    }

    /** A node that is not public serves the applications beside it, which prove nothing. */
    private static void accessModeWherePublic(Settings settings) throws ConfigException {
        if (settings.get(Catalogue.ACCESS_MODE) != Access.Mode.OPEN && !settings.get(Catalogue.NODE_PUBLIC)) {
            throw new ConfigException(settings.shown(Catalogue.ACCESS_MODE) + ": expected open with "
                    + settings.shown(Catalogue.NODE_PUBLIC));
        }
    }

    /** A list that keeps nobody out would look as if it did. */
    private static void allowedWhereListed(Settings settings) throws ConfigException {
        boolean listed = settings.get(Catalogue.ACCESS_MODE) == Access.Mode.ALLOW_LIST;
        if (!listed && !settings.get(Catalogue.ACCESS_ALLOW).isEmpty()) {
            throw new ConfigException(settings.shown(Catalogue.ACCESS_ALLOW) + ": expected none with "
                    + settings.shown(Catalogue.ACCESS_MODE));
        }
    }

    /** What is shared by slow peers is not to leave nothing for what each of them has alone. */
    private static void roomBesideLaggards(Settings settings) throws ConfigException {
        long laggards = settings.get(Catalogue.FANOUT_LAGGARD_BYTES);
        if (settings.get(Catalogue.MEMORY_OUTBOUND).orElse(Long.MAX_VALUE) < laggards + laggards / 4) {
            throw new ConfigException(settings.shown(Catalogue.MEMORY_OUTBOUND)
                    + ": expected at least a quarter more than " + settings.shown(Catalogue.FANOUT_LAGGARD_BYTES));
        }
    }

    private static void inMemoryWithoutDatabase(Settings settings) throws ConfigException {
        boolean hasUrl = !settings.get(Catalogue.STORE_URL).isEmpty();
        if (hasUrl && settings.get(Catalogue.STORE_DURABILITY) == Durability.MEMORY) {
            throw new ConfigException(settings.shown(Catalogue.STORE_URL) + ": expected none with "
                    + settings.shown(Catalogue.STORE_DURABILITY));
        }
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
