package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.client.Publication;
import io.monorelay.client.RelayClient;
import io.monorelay.protocol.NodeKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to the relays, several at a time; the answers are printed in the order of the messages. One
 * thread sends, while the answers come on the event loop of the client.
 */
final class Sending {
    /** How many messages may be unanswered; fewer than the client allows. */
    private static final int WINDOW = 512;

    private static final int TOO_LARGE = 413;

    // fixed after construction
    private final RelayClient client;
    private final @Nullable NodeKey receiver;
    private final boolean json;
    private final PrintWriter out;
    private final PrintWriter err;

    // any thread
    private final Semaphore window = new Semaphore(WINDOW);
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    // owned by the thread that sends
    /** Completes, with whether all were accepted, when everything sent so far has been answered and printed. */
    private CompletionStage<Boolean> answered = CompletableFuture.completedFuture(true);

    Sending(RelayClient client, @Nullable NodeKey receiver, boolean json, PrintWriter out, PrintWriter err) {
        this.client = client;
        this.receiver = receiver;
        this.json = json;
        this.out = out;
        this.err = err;
    }

    /** Sends a message for each line; the exit code comes when all are answered, or when one is given up. */
    void linesOf(InputStream in) {
        // A read of standard input cannot be interrupted; the program ends without waiting for this thread.
        Thread.ofPlatform().daemon().name("stdin").start(() -> readAndSend(in));
    }

    /** Sends one message, once there is room for it. */
    void send(String data) throws InterruptedException {
        window.acquire();
        CompletionStage<Publication> answer = publish(data);
        answered = answered.thenCompose(all -> answer.handle((result, failure) -> print(result, failure) && all));
    }

    /** Nothing more is sent. */
    void finish() {
        answered.thenAccept(all -> exitCode.complete(all ? ExitCode.OK : ExitCode.FAILED));
    }

    CompletableFuture<Integer> exitCode() {
        return exitCode;
    }

    private void readAndSend(InputStream in) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
        try {
            for (String line = lines.readLine(); line != null && !exitCode.isDone(); line = lines.readLine()) {
                send(line);
            }
            finish();
        } catch (IOException e) {
            err.println("relay: standard input cannot be read: " + e.getMessage());
            exitCode.complete(ExitCode.FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exitCode.complete(ExitCode.FAILED);
        }
    }

    /** A message that cannot be made is refused by this side. */
    private CompletionStage<Publication> publish(String data) {
        try {
            return client.publish(data, receiver);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean print(@Nullable Publication answer, @Nullable Throwable failure) {
        window.release();
        if (answer != null) {
            return print(answer);
        }
        if (failure instanceof IllegalArgumentException unsendable) {
            err.println("relay: not sent: " + unsendable.getMessage());
        } else if (!exitCode.isDone()) {
            // No relay is there, and none will be for every message after this one: one line says it for all.
            err.println("relay: " + messageOf(failure));
            exitCode.complete(ExitCode.FAILED);
        }
        return false;
    }

    private boolean print(Publication answer) {
        if (answer instanceof Publication.Refused refused && refused.code() == TOO_LARGE) {
            err.println("relay: not sent: " + Lines.printable(refused.info()));
            return false;
        }
        boolean accepted = answer instanceof Publication.Accepted;
        if (!accepted) {
            err.println("relay: " + Lines.human(answer));
        }
        if (accepted || json) {
            out.println(json ? Lines.json(answer) : Lines.human(answer));
        }
        return accepted;
    }

    private static String messageOf(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause == null ? "no answer" : String.valueOf(cause.getMessage());
    }
}
