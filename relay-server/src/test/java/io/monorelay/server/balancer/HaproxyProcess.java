package io.monorelay.server.balancer;

import io.monorelay.server.net.CertificateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * HAProxy in front of one relay or two, as {@code docs/deploy/haproxy.cfg} has it: it tells them by the PROXY protocol where
 * a client is, and asks them every second whether they are ready.
 */
public final class HaproxyProcess implements AutoCloseable {
    /** Where the relays see it; it must be in their {@code proxy.trusted}. */
    public static final String ADDRESS = BalancerProcess.OUTGOING;

    private final BalancerProcess process;
    private final int port;
    private final int tlsPort;
    private final int passingPort;

    private HaproxyProcess(BalancerProcess process, int port, int tlsPort, int passingPort) {
        this.process = process;
        this.port = port;
        this.tlsPort = tlsPort;
        this.passingPort = passingPort;
    }

    /**
     * Starts one; without HAProxy on this machine the test is aborted. The relays may come up later.
     *
     * @param directory where its configuration and its log go
     * @param certificate its own, for whoever dials it over TLS
     * @param relayPorts where one relay or two listen, on 127.0.0.1
     */
    public static HaproxyProcess before(Path directory, CertificateFiles certificate, int... relayPorts)
            throws IOException {
        Path program = BalancerProcess.program("haproxy");
        int port = BalancerProcess.freePort();
        int tlsPort = BalancerProcess.freePort();
        int passingPort = BalancerProcess.freePort();
        Map<String, String> ours = new LinkedHashMap<>();
        ours.put("bind :80", "bind 127.0.0.1:" + port);
        ours.put("bind :443", "bind 127.0.0.1:" + tlsPort);
        ours.put("bind :8443", "bind 127.0.0.1:" + passingPort);
        ours.put("maxconn 100000", "maxconn 1000");
        ours.put(
                "/etc/haproxy/relay.example.org.pem",
                together(directory, certificate).toString());
        ours.put("server relay1 10.0.0.11:8000", server("relay1", relayPorts[0]));
        ours.put("server relay2 10.0.0.12:8000", relayPorts.length > 1 ? server("relay2", relayPorts[1]) : "");
        Path configuration = BalancerProcess.configuration("haproxy.cfg", directory, ours);
        List<String> command = List.of(program.toString(), "-db", "-f", configuration.toString());
        BalancerProcess process = BalancerProcess.start(directory, command, port, tlsPort, passingPort);
        return new HaproxyProcess(process, port, tlsPort, passingPort);
    }

    private static String server(String name, int port) {
        return "server " + name + " 127.0.0.1:" + port + " source " + ADDRESS;
    }

    /** HAProxy wants a certificate and its key in one file. */
    private static Path together(Path directory, CertificateFiles files) throws IOException {
        String both = Files.readString(files.certificate()) + Files.readString(files.key());
        return Files.writeString(directory.resolve("haproxy.pem"), both);
    }

    /** For clients without TLS. */
    public URI address() {
        return URI.create("ws://127.0.0.1:" + port);
    }

    /** For clients with TLS, which ends at HAProxy. */
    public URI tlsAddress() {
        return URI.create("wss://127.0.0.1:" + tlsPort);
    }

    /** For clients with TLS, which ends at the relay. */
    public URI passingAddress() {
        return URI.create("wss://127.0.0.1:" + passingPort);
    }

    /** What it has said so far, such as which relay is up or down. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
