package io.monorelay.bench.store;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.FigureReport;
import io.monorelay.bench.yardstick.Machine;
import io.monorelay.store.StoreException;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the durable store. */
@Command(
        name = "store",
        sortOptions = false,
        description = {
            "Measures the durable store: group commit fed by the log alone, the start of a relay on a full store and its "
                    + "first pages of history, a replay of everything to one peer, and how long a sender waits for its "
                    + "acknowledgement. Writes a table and the raw figures to relay-bench/results/DATE-MACHINE.",
            "",
            "The store is SQLite on the disk that relay-bench/target is on, unless --postgres says otherwise. Settings "
                    + "from the environment are the relay's, such as MONORELAY_STORE_DURABILITY, MONORELAY_STORE_USER "
                    + "and MONORELAY_STORE_PASSWORD."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class StoreCommand implements Callable<Integer> {
    private static final int MIN_MESSAGES = 1_000;
    private static final double MIN_GIGABYTES = 0.01;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--messages",
            defaultValue = "300000",
            paramLabel = "N",
            description = "messages signed for each group commit, a quarter for warming up (default: ${DEFAULT-VALUE})")
    private int messages;

    @Option(
            names = "--size-gb",
            defaultValue = "1",
            paramLabel = "N",
            description = "messages in the full store, in units of 10^9 bytes (default: ${DEFAULT-VALUE})")
    private double gigabytes;

    @Option(names = "--quick", description = "little of everything, to see that all works; results go to target/")
    private boolean quick;

    @Option(
            names = "--postgres",
            defaultValue = "",
            paramLabel = "URL",
            description = "an empty database, jdbc:postgresql://HOST[:PORT]/DATABASE; what is stored there stays")
    private String postgres;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        Plan plan = plan();
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        Scratch scratch = new Scratch(project.passingResults().resolveSibling("store"));
        Subject subject = new Subject(project, scratch, postgres);
        FigureReport report = new FigureReport(
                "Store",
                LocalDate.now(ZoneOffset.UTC),
                machine,
                circumstances(subject, subject.dropFileCache()),
                measure(subject, scratch, plan));
        Results.of(project, report.date(), machine.shortName(), quick)
                .write(
                        postgres.isEmpty() ? "store" : "store-postgres",
                        report.markdown(),
                        report.json(),
                        spec.commandLine().getOut());
        scratch.delete();
        return quick || report.missed().isEmpty() ? 0 : 1;
    }

    private Plan plan() {
        if (messages < MIN_MESSAGES || gigabytes < MIN_GIGABYTES) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--messages " + messages + " --size-gb " + gigabytes + ", expected at least " + MIN_MESSAGES
                            + " and " + MIN_GIGABYTES);
        }
        return quick ? Plan.quick() : Plan.full(messages, (long) (gigabytes * 1e9));
    }

    private List<Figure> measure(Subject subject, Scratch scratch, Plan plan)
            throws IOException, InterruptedException, RunException {
        try {
            return new Measurements(
                            subject,
                            scratch,
                            plan,
                            new Progress(spec.commandLine().getErr()))
                    .run();
        } catch (StoreException failure) {
            throw new RunException(String.valueOf(failure.getMessage()), failure);
        }
    }

    private static List<String> circumstances(Subject subject, boolean fromDisk) {
        return List.of(
                "store: " + subject.description(),
                String.format(
                        Locale.ROOT,
                        "before each start of a relay the database was %s",
                        fromDisk ? "dropped from the operating system's cache" : "left as it was"));
    }
}
