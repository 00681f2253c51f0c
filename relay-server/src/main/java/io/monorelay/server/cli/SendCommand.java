package io.monorelay.server.cli;

import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.protocol.NodeKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes messages. */
@Command(
        name = "send",
        description = {
            "Signs and publishes a message, or without TEXT one for each line of standard input.",
            "Prints the position and the id of each; ends with exit code 1 if one was refused."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SendCommand implements Callable<Integer> {
    /** Prints nothing: this node has not come to listen. */
    private static final RelayListener NOT_LISTENING = delivery -> {};

    @Spec
    private CommandSpec spec;

    @Mixin
    private RelayOptions relay;

    @Mixin
    private OutputOptions output;

    @Option(names = "--receiver", paramLabel = "KEY", description = "the node that it is for (default: everybody)")
    private @Nullable NodeKey receiver;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "the message; several words are joined by spaces")
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() throws CommandException, InterruptedException, ExecutionException {
        LinkDialer client = relay.client();
        try {
            RelayLink link = relay.connect(client, NOT_LISTENING);
            Sending sending = new Sending(
                    link,
                    receiver,
                    output.isJson(),
                    spec.commandLine().getOut(),
                    spec.commandLine().getErr());
            return send(sending);
        } finally {
            RelayOptions.close(client);
        }
    }

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
