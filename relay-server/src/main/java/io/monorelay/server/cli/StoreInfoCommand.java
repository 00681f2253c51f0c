package io.monorelay.server.cli;

import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.StoreSummary;
import io.monorelay.store.StoreException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what is in the store. */
@Command(
        name = "info",
        sortOptions = false,
        customSynopsis = "relay store info [--data=DIR] [--store.url=URL] [--config=FILE]",
        description = "Says what is in the store.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StoreInfoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreOptions options;

    @Override
    public Integer call() throws CommandException {
        try (JdbcStore store = options.open(spec.commandLine().getParseResult())) {
            print(store.summary(), spec.commandLine().getOut());
            return ExitCode.OK;
        } catch (StoreException e) {
            throw StoreOptions.failed(e);
        }
    }

    private static void print(StoreSummary store, PrintWriter out) {
        line(out, "store", store.location());
        line(out, "messages", grouped(store.messages()));
        line(out, "bytes", grouped(store.bytes()));
        if (store.messages() > 0) {
            line(out, "positions", store.firstPosition() + " to " + store.newestPosition());
            line(out, "oldest", oldest(store.oldestAcceptedAtMillis()));
        }
        line(out, "reserved", "through " + store.reservedThrough());
        line(out, "removed", store.removedThrough() == 0 ? "none" : "through " + store.removedThrough());
        line(out, "remembered", grouped(store.rememberedPositions()) + " nodes");
        line(out, "references", grouped(store.references()));
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(String.format(Locale.ROOT, "%-11s %s", name, value));
    }

    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String oldest(long acceptedAtMillis) {
        Instant at = Instant.ofEpochMilli(acceptedAtMillis).truncatedTo(ChronoUnit.SECONDS);
        Duration age = Duration.between(at, Instant.now());
        return at + ", " + age.toDays() + " d " + age.toHoursPart() + " h " + age.toMinutesPart() + " min ago";
    }
}
