package io.monorelay.server.cli;

import picocli.CommandLine.Command;

/** Looks after a relay's store. */
@Command(
        name = "store",
        description = {
            "Looks after the messages that a relay has stored.",
            "All but 'import' may be used while the relay runs."
        },
        subcommands = {
            StoreInfoCommand.class,
            StoreVerifyCommand.class,
            StoreExportCommand.class,
            StoreImportCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
final class StoreCommand {}
