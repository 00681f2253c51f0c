package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.StoreSummary;
import io.monorelay.store.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts an export into a store. */
@Command(
        name = "import",
        sortOptions = false,
        customSynopsis = "relay store import [--in=FILE] [--append] [--data=DIR] [--store.url=URL] [--config=FILE]",
        description = {
            "Puts what 'relay store export' wrote into a store, once every signature has been checked.",
            "The store is to be empty; each message keeps its position, so that all cursors stay valid.",
            "Not while a relay runs on the same data directory."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StoreImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreOptions options;

    @Option(names = "--in", paramLabel = "FILE", description = "an export (default: standard input)")
    private @Nullable Path in;

    @Option(
            names = "--append",
            description = "into a store that has messages already: with new positions, and without those that it has")
    private boolean append;

    @Override
    public Integer call() throws CommandException {
        RelayConfig config = options.config(spec.commandLine().getParseResult());
        DataDirectory.Lock lock = new DataDirectory(config.data()).lock();
        try {
            importInto(config);
            return ExitCode.OK;
        } finally {
            lock.release();
        }
    }

    private void importInto(RelayConfig config) throws CommandException {
        try (BufferedReader lines = open();
                JdbcStore store = StoreOptions.openOrMake(config)) {
            requireRoom(store);
            run(store, lines);
        } catch (StoreException e) {
            throw StoreOptions.failed(e);
        } catch (IOException e) {
            throw CommandException.failed("the export cannot be read: " + IoFailures.describe(e), e);
        }
    }

    private BufferedReader open() throws IOException {
        InputStream bytes = in == null ? System.in : Files.newInputStream(in);
        return new BufferedReader(new InputStreamReader(bytes, UTF_8));
    }

    private void requireRoom(JdbcStore store) throws StoreException {
        StoreSummary summary = store.summary();
        if (!append && (summary.messages() > 0 || summary.reservedThrough() > 0)) {
            throw new StoreException("the store is not empty (" + summary.location() + "): it has "
                    + StoreInfoCommand.grouped(summary.messages()) + " messages and has given out positions up to "
                    + summary.reservedThrough() + "; use --append to give the imported messages new ones");
        }
    }

    private void run(JdbcStore store, BufferedReader lines) throws StoreException, IOException, CommandException {
        Progress progress = new Progress(spec.commandLine().getErr(), " messages");
        RowCheck check = new RowCheck(Ed25519Provider.choose(Ed25519Provider.Preference.AUTO));
        StoreImport target = new StoreImport(store, check, append, progress);
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                target.add(line);
            }
            target.flush();
        } catch (StoreImport.WrongLineException wrong) {
            progress.end();
            throw CommandException.failed(
                    Lines.printable(String.valueOf(wrong.getMessage())) + "; the "
                            + StoreInfoCommand.grouped(progress.count()) + " messages before it are in the store",
                    wrong);
        }
        progress.end();
        spec.commandLine().getOut().println(result(progress.count(), target.duplicates()));
    }

    private static String result(long messages, long duplicates) {
        String imported = StoreInfoCommand.grouped(messages - duplicates) + " messages imported";
        return duplicates == 0
                ? imported
                : imported + ", " + StoreInfoCommand.grouped(duplicates) + " were there before";
    }
}
