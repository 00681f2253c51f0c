package io.monorelay.server.cli;

import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.StoreSummary;
import io.monorelay.store.StoreException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks everything in the store again. */
@Command(
        name = "verify",
        sortOptions = false,
        customSynopsis = "relay store verify [--data=DIR] [--store.url=URL] [--config=FILE]",
        description = {
            "Checks the signature and the id of every message in the store, their order and the sums.",
            "Ends with exit code 1 when something is wrong, and names the first " + StoreVerifyCommand.MAX_NAMED + "."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StoreVerifyCommand implements Callable<Integer> {
    static final int MAX_NAMED = 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreOptions options;

    private long faults;

    @Override
    public Integer call() throws CommandException {
        PrintWriter out = spec.commandLine().getOut();
        try (JdbcStore store = options.open(spec.commandLine().getParseResult())) {
            RowCheck rows = new RowCheck(Ed25519Provider.choose(Ed25519Provider.Preference.AUTO));
            StoreSummary summary = store.summary();
            Progress progress = new Progress(
                    spec.commandLine().getErr(), " of " + StoreInfoCommand.grouped(summary.messages()) + " messages");
            long messages = new StoreCheck(store, rows, what -> onFault(what, progress)).run(summary, progress);
            progress.end();
            String checked = StoreInfoCommand.grouped(messages) + " messages checked";
            out.println(faults == 0 ? checked + ", all is well" : checked + ", wrong: " + faults);
            return faults == 0 ? ExitCode.OK : ExitCode.FAILED;
        } catch (StoreException e) {
            throw StoreOptions.failed(e);
        }
    }

    private void onFault(String what, Progress progress) {
        faults++;
        if (faults <= MAX_NAMED) {
            progress.end();
            spec.commandLine().getErr().println("relay: " + Lines.printable(what));
        }
    }
}
