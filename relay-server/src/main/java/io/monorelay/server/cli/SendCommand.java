package io.monorelay.server.cli;

import io.monorelay.client.Delivery;
import io.monorelay.client.QueueLimits;
import io.monorelay.client.RelayClient;
import io.monorelay.protocol.NodeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes messages. */
@Command(
        name = "send",
        description = {
            "Signs and publishes a message, or without TEXT one for each line of standard input.",
            "Prints the position and the id of each; ends with exit code 1 if one was refused.",
            "With several relays a message goes to all of them, and the first answer counts."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SendCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private RelayOptions relay;

    @Mixin
    private OutputOptions output;

    @Option(names = "--receiver", paramLabel = "KEY", description = "the node that it is for (default: everybody)")
    private @Nullable NodeKey receiver;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "how long a message waits for a relay that has gone away (default: ${DEFAULT-VALUE})")
    private int waitSeconds;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "the message; several words are joined by spaces")
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() throws CommandException, InterruptedException, ExecutionException {
        if (waitSeconds < 1) {
            throw new ParameterException(spec.commandLine(), "--wait " + waitSeconds + ": expected at least 1");
        }
        LinkNews news = new LinkNews(relay.relays().size(), spec.commandLine().getErr(), SendCommand::passOver);
        QueueLimits usual = QueueLimits.defaults();
        RelayClient client = RelayOptions.start(relay.client()
                .listener(news)
                .memory(CommandMemory.ofNothing())
                .queue(new QueueLimits(usual.maxMessages(), usual.maxBytes(), Duration.ofSeconds(waitSeconds))));
        try {
            news.awaitFirst();
            Sending sending = new Sending(
                    client,
                    receiver,
                    output.isJson(),
                    spec.commandLine().getOut(),
                    spec.commandLine().getErr());
            return send(sending);
        } finally {
            news.finish();
            RelayOptions.close(client);
        }
    }

    /** This node has not come to listen. */
    private static void passOver(Delivery delivery) {}

    private int send(Sending sending) throws InterruptedException, ExecutionException {
        if (words.isEmpty()) {
            sending.linesOf(System.in);
        } else {
            sending.send(String.join(" ", words));
            sending.finish();
        }
        return sending.exitCode().get();
    }
}
