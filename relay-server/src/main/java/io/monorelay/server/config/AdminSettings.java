package io.monorelay.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The port for whoever operates the node.
 *
 * @param listen where it is; empty for none
 * @param tokenFile the file with the token that is asked for there; empty for none
 * @param fateMessages how many recent messages are accounted for
 */
public record AdminSettings(Optional<RelayConfig.Listen> listen, Optional<Path> tokenFile, int fateMessages) {
    static AdminSettings from(Settings settings) {
        return new AdminSettings(
                settings.get(Catalogue.ADMIN_LISTEN),
                settings.get(Catalogue.ADMIN_TOKEN_FILE),
                settings.get(Catalogue.ADMIN_FATE_MESSAGES));
    }
}
