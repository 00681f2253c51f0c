package io.monorelay.server.cli;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.KeyFile;
import io.monorelay.crypto.NodeIdentity;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a key pair. */
@Command(name = "keygen", description = "Makes a key pair and prints the public key.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeygenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "where to write it, readable by its owner only; an existing file is left as it is")
    private Path out;

    @Override
    public Integer call() throws CommandException {
        Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
        NodeIdentity identity = NodeIdentity.generate(ed25519);
        try {
            KeyFile.write(out, identity);
        } catch (FileAlreadyExistsException e) {
            throw CommandException.failed("there is already a file " + out + ", which is left as it is", e);
        } catch (IOException e) {
            throw CommandException.failed("the key cannot be written: " + IoFailures.describe(e), e);
        }
        spec.commandLine().getOut().println(identity.key());
        return ExitCode.OK;
    }
}
