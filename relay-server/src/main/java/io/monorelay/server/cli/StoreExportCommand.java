package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.StoreSummary;
import io.monorelay.server.store.StoredRow;
import io.monorelay.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes down everything in the store. */
@Command(
        name = "export",
        sortOptions = false,
        customSynopsis = "relay store export [--out=FILE] [--data=DIR] [--store.url=URL] [--config=FILE]",
        description = {
            "Writes everything in the store as lines of JSON, which 'relay store import' reads.",
            "Each message is a line, with its position; then follows up to where each node has processed them."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StoreExportCommand implements Callable<Integer> {
    private static final int ROWS_AT_A_TIME = 512;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreOptions options;

    @Option(names = "--out", paramLabel = "FILE", description = "a new file (default: standard output)")
    private @Nullable Path out;

    @Override
    public Integer call() throws CommandException {
        Path file = out;
        try (JdbcStore store = options.open(spec.commandLine().getParseResult())) {
            if (file == null) {
                export(store, spec.commandLine().getOut());
            } else {
                try (Writer writer = Files.newBufferedWriter(file, UTF_8, StandardOpenOption.CREATE_NEW)) {
                    export(store, writer);
                }
            }
            return ExitCode.OK;
        } catch (StoreException e) {
            throw StoreOptions.failed(e);
        } catch (IOException e) {
            throw CommandException.failed("the export cannot be written: " + IoFailures.describe(e), e);
        }
    }

    private void export(JdbcStore store, Writer lines) throws StoreException, IOException {
        StoreSummary summary = store.summary();
        write(lines, ExportLine.start(summary));
        Progress progress = new Progress(
                spec.commandLine().getErr(), " of " + StoreInfoCommand.grouped(summary.messages()) + " messages");
        long last = Long.MIN_VALUE;
        List<StoredRow> page = store.rows(last, ROWS_AT_A_TIME);
        while (!page.isEmpty()) {
            for (StoredRow row : page) {
                write(lines, ExportLine.message(row));
                last = row.position();
            }
            flush(lines);
            progress.add(page.size());
            page = store.rows(last, ROWS_AT_A_TIME);
        }
        for (Map.Entry<NodeKey, Long> node : store.rememberedPositions().entrySet()) {
            write(lines, ExportLine.remembered(node.getKey(), node.getValue()));
        }
        flush(lines);
        progress.end();
        spec.commandLine()
                .getErr()
                .println("relay: " + StoreInfoCommand.grouped(progress.count()) + " messages exported");
    }

    private static void write(Writer lines, String line) throws IOException {
        lines.write(line);
        lines.write('\n');
    }

    /** Standard output says of a failure only when asked. */
    private static void flush(Writer lines) throws IOException {
        lines.flush();
        if (lines instanceof PrintWriter printer && printer.checkError()) {
            throw new IOException("standard output takes no more");
        }
    }
}
