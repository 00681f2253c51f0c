package io.monorelay.server.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace: its own interfaces, addresses and ports, which nothing outside sees.
 *
 * @param path what stands for it in the file system
 * @param address where the other side of its wire finds it
 */
record Namespace(String path, String address) {
    /** Becomes what it prints, without a process between. Bash opens TCP connections under a name like that of a file. */
    private static final String DIAL = "exec 3<>\"/dev/tcp/$1/$2\" && printf %s \"$3\" >&3 && exec cat <&3";

    /** The command that runs the rest of its command line in here, in the same process. */
    List<String> launcher() {
        return List.of("nsenter", "--net=" + path, "--");
    }

    /**
     * Dials from in here and sends that. The output of the process is what comes back, and it ends when the connection
     * does.
     */
    Process dial(String host, int port, String request) throws IOException {
        List<String> command = new ArrayList<>(launcher());
        command.addAll(List.of("bash", "-c", DIAL, "bash", host, Integer.toString(port), request));
        return new ProcessBuilder(command).start();
    }
}
