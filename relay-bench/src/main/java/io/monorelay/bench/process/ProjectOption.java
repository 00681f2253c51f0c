package io.monorelay.bench.process;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the project is, which the scripts say: an option of every command that runs something of it. */
@SuppressWarnings("NullAway.Init") // picocli sets the field
public final class ProjectOption {
    @Option(names = "--project", defaultValue = ".", hidden = true)
    private Path root;

    public Project project() {
        return new Project(root.toAbsolutePath().normalize());
    }
}
