package io.monorelay.server.cli;

import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceStoreException;
import io.monorelay.server.store.JdbcStore;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the nodes that a relay knows by an address. */
@Command(
        name = "refs",
        sortOptions = false,
        customSynopsis = "relay refs [--json] [--data=DIR] [--store.url=URL] [--config=FILE]",
        description = {
            "Lists the nodes that a relay knows by an address, those that it trusts most first.",
            "May be used while the relay runs, which saves how they behave every half minute."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RefsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreOptions options;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() throws CommandException {
        try (JdbcStore store = options.open(spec.commandLine().getParseResult())) {
            print(store.references().load(), Instant.now());
            return ExitCode.OK;
        } catch (ReferenceStoreException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()), e);
        }
    }

    private void print(List<HttpReference> references, Instant now) {
        PrintWriter out = spec.commandLine().getOut();
        List<HttpReference> sorted = references.stream()
                .sorted(Comparator.comparingDouble((HttpReference reference) ->
                                -reference.conduct().trust(now))
                        .thenComparing(HttpReference::uri))
                .toList();
        if (output.isJson()) {
            sorted.forEach(reference -> out.println(ReferenceLines.json(reference, now)));
        } else {
            ReferenceLines.table(sorted, now).forEach(out::println);
        }
    }
}
