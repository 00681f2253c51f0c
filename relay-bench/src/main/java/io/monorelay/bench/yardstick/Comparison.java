package io.monorelay.bench.yardstick;

import io.monorelay.bench.messages.MessageFile;
import io.monorelay.bench.messages.SignedMessages;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.protocol.Form;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures all servers in turn, so that a change of the machine's mood meets each of them. Used by one thread, which may
 * block.
 */
final class Comparison {
    private final Measurement measurement;
    private final Plan plan;
    private final Scratch scratch;
    private final PrintWriter progress;

    Comparison(Measurement measurement, Plan plan, Scratch scratch, PrintWriter progress) {
        this.measurement = measurement;
        this.plan = plan;
        this.scratch = scratch;
        this.progress = progress;
    }

    List<Run> run(List<Workload> workloads) throws IOException, InterruptedException, RunException {
        List<Run> runs = new ArrayList<>();
        for (Workload workload : workloads) {
            // Signed for each workload anew, since a relay takes no old messages.
            Path messages = sign(workload);
            for (int number = 1; number <= plan.runs(); number++) {
                for (Contender contender : Contender.values()) {
                    runs.add(run(workload, contender, number, messages));
                }
            }
            Files.deleteIfExists(messages);
        }
        return runs;
    }

    private Run run(Workload workload, Contender contender, int number, Path messages)
            throws IOException, InterruptedException, RunException {
        Run run = measurement.run(workload, contender, number, messages);
        Figure first = Figure.of(workload).getFirst();
        String value = first.over(List.of(run)).text(first.pattern());
        progress.println(run.name() + ": " + value + " " + first.title() + flawsOf(run));
        progress.flush();
        return run;
    }

    private static String flawsOf(Run run) {
        return run.flaws().isEmpty() ? "" : "; not to be trusted: " + String.join(", ", run.flaws());
    }

    /** A file of messages, enough for one run; empty for a workload that publishes none. */
    Path sign(Workload workload) throws IOException {
        Path file = scratch.file("messages");
        file.toFile().deleteOnExit();
        if (workload.publishes()) {
            int count = workload.messagesFor(plan.publishingSeconds());
            progress.println(workload.id() + ": signing " + count + " messages");
            progress.flush();
            SignedMessages messages = new SignedMessages(
                    Ed25519Provider.choose(Ed25519Provider.Preference.AUTO), 1, Form.MONOCHAIN, workload.dataBytes());
            try (OutputStream out = MessageFile.create(file)) {
                new MessageFile(messages, InstantSource.system()).write(count, out);
            }
        }
        return file;
    }
}
