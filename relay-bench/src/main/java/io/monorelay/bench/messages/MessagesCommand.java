package io.monorelay.bench.messages;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.protocol.Form;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a file of freshly signed messages for the load tool. */
@Command(
        name = "messages",
        sortOptions = false,
        description = {
            "Writes freshly signed, distinct messages to everybody, one a line. The times in them go on by a second",
            "every 10,000 messages, as if they had been sent at that pace from now on.",
            "A relay accepts them for as long as its time window says, ten minutes unless configured."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class MessagesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--count", required = true, paramLabel = "N", description = "how many messages")
    private int count;

    @Option(
            names = "--size",
            defaultValue = "128",
            paramLabel = "BYTES",
            description =
                    "bytes of data in each (default: ${DEFAULT-VALUE}, at least " + SignedMessages.MIN_DATA_BYTES + ")")
    private int size;

    @Option(
            names = "--senders",
            defaultValue = "1",
            paramLabel = "N",
            description = "keys that sign in turn (default: ${DEFAULT-VALUE})")
    private int senders;

    @Option(
            names = "--form",
            defaultValue = "MONOCHAIN",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Form form;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "written anew")
    private Path out;

    @Override
    public Integer call() throws IOException {
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--count is " + count + ", expected at least 1");
        }
        try (OutputStream stream = MessageFile.create(out)) {
            new MessageFile(signed(), InstantSource.system()).write(count, stream);
        }
        return 0;
    }

    private SignedMessages signed() {
        Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
        try {
            return new SignedMessages(ed25519, senders, form, size);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
