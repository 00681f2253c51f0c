package io.monorelay.bench.yardstick;

import picocli.CommandLine.Option;

/** The options that say where a server and the load generator run. */
final class CoreOptions {
    @Option(names = "--server-core", defaultValue = "0", paramLabel = "N", description = "default: ${DEFAULT-VALUE}")
    private int server;

    @Option(
            names = "--generator-core",
            defaultValue = "1",
            paramLabel = "N",
            description = "default: ${DEFAULT-VALUE}; each core is to be free of other work")
    private int generator;

    Measurement.Cores cores() {
        return new Measurement.Cores(server, generator);
    }
}
