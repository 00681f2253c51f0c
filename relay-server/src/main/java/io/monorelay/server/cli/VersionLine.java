package io.monorelay.server.cli;

import io.monorelay.server.node.Version;
import picocli.CommandLine;

/** What {@code --version} prints. */
final class VersionLine implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"Monorelay " + Version.current()};
    }
}
